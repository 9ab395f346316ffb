import Schema

/// A value of `structure_status` that the region uses.
package struct MemberStatus: Sendable, Equatable {
    package let code: String
    /// Whether who has it belongs to a network.
    package let needsNetwork: Bool
    package let quote: String

    init?(_ object: ObjectReader, among used: UsedCodes) {
        let code = object.code("code", .code(Vocabulary.structureStatus.codes), unusedIn: used)
        let needsNetwork = object.required("needs_network", .bool)
        let quote = object.quote()
        guard let code, let needsNetwork, let quote else { return nil }
        (self.code, self.needsNetwork, self.quote) = (code, needsNetwork, quote)
    }
}

/// How the region is divided.
package struct TerritoryRule: Sendable, Equatable {
    /// A code of `territory_kind`.
    package let kind: String
    /// How many the specification says; nil where it gives no number.
    package let count: Int?
    package let quote: String

    init?(_ object: ObjectReader, among used: UsedCodes) {
        let kind = object.code("kind", .code(Vocabulary.territoryKind.codes), unusedIn: used)
        count = object.nullable("count", .int(1...10_000))
        let quote = object.quote()
        guard let kind, let quote else { return nil }
        (self.kind, self.quote) = (kind, quote)
    }
}

/// A kind of service that the region recognises or requires.
package struct ServiceKindRule: Sendable, Equatable {
    /// A code of `service_kind`.
    package let code: String
    /// Whether every member owes it.
    package let required: Bool
    package let quote: String

    init?(_ object: ObjectReader, among used: UsedCodes) {
        let code = object.code("code", .code(Vocabulary.serviceKind.codes), unusedIn: used)
        let required = object.required("required", .bool)
        let quote = object.quote()
        guard let code, let required, let quote else { return nil }
        (self.code, self.required, self.quote) = (code, required, quote)
    }
}
