/// What the directory lists beside its structures (events, schemes, resources), as its editors write it.
package protocol ListingDraft: Sendable, Equatable {
    /// The last part of its path, and what the database calls the list: `agenda`.
    static var list: String { get }
    /// A code of the list's own vocabulary.
    var kind: String { get }
    var reach: ListingReach { get }

    /// Reads what an editor sends, a line of an import, and what is stored: they are the same. Where anything is wrong,
    /// the reader knows of it, and what could not be read is empty (``Reading``).
    init?(_ object: ObjectReader)

    /// The members, between the braces of an object, as `init` reads them back.
    func write(to json: inout JSONWriter)
}

extension ListingDraft {
    /// The draft as the database keeps it.
    package var storedJSON: [UInt8] {
        var json = JSONWriter(reservingCapacity: 1024)
        json.object { write(to: &$0) }
        return json.bytes
    }
}

/// Whom an entry of a list is for.
package struct ListingReach: Sendable, Equatable {
    /// INSEE code of the region that answers for the entry.
    package let region: String
    /// Keys (`kind:code`); where there is none, the whole region.
    package let territories: [String]
    /// Where there is none, everybody.
    package let audiences: [String]

    /// The whole region, everybody.
    init(region: String) { (self.region, territories, audiences) = (region, [], []) }

    init(_ object: ObjectReader) {
        region = object.required("region", .string(.placeCode)) ?? ""
        territories = object.optional("territories", .set(0...100, of: .string(.territoryKey))) ?? []
        audiences = object.optional("audiences", .set(0...20, of: .code(Vocabulary.audience.codes))) ?? []
    }

    func write(to json: inout JSONWriter) {
        json.member("region", region)
        json.member("territories", territories)
        json.member("audiences", audiences)
    }
}
