package import Schema

/// A network of structures as one region's charter lists it.
package struct Network: Sendable, Equatable, Dated {
    /// Who says that it takes part: the law (`statutaire`) or the region (`regional`).
    package enum Kind: String, Sendable, CaseIterable {
        case statutory = "statutaire"
        case regional
    }

    package let code: String
    package let name: String
    package let kind: Kind
    /// The head organisation that this region's specification names.
    package let head: String?
    /// Other codes under which it is known; those of its predecessors among them.
    package let aliases: [String]
    package let validFrom: CalendarDate?
    package let validTo: CalendarDate?
    /// Code of the network that takes over the day after ``validTo``.
    package let successor: String?
    /// While it is valid: may offer *conseil en évolution professionnelle* above level 1.
    package let cepOperator: Bool
    package let quote: String

    init?(_ object: ObjectReader, among used: UsedCodes) {
        let code = object.code(unusedIn: used)
        let name = object.required("name", .text(1...200))
        let kind = object.required("kind", ValueRule<Kind>.choice())
        head = object.nullable("head", .text(1...200))
        let aliases = object.required("aliases", .set(0...20, of: .string(.slug)))
        validFrom = object.nullable("valid_from", .date)
        validTo = object.nullable("valid_to", .date)
        successor = object.nullable("successor", .string(.slug))
        let cepOperator = object.required("cep_operator", .bool)
        let quote = object.quote()
        if let validFrom, let validTo, validTo < validFrom {
            object.report(.outOfRange(validFrom.text, "9999-12-31"), at: "valid_to")
        }
        // A network that has ended says who follows it, and one that is followed says when it ended.
        if validTo != nil, object.contains("successor"), successor == nil { object.report(.required, at: "successor") }
        if successor != nil, object.contains("valid_to"), validTo == nil { object.report(.required, at: "valid_to") }
        guard let code, let name, let kind, let aliases, let cepOperator, let quote else { return nil }
        (self.code, self.name, self.kind, self.aliases) = (code, name, kind, aliases)
        (self.cepOperator, self.quote) = (cepOperator, quote)
    }
}

/// A network as the charters together know it: what they say alike, and the regions that have it.
package struct KnownNetwork: Sendable, Equatable, Dated {
    package let code: String
    package let name: String
    package let kind: Network.Kind
    /// The aliases of all charters, sorted.
    package let aliases: [String]
    package let validFrom: CalendarDate?
    package let validTo: CalendarDate?
    package let successor: String?
    package let cepOperator: Bool
    /// Codes of the regions whose charter lists it, sorted.
    package let regions: [String]
}

/// Something that holds from one day to another, both included; nil is open.
package protocol Dated {
    var validFrom: CalendarDate? { get }
    var validTo: CalendarDate? { get }
}

extension Dated {
    package func isValid(on day: CalendarDate) -> Bool {
        validFrom.map { $0 <= day } ?? true && validTo.map { day <= $0 } ?? true
    }
}
