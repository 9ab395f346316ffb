import Foundation
import Postgres
import Schema

/// What the professionals of one structure were asked, and what they answered (S2).
struct ProfessionalSurveyAnswer: Contribution {
    static let kind = "professional-surveys"
    static let members: [ContributionMember] =
        [
            .required("external_id"), .required("structure"), .required("asked_on"), .required("is_answered", .flag),
            .optional("known_structures", .list), .optional("asked_structures", .list),
        ] + SurveyScores.members
    static let table = ContributionTable(
        name: "professional_survey_answers",
        columns: [
            "structure", "asked_on", "is_answered", "known_structures", "asked_structures", "added_value", "baseline",
            "quality_principles", "quality_organisation", "quality_effects",
        ])

    /// More than any territory has structures.
    private static let bound = 0...500

    let externalID: String
    let structure: UUID
    let askedOn: CalendarDate
    let isAnswered: Bool
    /// Those that they know, of those that they were asked about.
    let knownStructures: [UUID]
    let askedStructures: [UUID]
    let scores: SurveyScores

    init?(_ object: ObjectReader, on today: CalendarDate) {
        let externalID = object.externalID()
        let structure = object.required("structure", .string(.uuid))
        let askedOn = object.required("asked_on", .past(today))
        let isAnswered = object.required("is_answered", .bool)
        knownStructures = object.optional("known_structures", .set(Self.bound, of: .string(.uuid))) ?? []
        askedStructures = object.optional("asked_structures", .set(Self.bound, of: .string(.uuid))) ?? []
        if !Set(knownStructures).isSubset(of: askedStructures) { object.report(.notAsked, at: "known_structures") }
        scores = SurveyScores(object)
        object.refuseAnswers(SurveyScores.names, unless: isAnswered)
        if isAnswered == false, !knownStructures.isEmpty { object.report(.notAnswered, at: "known_structures") }
        guard let externalID, let structure, let askedOn, let isAnswered else { return nil }
        (self.externalID, self.structure) = (externalID, structure)
        (self.askedOn, self.isAnswered) = (askedOn, isAnswered)
    }

    var subject: ContributionSubject { .structure(structure, at: "structure") }
    /// Those that are known are among them.
    var mentions: [ContributionMention] { [ContributionMention(name: "asked_structures", structures: askedStructures)] }

    func append(to rows: inout CopyRows, _ stamp: ContributionStamp) throws {
        try rows.append(
            stamp.place, stamp.client, stamp.region, externalID, structure, askedOn, isAnswered,
            knownStructures.sorted(), askedStructures.sorted(), scores.addedValue, scores.baseline, scores.principles,
            scores.organisation, scores.effects)
    }
}

extension Flaw {
    fileprivate static let notAsked = Flaw(
        "not-asked", fr: "Une structure connue est l’une de celles sur lesquelles porte la question.",
        en: "A structure that is known is one of those that were asked about.")
}
