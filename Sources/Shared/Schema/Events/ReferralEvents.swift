package import Foundation

/// R3: a person agreed to be passed on, and the recipient was told.
package struct ReferralSubmission: EventPayload {
    /// One end of a referral.
    package struct Party: Sendable, Equatable {
        package let structure: UUID
        package let network: String?
        /// Key (`kind:code`) of the structure's territory.
        package let territory: String?

        package init(structure: UUID, network: String?, territory: String?) {
            self.structure = structure
            self.network = network
            self.territory = territory
        }
    }

    package let referral: UUID
    package let demand: UUID
    package let sender: Party
    package let recipient: Party
    package let serviceKind: String
    package let cepLevel: Int?
    package let cepFramework: String?
    package let theme: String?
    package let urgency: String
    package let person: UUID?
    package let isPersonErased: Bool

    package init(
        referral: UUID, demand: UUID, sender: Party, recipient: Party, serviceKind: String, cepLevel: Int?,
        cepFramework: String?, theme: String?, urgency: String, person: UUID?, isPersonErased: Bool = false
    ) {
        (self.referral, self.demand, self.sender, self.recipient) = (referral, demand, sender, recipient)
        (self.serviceKind, self.cepLevel, self.cepFramework) = (serviceKind, cepLevel, cepFramework)
        (self.theme, self.urgency) = (theme, urgency)
        (self.person, self.isPersonErased) = (person, isPersonErased)
    }

    package var subject: String { "referrals/\(referral.text)" }

    package static let fields: [EventField<Self>] = [
        EventField("referral", \.referral), EventField("demand", \.demand), EventField("sender", \.sender),
        EventField("recipient", \.recipient), EventField("service_kind", \.serviceKind),
        EventField("cep_level", \.cepLevel), EventField("cep_framework", \.cepFramework),
        EventField("theme", \.theme), EventField("urgency", \.urgency), .reporting("person", \.person),
        .reporting("person_erased", \.isPersonErased),
    ]

    package init?(_ object: ObjectReader) {
        let referral = object.required("referral", .string(.uuid))
        let demand = object.required("demand", .string(.uuid))
        let sender = object.required("sender", .object(Party.init))
        let recipient = object.required("recipient", .object(Party.init))
        let serviceKind = object.required("service_kind", .code(Vocabulary.serviceKind.codes))
        let cepLevel = object.optional("cep_level", .int(1...3))
        let cepFramework = object.optional("cep_framework", .code(Vocabulary.cepFramework.codes))
        let theme = object.optional("theme", .code(Vocabulary.theme.codes))
        let urgency = object.required("urgency", .code(Vocabulary.urgency.codes))
        let person = object.optional("person", .string(.uuid))
        let isPersonErased = object.optional("person_erased", .bool) ?? false
        guard let referral, let demand, let sender, let recipient, let serviceKind, let urgency else { return nil }
        self.init(
            referral: referral, demand: demand, sender: sender, recipient: recipient, serviceKind: serviceKind,
            cepLevel: cepLevel, cepFramework: cepFramework, theme: theme, urgency: urgency, person: person,
            isPersonErased: isPersonErased)
    }
}

extension ReferralSubmission.Party: EventValue {
    init?(_ object: ObjectReader) {
        let structure = object.required("structure", .string(.uuid))
        let network = object.optional("network", .string(.slug))
        let territory = object.optional("territory", .string(.territoryKey))
        guard let structure else { return nil }
        self.init(structure: structure, network: network, territory: territory)
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("structure", structure.text)
            json.member("network", network)
            json.member("territory", territory)
        }
    }
}

/// R4: a referral came into another state than `submitted`.
package struct ReferralMove: EventPayload {
    /// Who moved it, by the part that they have in it.
    package static let actorRoles = ["person", "sender", "recipient", "coordinator", "timer"]

    package let referral: UUID
    /// Nil for a new one.
    package let from: ReferralState?
    /// Never `submitted`: that is ``ReferralSubmission``.
    package let to: ReferralState
    package let actorRole: String
    package let reasonCode: String?
    /// Since it was submitted; nil where it never was.
    package let delaySeconds: Int?

    package init(
        referral: UUID, from: ReferralState?, to: ReferralState, actorRole: String, reasonCode: String?,
        delaySeconds: Int?
    ) {
        (self.referral, self.from, self.to) = (referral, from, to)
        (self.actorRole, self.reasonCode, self.delaySeconds) = (actorRole, reasonCode, delaySeconds)
    }

    package var subject: String { "referrals/\(referral.text)" }

    package static let fields: [EventField<Self>] = [
        EventField("referral", \.referral), EventField("from", \.from), EventField("to", \.to),
        EventField("actor_role", \.actorRole), EventField("reason_code", \.reasonCode),
        EventField("delay_seconds", \.delaySeconds),
    ]

    package init?(_ object: ObjectReader) {
        let referral = object.required("referral", .string(.uuid))
        let from = object.optional("from", .string(.referralState))
        let to = object.required("to", .string(.referralState))
        let actorRole = object.required("actor_role", .code(Self.actorRoles))
        let reasonCode = object.optional("reason_code", .string(.slug))
        let delaySeconds = object.optional("delay_seconds", .int(0...Int.max))
        guard let referral, let to, let actorRole else { return nil }
        self.init(
            referral: referral, from: from, to: to, actorRole: actorRole, reasonCode: reasonCode,
            delaySeconds: delaySeconds)
    }
}

/// R5: an appointment was made, or what became of it.
package struct AppointmentRecord: EventPayload {
    /// The person came, excused themselves, the structure called it off, nobody came.
    package static let attendances = ["seen", "excused", "revoked", "noshow"]

    package let referral: UUID
    package let scheduledFor: Date
    /// Nil as long as it lies ahead.
    package let attendance: String?

    package init(referral: UUID, scheduledFor: Date, attendance: String?) {
        self.referral = referral
        self.scheduledFor = scheduledFor
        self.attendance = attendance
    }

    package var subject: String { "referrals/\(referral.text)" }

    package static let fields: [EventField<Self>] = [
        EventField("referral", \.referral), EventField("scheduled_for", \.scheduledFor),
        EventField("attendance", \.attendance),
    ]

    package init?(_ object: ObjectReader) {
        let referral = object.required("referral", .string(.uuid))
        let scheduledFor = object.required("scheduled_for", .string(.instant))
        let attendance = object.optional("attendance", .code(Self.attendances))
        guard let referral, let scheduledFor else { return nil }
        self.init(referral: referral, scheduledFor: scheduledFor, attendance: attendance)
    }
}
