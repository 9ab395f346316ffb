import Postgres
import Schema

/// S1: what a person who was asked about the service answered, or that they did not; each is a person of its own.
enum UserAnswers: Population {
    static let name = "user-answers"
    static let summary = LocalizedText(
        fr: "Personnes interrogées sur le service, au jour de la question, au lieu de la structure",
        en: "People asked about the service, by the day of the question, at the structure’s place")
    static let isOfMoments = false

    static let attributes: [Attribute] = [
        .dimension(.channel), .dimension(.audience), .dimension(.sex), .dimension(.ageBand),
        .key("structure"), .flag("answered"), .number("months_after", .months), .number("satisfaction", .score),
        .flag("named_right_structure"), .flag("next_step_decided"), .flag("charged"), .flag("situation_better"),
        .flag("useful"), .flag("had_need"), .flag("used_service"), .number("gain", .score),
        .number("quality_principles", .score), .number("quality_organisation", .score),
        .number("quality_effects", .score),
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        select a.asked_on::timestamp at time zone 'Europe/Paris' as at, s.located_in as places,
            s.network as network, null::text as person, false as is_linkable,
            1::bigint as weight, a.structure::text as structure, a.channel, a.audiences as audience, a.sex, a.age_band, a.is_answered as answered,
            a.months_after, a.satisfaction, a.named_right_structure, a.next_step_decided,
            a.was_charged as charged, a.situation_better, a.was_useful as useful, a.had_need, a.used_service,
            a.added_value - a.baseline as gain, a.quality_principles, a.quality_organisation, a.quality_effects
        from user_survey_answers a
        join (\(scope.placed)) s on s.structure = a.structure
        where a.asked_on \(scope.days)
        """
    }
}
