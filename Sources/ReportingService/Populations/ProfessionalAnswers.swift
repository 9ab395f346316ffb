import Postgres
import Schema

/// S2: what the professionals of a structure answered, or that they did not.
enum ProfessionalAnswers: Population {
    static let name = "professional-answers"
    static let summary = LocalizedText(
        fr: "Structures interrogées, au jour de la question",
        en: "Structures asked, by the day of the question")
    static let isOfMoments = false

    static let attributes: [Attribute] = [
        .key("structure"), .flag("answered"), .number("gain", .score),
        .number("quality_principles", .score), .number("quality_organisation", .score),
        .number("quality_effects", .score),
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        select a.asked_on::timestamp at time zone 'Europe/Paris' as at, s.located_in as places,
            s.network as network, null::text as person, false as is_linkable,
            1::bigint as weight, a.structure::text as structure, a.is_answered as answered,
            a.added_value - a.baseline as gain, a.quality_principles, a.quality_organisation, a.quality_effects
        from professional_survey_answers a
        join (\(scope.placed)) s on s.structure = a.structure
        where a.asked_on \(scope.days)
        """
    }
}
