import Postgres
import Schema

/// ST of the catalogue: the structures that count at the end of a period, and what they did in it. Of persons it knows
/// that there was one at least (`delivers`, `answered`), never how many: that would be a figure about persons.
enum Structures: Population {
    static let name = "structures"
    static let summary = LocalizedText(
        fr: "Structures actives reconnues, à la fin de la période (aujourd’hui tant qu’elle court), et ce qu’elles "
            + "ont fait pendant celle-ci",
        en: "Active recognised structures, at the period’s end (today while it runs), and what they did in it")
    static let isOfMoments = true

    static let attributes: [Attribute] = [
        .key("structure"), .code("status"), .flag("member"), .flag("accessible"), .flag("logo"),
        .flag("convention_valid"),
        .flag("in_committee"), .flag("answered"), .flag("delivers"), .number("least_half_days"),
        .number("trainings"),
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        with conventions as (\(scope.validConventions))
        select null::timestamptz as at, s.located_in as places,
            s.network as network, 1::bigint as weight,
            s.structure::text as structure, s.status, s.networks <> '{}' as member,
            s.accessibility <> '{}' as accessible,
            coalesce(s.logo_displayed_on <= \(scope.lastDay), false) as logo,
            exists (select from conventions where parties && (s.networks || s.structure::text)) as convention_valid,
            s.structure in (select unnest(t.committee_structures) from (\(scope.coordinations)) t) as in_committee,
            exists (select from professional_survey_answers a where a.structure = s.structure
                and a.region = \(scope.region) and a.is_answered and a.asked_on \(scope.days)) as answered,
            (\(scope.leastHalfDays)) as least_half_days,
            exists (select from receptions r where r.structure = s.structure
                and r.received_at >= \(scope.period.start) and r.received_at < \(scope.period.end)) as delivers,
            (select count(*) from actions a where a.region = \(scope.region) and a.kind = 'training'
                and a.is_completed and s.structure = any(a.attending_structures)
                and a.held_on \(scope.days)) as trainings
        from (\(scope.counted)) s
        """
    }
}
