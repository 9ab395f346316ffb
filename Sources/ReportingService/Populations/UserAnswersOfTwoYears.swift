import Postgres
import Schema

/// S1 of a year and, as if they were of the same days (`before`), of the year before: what has changed.
enum UserAnswersOfTwoYears: Population {
    static let name = "user-answers-of-two-years"
    static let summary = LocalizedText(
        fr: "Personnes interrogées dans l’année et (before) dans l’année précédente, ramenées au même "
            + "jour",
        en: "People asked in the year and (before) in the year before, brought to the same day")
    static let isOfMoments = false

    static let attributes: [Attribute] = [
        .dimension(.channel), .dimension(.audience), .dimension(.sex), .dimension(.ageBand),
        .key("structure"), .flag("answered"), .flag("before"), .number("months_after", .months),
        .number("satisfaction", .score),
        .flag("named_right_structure"), .flag("next_step_decided"), .flag("charged"), .flag("situation_better"),
        .flag("useful"), .flag("had_need"), .flag("used_service"), .number("gain", .score),
        .number("quality_principles", .score), .number("quality_organisation", .score),
        .number("quality_effects", .score),
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        select (a.asked_on + y.years * interval '1 year') at time zone 'Europe/Paris' as at, s.located_in as places,
            s.network as network, null::text as person, false as is_linkable,
            1::bigint as weight, a.structure::text as structure, a.channel, a.audiences as audience, a.sex, a.age_band, a.is_answered as answered,
            y.years = 1 as before, a.months_after, a.satisfaction, a.named_right_structure, a.next_step_decided,
            a.was_charged as charged, a.situation_better, a.was_useful as useful, a.had_need, a.used_service,
            a.added_value - a.baseline as gain, a.quality_principles, a.quality_organisation, a.quality_effects
        from user_survey_answers a
        join (\(scope.placed)) s on s.structure = a.structure
        cross join (values (0), (1)) y (years)
        where (a.asked_on + y.years * interval '1 year')::date \(scope.days)
        """
    }
}
