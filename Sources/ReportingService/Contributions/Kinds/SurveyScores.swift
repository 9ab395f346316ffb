import Schema

/// What users and professionals judge alike, each from 1 to 5 or nothing: what the service adds (QUA5), and the fields of
/// the quality grid (QUA3).
struct SurveyScores: Sendable {
    let addedValue: Int?
    /// The same before the service.
    let baseline: Int?
    let principles: Int?
    let organisation: Int?
    let effects: Int?

    static let names = ["added_value", "baseline", "quality_principles", "quality_organisation", "quality_effects"]
    static let members = names.map { ContributionMember.optional($0, .integer) }

    init(_ object: ObjectReader) {
        addedValue = object.score("added_value")
        baseline = object.score("baseline")
        principles = object.score("quality_principles")
        organisation = object.score("quality_organisation")
        effects = object.score("quality_effects")
    }
}

extension ObjectReader {
    /// Who did not answer has said nothing.
    func refuseAnswers(_ names: [String], unless isAnswered: Bool?) {
        for name in names where isAnswered == false && holds(name) { report(.notAnswered, at: name) }
    }
}

extension Flaw {
    static let notAnswered = Flaw(
        "not-answered", fr: "Une enquête restée sans réponse (is_answered) n’a pas de réponse ici.",
        en: "A survey that was not answered (is_answered) has no answer here.")
}
