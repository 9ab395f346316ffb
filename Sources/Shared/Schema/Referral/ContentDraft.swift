/// What goes along with a referral at L3: a narrative, references of documents that stay where they are, health. Each
/// is stored encrypted by itself.
package struct ContentDraft: Sendable {
    /// By data category (`recit`, `pieces`, `sante`): the JSON value that a recipient may be shown.
    package let disclosures: [String: Redacted<[UInt8]>]

    package init?(_ object: ObjectReader) {
        var disclosures: [String: Redacted<[UInt8]>] = [:]
        if let narrative = object.optional("narrative", .string(.personalLines(1...10_000))) {
            disclosures["recit"] = Self.json { $0.value(narrative) }
        }
        if let attachments = object.optional("attachments", .array(1...20, of: .object(Attachment.init))) {
            disclosures["pieces"] = Self.json { json in json.array(of: attachments) { $1.write(to: &$0) } }
        }
        if let health = object.optional("health", .string(.personalLines(1...5000))) {
            disclosures["sante"] = Self.json { $0.value(health) }
        }
        if !["narrative", "attachments", "health"].contains(where: object.holds) {
            object.report(.required, at: "narrative")
        }
        object.refuse(["id", "referral_id"])
        self.disclosures = disclosures
    }

    /// The member of a request that has a category.
    package static func member(of category: String) -> String {
        switch category {
        case "recit": "narrative"
        case "pieces": "attachments"
        default: "health"
        }
    }

    private static func json(_ write: (inout JSONWriter) -> Void) -> Redacted<[UInt8]> {
        var json = JSONWriter()
        write(&json)
        return Redacted(json.bytes)
    }
}

/// A document that stays with whoever has it: what it is, and by what its keeper finds it. No file.
struct Attachment {
    let name: String
    let mediaType: String
    let size: Int
    let digest: String
    let reference: String

    init?(_ object: ObjectReader) {
        let name = object.required("name", .string(.personal(1...200)))
        let mediaType = object.required("media_type", .string(.mediaType))
        let size = object.required("size", .int(1...1_000_000_000))
        let digest = object.required("sha256", .string(.sha256))
        let reference = object.required("reference", .string(.personal(1...200)))
        guard let name, let mediaType, let size, let digest, let reference else { return nil }
        (self.name, self.mediaType, self.size) = (name, mediaType, size)
        (self.digest, self.reference) = (digest, reference)
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            json.member("media_type", mediaType)
            json.member("size", size)
            json.member("sha256", digest)
            json.member("reference", reference)
        }
    }
}

extension TextRule where Value == String {
    /// `type/subtype` (RFC 6838 §4.2), without parameters.
    static let mediaType = TextRule { text throws(Flaw) in
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ part in
                (1...127).contains(part.utf8.count)
                    && part.utf8.allSatisfy { byte in
                        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || "!#$&-^_.+".utf8.contains(byte)
                    }
            })
        else { throw .format("un type de média comme application/pdf", "a media type such as application/pdf") }
        return text
    }.withoutIdentifierInCode
}
