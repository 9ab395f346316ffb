package import Foundation

/// A referral as the sending structure writes it: whom, to whom, for what, and what of the person may go along. Person,
/// demand and consent are named by their ids or come with it.
package struct ReferralDraft: Sendable {
    package enum Part<New: Sendable>: Sendable {
        case known(UUID)
        case new(New)
    }

    package let sender: UUID
    package let recipient: UUID
    package let person: Part<PersonDraft>
    package let demand: Part<DemandDraft>
    /// nil: not yet given; the referral waits for it.
    package let consent: Part<ConsentDraft>?
    package let serviceKind: String
    /// The recipient's offer, where one was chosen.
    package let service: UUID?
    package let theme: String
    package let urgency: String
    package let cepLevel: Int?
    package let cepFramework: String?
    /// What the sender means to pass on; never more than the consent names.
    package let dataCategories: [String]
    /// Whether it stays a draft until its options have been shown and the person has chosen.
    package let isDraft: Bool
    /// The structures that the person was offered; the recipient is among them.
    package let options: [OfferedOption]
    /// The person wishes to go on though the demand then passes through more structures than the charter's limit.
    package let exceedsLimitByChoice: Bool

    package init?(_ object: ObjectReader, now: Date) {
        let sender = object.required("sender_structure_id", .string(.uuid))
        let recipient = object.required("recipient_structure_id", .string(.uuid))
        if let sender, sender == recipient { object.report(Self.itself, at: "recipient_structure_id") }
        let today = ParisClock.day(of: now)
        let person = object.part("person", .object { PersonDraft($0, today: today) }, isRequired: true)
        let demand = object.part("demand", .object { DemandDraft($0, now: now) }, isRequired: true)
        let consent = object.part("consent", .consent(now: now), isRequired: false)
        let serviceKind = object.required("service_kind", .code(Vocabulary.serviceKind.codes))
        service = object.optional("service_id", .string(.uuid))
        let theme = object.required("theme", .code(Vocabulary.theme.codes))
        let urgency = object.required("urgency", .code(Vocabulary.urgency.codes))
        cepLevel = object.optional("cep_level", .int(1...3))
        cepFramework = object.optional("cep_framework", .code(Vocabulary.cepFramework.codes))
        let categories = object.required("data_categories", .set(1...10, of: .code(Vocabulary.dataCategory.codes)))
        if let categories, !categories.contains("besoin") { object.report(Self.withoutNeed, at: "data_categories") }
        isDraft = object.optional("draft", .bool) ?? false
        if isDraft, consent != nil { object.report(Self.draftWithConsent, at: "draft") }
        options = object.optional("options", .array(1...20, of: .object(OfferedOption.init))) ?? []
        let offered = options.map(\.structure)
        if Set(offered).count < offered.count { object.report(.duplicateItem, at: "options") }
        if let recipient, !offered.isEmpty, !offered.contains(recipient) {
            object.report(Self.notOffered, at: "recipient_structure_id")
        }
        exceedsLimitByChoice = object.optional("exceeds_limit_by_choice", .bool) ?? false
        object.refuse(["id", "state", "sequence"])
        self.consent = consent
        guard let sender, let recipient, let person, let demand, let serviceKind, let theme, let urgency, let categories
        else { return nil }
        (self.sender, self.recipient, self.person, self.demand) = (sender, recipient, person, demand)
        (self.serviceKind, self.theme, self.urgency, dataCategories) = (serviceKind, theme, urgency, categories)
        if case .new(let consent) = consent { report(gapsIn: consent, to: object) }
    }

    /// What the consent that comes along does not cover of the referral that it comes with.
    private func report(gapsIn consent: ConsentDraft, to object: ObjectReader) {
        let terms = consent.terms
        if !terms.recipients.contains(recipient) || !terms.purposes.contains("transmission")
            || !Set(dataCategories).isSubset(of: terms.dataCategories)
        {
            object.report(Self.uncovered, at: "consent")
        }
    }

    private static let itself = Flaw(
        "own-recipient", fr: "Une structure n’oriente pas vers elle-même.", en: "A structure does not refer to itself.")
    private static let withoutNeed = Flaw(
        "need-required", fr: "Le besoin accompagne toujours la personne.", en: "The need always goes along.")
    private static let draftWithConsent = Flaw(
        "draft-with-consent", fr: "Un brouillon ne porte pas encore d’accord.", en: "A draft carries no consent yet.")
    package static let notOffered = Flaw(
        "not-among-options", fr: "La personne choisit parmi les structures qui lui ont été proposées.",
        en: "The person chooses among the structures that were offered.")
    private static let uncovered = Flaw(
        "consent-too-narrow", fr: "L’accord doit nommer ce destinataire, la transmission et ces données.",
        en: "The consent must name this recipient, transmission and these data.")
}

extension ObjectReader {
    /// `name` with something new, or `name_id` with the id of something known; never both.
    fileprivate func part<New: Sendable>(
        _ name: String, _ rule: ValueRule<New>, isRequired: Bool
    ) -> ReferralDraft.Part<New>? {
        let new = optional(name, rule)
        let known = optional(name + "_id", .string(.uuid))
        switch (holds(name), holds(name + "_id")) {
        case (true, true):
            report(
                Flaw(
                    "either-or", fr: "Donnez \(name) ou \(name)_id, pas les deux.",
                    en: "Give \(name) or \(name)_id, not both."), at: name)
            return nil
        case (false, false):
            if isRequired { report(.required, at: name) }
            return nil
        default: return new.map { .new($0) } ?? known.map { .known($0) }
        }
    }
}
