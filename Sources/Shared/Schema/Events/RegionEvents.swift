package import Foundation

/// D2: what a region decided of a structure's application for the label.
package struct LabelDecision: EventPayload {
    /// The call that the structure answered; nil where the region decides outside one.
    package let call: UUID?
    package let structure: UUID
    package let filedAt: Date?
    package let decidedAt: Date
    /// The label's state from now on.
    package let decision: String

    package init(call: UUID?, structure: UUID, filedAt: Date?, decidedAt: Date, decision: String) {
        self.call = call
        self.structure = structure
        self.filedAt = filedAt
        self.decidedAt = decidedAt
        self.decision = decision
    }

    /// A subject of its own: a structure's events are numbered by its versions.
    package var subject: String { "structures/\(structure.text)/label" }

    package static let fields: [EventField<Self>] = [
        EventField("call", \.call), EventField("structure", \.structure), EventField("filed_at", \.filedAt),
        EventField("decided_at", \.decidedAt), EventField("decision", \.decision),
    ]

    package init?(_ object: ObjectReader) {
        let call = object.optional("call", .string(.uuid))
        let structure = object.required("structure", .string(.uuid))
        let filedAt = object.optional("filed_at", .string(.instant))
        let decidedAt = object.required("decided_at", .string(.instant))
        let decision = object.required("decision", .code(Vocabulary.labelState.codes))
        guard let structure, let decidedAt, let decision else { return nil }
        self.init(call: call, structure: structure, filedAt: filedAt, decidedAt: decidedAt, decision: decision)
    }
}

/// D3: a convention was signed, prolonged or ended.
package struct ConventionChange: EventPayload {
    package let convention: UUID
    package let level: String
    /// Who signed: networks by code, structures by id, the region as `region:52`, the State as `etat`.
    package let parties: [String]
    package let validFrom: CalendarDate
    package let validUntil: CalendarDate?

    package init(
        convention: UUID, level: String, parties: [String], validFrom: CalendarDate, validUntil: CalendarDate?
    ) {
        self.convention = convention
        self.level = level
        self.parties = parties
        self.validFrom = validFrom
        self.validUntil = validUntil
    }

    package var subject: String { "conventions/\(convention.text)" }

    package static let fields: [EventField<Self>] = [
        EventField("convention", \.convention), EventField("level", \.level), EventField("parties", \.parties),
        EventField("valid_from", \.validFrom), EventField("valid_until", \.validUntil),
    ]

    package init?(_ object: ObjectReader) {
        let convention = object.required("convention", .string(.uuid))
        let level = object.required("level", .code(Vocabulary.conventionLevel.codes))
        let parties = object.required("parties", .set(0...2000, of: .text(1...64)))
        let validFrom = object.required("valid_from", .date)
        let validUntil = object.optional("valid_until", .date)
        guard let convention, let level, let parties, let validFrom else { return nil }
        self.init(convention: convention, level: level, parties: parties, validFrom: validFrom, validUntil: validUntil)
    }
}

/// D3: a convention was entered in error, and is withdrawn; one that ends has an end.
package struct ConventionRemoval: EventPayload {
    package let convention: UUID

    package init(convention: UUID) { self.convention = convention }

    package var subject: String { "conventions/\(convention.text)" }

    package static let fields: [EventField<Self>] = [EventField("convention", \.convention)]

    package init?(_ object: ObjectReader) {
        guard let convention = object.required("convention", .string(.uuid)) else { return nil }
        self.init(convention: convention)
    }
}

/// D4: a territory's coordination from now on.
package struct TerritoryChange: EventPayload {
    /// Its key, `kind:code`.
    package let code: String
    /// Nil where nobody has ever written of the territory's coordination.
    package let coordinatorDesignated: Bool?
    /// The structures that its committee represents.
    package let committeeStructures: [UUID]

    package init(code: String, coordinatorDesignated: Bool?, committeeStructures: [UUID]) {
        self.code = code
        self.coordinatorDesignated = coordinatorDesignated
        self.committeeStructures = committeeStructures
    }

    package var subject: String { "territories/\(code)" }

    package static let fields: [EventField<Self>] = [
        EventField("code", \.code), EventField("coordinator_designated", \.coordinatorDesignated),
        EventField("committee_structures", \.committeeStructures),
    ]

    package init?(_ object: ObjectReader) {
        let code = object.required("code", .string(.territoryKey))
        let coordinatorDesignated = object.optional("coordinator_designated", .bool)
        let committeeStructures = object.required("committee_structures", .set(0...2000, of: .string(.uuid)))
        guard let code, let committeeStructures else { return nil }
        self.init(
            code: code, coordinatorDesignated: coordinatorDesignated, committeeStructures: committeeStructures)
    }
}
