package import Foundation

/// R1: a structure received someone.
package struct ReceptionOpening: EventPayload {
    package let demand: UUID
    package let structure: UUID
    package let network: String?
    /// Key (`kind:code`) of the structure's territory.
    package let territory: String?
    package let channel: String
    package let access: String?
    package let preferredChannel: String?
    package let urgency: String
    package let requestedAt: Date?
    package let receivedAt: Date
    package let isAnonymous: Bool
    /// Whether the person belongs to the structure's own public.
    package let isInScope: Bool
    /// Who the person is to the reporting service alone; nil where receptions of one person cannot be linked.
    package let person: UUID?
    package let isPersonErased: Bool
    package let audiences: [String]
    package let situations: [String]
    package let sex: String?
    package let ageBand: String?
    package let education: String?
    /// INSEE code.
    package let residenceCommune: String?

    package init(
        demand: UUID, structure: UUID, network: String?, territory: String?, channel: String, access: String?,
        preferredChannel: String?, urgency: String, requestedAt: Date?, receivedAt: Date, isAnonymous: Bool,
        isInScope: Bool, person: UUID?, isPersonErased: Bool = false, audiences: [String], situations: [String],
        sex: String?, ageBand: String?,
        education: String?, residenceCommune: String?
    ) {
        (self.demand, self.structure, self.network, self.territory) = (demand, structure, network, territory)
        (self.channel, self.access, self.preferredChannel) = (channel, access, preferredChannel)
        (self.urgency, self.requestedAt, self.receivedAt) = (urgency, requestedAt, receivedAt)
        (self.isAnonymous, self.isInScope) = (isAnonymous, isInScope)
        (self.person, self.isPersonErased) = (person, isPersonErased)
        (self.audiences, self.situations, self.sex) = (audiences, situations, sex)
        (self.ageBand, self.education, self.residenceCommune) = (ageBand, education, residenceCommune)
    }

    package var subject: String { "demands/\(demand.text)" }

    package static let fields: [EventField<Self>] = [
        EventField("demand", \.demand), EventField("structure", \.structure), EventField("network", \.network),
        EventField("territory", \.territory), EventField("channel", \.channel), EventField("access", \.access),
        EventField("preferred_channel", \.preferredChannel), EventField("urgency", \.urgency),
        EventField("requested_at", \.requestedAt), EventField("received_at", \.receivedAt),
        EventField("anonymous", \.isAnonymous), EventField("in_scope", \.isInScope),
        .reporting("person", \.person), .reporting("person_erased", \.isPersonErased),
        .reporting("audiences", \.audiences), .reporting("situations", \.situations),
        .reporting("sex", \.sex), .reporting("age_band", \.ageBand), .reporting("education", \.education),
        .reporting("residence_commune", \.residenceCommune),
    ]

    package init?(_ object: ObjectReader) {
        let demand = object.required("demand", .string(.uuid))
        let structure = object.required("structure", .string(.uuid))
        let network = object.optional("network", .string(.slug))
        let territory = object.optional("territory", .string(.territoryKey))
        let channel = object.required("channel", .code(Vocabulary.channel.codes))
        let access = object.optional("access", .code(Vocabulary.access.codes))
        let preferredChannel = object.optional("preferred_channel", .code(Vocabulary.channel.codes))
        let urgency = object.required("urgency", .code(Vocabulary.urgency.codes))
        let requestedAt = object.optional("requested_at", .string(.instant))
        let receivedAt = object.required("received_at", .string(.instant))
        let isAnonymous = object.required("anonymous", .bool)
        let isInScope = object.required("in_scope", .bool)
        let person = object.optional("person", .string(.uuid))
        let isPersonErased = object.optional("person_erased", .bool) ?? false
        let audiences = object.optional("audiences", .set(0...20, of: .code(Vocabulary.audience.codes)))
        let situations = object.optional("situations", .set(0...20, of: .code(Vocabulary.situation.codes)))
        let sex = object.optional("sex", .code(Vocabulary.sex.codes))
        let ageBand = object.optional("age_band", .code(Vocabulary.ageBand.codes))
        let education = object.optional("education", .code(Vocabulary.education.codes))
        let residenceCommune = object.optional("residence_commune", .string(.communeCode))
        guard let demand, let structure, let channel, let urgency, let receivedAt, let isAnonymous, let isInScope
        else { return nil }
        self.init(
            demand: demand, structure: structure, network: network, territory: territory, channel: channel,
            access: access, preferredChannel: preferredChannel, urgency: urgency, requestedAt: requestedAt,
            receivedAt: receivedAt, isAnonymous: isAnonymous, isInScope: isInScope, person: person,
            isPersonErased: isPersonErased,
            audiences: audiences ?? [], situations: situations ?? [], sex: sex, ageBand: ageBand,
            education: education, residenceCommune: residenceCommune)
    }
}

/// R2: what became of a demand.
package struct DemandClosing: EventPayload {
    package let demand: UUID
    package let outcome: String
    /// Distinct structures that served it: a *siège* and its *antennes* once.
    package let structuresCount: Int
    package let receptionsCount: Int
    package let isSummaryGiven: Bool
    /// Nil where nobody said.
    package let isCharged: Bool?
    package let isCounsellingProposed: Bool
    /// Nil where none was proposed.
    package let isCounsellingAccepted: Bool?
    package let isAppointmentRequested: Bool
    package let person: UUID?
    package let isPersonErased: Bool

    package init(
        demand: UUID, outcome: String, structuresCount: Int, receptionsCount: Int, isSummaryGiven: Bool,
        isCharged: Bool?, isCounsellingProposed: Bool, isCounsellingAccepted: Bool?, isAppointmentRequested: Bool,
        person: UUID?, isPersonErased: Bool = false
    ) {
        (self.demand, self.outcome) = (demand, outcome)
        (self.person, self.isPersonErased) = (person, isPersonErased)
        (self.structuresCount, self.receptionsCount) = (structuresCount, receptionsCount)
        (self.isSummaryGiven, self.isCharged) = (isSummaryGiven, isCharged)
        (self.isCounsellingProposed, self.isCounsellingAccepted) = (isCounsellingProposed, isCounsellingAccepted)
        self.isAppointmentRequested = isAppointmentRequested
    }

    package var subject: String { "demands/\(demand.text)" }

    package static let fields: [EventField<Self>] = [
        EventField("demand", \.demand), EventField("outcome", \.outcome),
        EventField("structures_count", \.structuresCount), EventField("receptions_count", \.receptionsCount),
        EventField("summary_given", \.isSummaryGiven), EventField("charged", \.isCharged),
        EventField("counselling_proposed", \.isCounsellingProposed),
        EventField("counselling_accepted", \.isCounsellingAccepted),
        EventField("appointment_requested", \.isAppointmentRequested), .reporting("person", \.person),
        .reporting("person_erased", \.isPersonErased),
    ]

    package init?(_ object: ObjectReader) {
        let demand = object.required("demand", .string(.uuid))
        let outcome = object.required("outcome", .code(Vocabulary.outcome.codes))
        let structuresCount = object.required("structures_count", .int(0...10_000))
        let receptionsCount = object.required("receptions_count", .int(0...10_000))
        let isSummaryGiven = object.required("summary_given", .bool)
        let isCharged = object.optional("charged", .bool)
        let isCounsellingProposed = object.required("counselling_proposed", .bool)
        let isCounsellingAccepted = object.optional("counselling_accepted", .bool)
        let isAppointmentRequested = object.required("appointment_requested", .bool)
        let person = object.optional("person", .string(.uuid))
        let isPersonErased = object.optional("person_erased", .bool) ?? false
        guard let demand, let outcome, let structuresCount, let receptionsCount, let isSummaryGiven,
            let isCounsellingProposed, let isAppointmentRequested
        else { return nil }
        self.init(
            demand: demand, outcome: outcome, structuresCount: structuresCount, receptionsCount: receptionsCount,
            isSummaryGiven: isSummaryGiven, isCharged: isCharged, isCounsellingProposed: isCounsellingProposed,
            isCounsellingAccepted: isCounsellingAccepted, isAppointmentRequested: isAppointmentRequested,
            person: person, isPersonErased: isPersonErased)
    }
}
