package import Foundation

/// R6: a passage through *conseil en évolution professionnelle*, as a structure contributes it.
package struct CEPEpisode: EventPayload {
    package let episode: UUID
    package let structure: UUID
    package let level: Int
    package let framework: String
    package let openedOn: CalendarDate
    package let closedOn: CalendarDate?
    package let acts: Int
    package let person: UUID?
    package let isPersonErased: Bool
    package let sex: String?
    package let ageBand: String?
    package let audiences: [String]

    package init(
        episode: UUID, structure: UUID, level: Int, framework: String, openedOn: CalendarDate, closedOn: CalendarDate?,
        acts: Int, person: UUID?, isPersonErased: Bool = false, sex: String?, ageBand: String?, audiences: [String]
    ) {
        (self.episode, self.structure, self.level, self.framework) = (episode, structure, level, framework)
        (self.openedOn, self.closedOn, self.acts) = (openedOn, closedOn, acts)
        (self.person, self.isPersonErased) = (person, isPersonErased)
        (self.sex, self.ageBand, self.audiences) = (sex, ageBand, audiences)
    }

    package var subject: String { "cep-episodes/\(episode.text)" }

    package static let fields: [EventField<Self>] = [
        EventField("episode", \.episode), EventField("structure", \.structure), EventField("level", \.level),
        EventField("framework", \.framework), EventField("opened_on", \.openedOn),
        EventField("closed_on", \.closedOn), EventField("acts", \.acts), .reporting("person", \.person),
        .reporting("person_erased", \.isPersonErased),
        .reporting("sex", \.sex), .reporting("age_band", \.ageBand), .reporting("audiences", \.audiences),
    ]

    package init?(_ object: ObjectReader) {
        let episode = object.required("episode", .string(.uuid))
        let structure = object.required("structure", .string(.uuid))
        let level = object.required("level", .int(1...3))
        let framework = object.required("framework", .code(Vocabulary.cepFramework.codes))
        let openedOn = object.required("opened_on", .date)
        let closedOn = object.optional("closed_on", .date)
        let acts = object.required("acts", .int(0...10_000))
        let person = object.optional("person", .string(.uuid))
        let isPersonErased = object.optional("person_erased", .bool) ?? false
        let sex = object.optional("sex", .code(Vocabulary.sex.codes))
        let ageBand = object.optional("age_band", .code(Vocabulary.ageBand.codes))
        let audiences = object.optional("audiences", .set(0...20, of: .code(Vocabulary.audience.codes)))
        guard let episode, let structure, let level, let framework, let openedOn, let acts else { return nil }
        self.init(
            episode: episode, structure: structure, level: level, framework: framework, openedOn: openedOn,
            closedOn: closedOn, acts: acts, person: person, isPersonErased: isPersonErased, sex: sex, ageBand: ageBand,
            audiences: audiences ?? [])
    }
}

/// R7: an early leaver's way through a *plateforme de suivi et d'appui aux décrocheurs*, without the person.
package struct PSADCase: EventPayload {
    package let psadCase: UUID
    /// The platform: a structure.
    package let platform: UUID
    package let identifiedOn: CalendarDate
    package let contactedOn: CalendarDate?
    package let receivedOn: CalendarDate?
    package let solutionOn: CalendarDate?

    package init(
        psadCase: UUID, platform: UUID, identifiedOn: CalendarDate, contactedOn: CalendarDate?,
        receivedOn: CalendarDate?, solutionOn: CalendarDate?
    ) {
        (self.psadCase, self.platform, self.identifiedOn) = (psadCase, platform, identifiedOn)
        (self.contactedOn, self.receivedOn, self.solutionOn) = (contactedOn, receivedOn, solutionOn)
    }

    package var subject: String { "psad-cases/\(psadCase.text)" }

    package static let fields: [EventField<Self>] = [
        EventField("case", \.psadCase), EventField("platform", \.platform),
        EventField("identified_on", \.identifiedOn), EventField("contacted_on", \.contactedOn),
        EventField("received_on", \.receivedOn), EventField("solution_on", \.solutionOn),
    ]

    package init?(_ object: ObjectReader) {
        let psadCase = object.required("case", .string(.uuid))
        let platform = object.required("platform", .string(.uuid))
        let identifiedOn = object.required("identified_on", .date)
        let contactedOn = object.optional("contacted_on", .date)
        let receivedOn = object.optional("received_on", .date)
        let solutionOn = object.optional("solution_on", .date)
        guard let psadCase, let platform, let identifiedOn else { return nil }
        self.init(
            psadCase: psadCase, platform: platform, identifiedOn: identifiedOn, contactedOn: contactedOn,
            receivedOn: receivedOn, solutionOn: solutionOn)
    }
}
