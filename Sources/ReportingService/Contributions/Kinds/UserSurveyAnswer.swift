import Foundation
import Postgres
import Schema

/// What one user was asked about a structure's service, at once or six months later, and what they answered (S1).
struct UserSurveyAnswer: Contribution {
    static let kind = "user-surveys"
    static let members: [ContributionMember] =
        [
            .required("external_id"), .required("structure"), .required("asked_on"), .required("is_answered", .flag),
            .required("months_after", .integer), .optional("channel"), .optional("audiences", .list), .optional("sex"),
            .optional("age_band"), .optional("satisfaction", .integer),
        ] + flags.map { .optional($0, .flag) } + SurveyScores.members
    static let table = ContributionTable(
        name: "user_survey_answers",
        columns: [
            "structure", "asked_on", "is_answered", "months_after", "channel", "audiences", "sex", "age_band",
            "satisfaction", "named_right_structure", "next_step_decided", "was_charged", "situation_better",
            "was_useful", "had_need", "used_service", "added_value", "baseline", "quality_principles",
            "quality_organisation", "quality_effects",
        ])

    private static let flags = [
        "named_right_structure", "next_step_decided", "was_charged", "situation_better", "was_useful", "had_need",
        "used_service",
    ]

    let externalID: String
    let structure: UUID
    let askedOn: CalendarDate
    let isAnswered: Bool
    /// 0 or 6.
    let monthsAfter: Int
    /// By which the service was given.
    let channel: String?
    let audiences: [String]
    let sex: String?
    let ageBand: String?
    let satisfaction: Int?
    /// Whether they named the structure that is theirs to go to.
    let hasNamedRightStructure: Bool?
    let isNextStepDecided: Bool?
    let wasCharged: Bool?
    let isSituationBetter: Bool?
    let wasUseful: Bool?
    let hadNeed: Bool?
    let hasUsedService: Bool?
    let scores: SurveyScores

    init?(_ object: ObjectReader, on today: CalendarDate) {
        let externalID = object.externalID()
        let structure = object.required("structure", .string(.uuid))
        let askedOn = object.required("asked_on", .past(today))
        let isAnswered = object.required("is_answered", .bool)
        let monthsAfter = object.required("months_after", .int(0...6))
        if let monthsAfter, ![0, 6].contains(monthsAfter) {
            object.report(.unknownCode(["0", "6"]), at: "months_after")
        }
        channel = object.optional("channel", .code(Vocabulary.channel.codes))
        audiences = object.audiences() ?? []
        sex = object.optional("sex", .code(Vocabulary.sex.codes))
        ageBand = object.optional("age_band", .code(Vocabulary.ageBand.codes))
        satisfaction = object.score("satisfaction")
        hasNamedRightStructure = object.optional("named_right_structure", .bool)
        isNextStepDecided = object.optional("next_step_decided", .bool)
        wasCharged = object.optional("was_charged", .bool)
        isSituationBetter = object.optional("situation_better", .bool)
        wasUseful = object.optional("was_useful", .bool)
        hadNeed = object.optional("had_need", .bool)
        hasUsedService = object.optional("used_service", .bool)
        scores = SurveyScores(object)
        object.refuseAnswers(["satisfaction"] + Self.flags + SurveyScores.names, unless: isAnswered)
        guard let externalID, let structure, let askedOn, let isAnswered, let monthsAfter else { return nil }
        (self.externalID, self.structure, self.askedOn) = (externalID, structure, askedOn)
        (self.isAnswered, self.monthsAfter) = (isAnswered, monthsAfter)
    }

    var subject: ContributionSubject { .structure(structure, at: "structure") }

    func append(to rows: inout CopyRows, _ stamp: ContributionStamp) throws {
        try rows.append(
            stamp.place, stamp.client, stamp.region, externalID, structure, askedOn, isAnswered, monthsAfter, channel,
            audiences.sorted(), sex, ageBand, satisfaction, hasNamedRightStructure, isNextStepDecided, wasCharged,
            isSituationBetter, wasUseful, hadNeed, hasUsedService, scores.addedValue, scores.baseline,
            scores.principles, scores.organisation, scores.effects)
    }
}
