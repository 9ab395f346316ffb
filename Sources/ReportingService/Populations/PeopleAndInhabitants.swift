import Postgres
import Schema

/// Who was received in a year, beside all who live in the region: rows of three sources (`person`, `group`,
/// `region`).
enum PeopleAndInhabitants: Population {
    static let name = "people-and-inhabitants"
    static let summary = LocalizedText(
        fr: "Personnes accueillies dans l’année (source person), habitants par groupe (group) et de toute "
            + "la région (region)",
        en: "People received in the year (source person), inhabitants by group (group) and of the whole "
            + "region (region)")
    static let isOfMoments = false

    static let attributes: [Attribute] = [
        .dimension(.audience),
        .dimension(.situation),
        .dimension(.sex),
        .dimension(.ageBand),
        .dimension(.education),
        .code("source"), .flag("linkable"),
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        select r.received_at as at, s.located_in as places, r.network, r.person::text as person, r.is_linkable,
            1::bigint as weight, r.audiences as audience, r.situations as situation, r.sex, r.age_band, r.education,
            'person' as source, r.is_linkable as linkable
        from receptions r
        join (\(scope.placed)) s on s.structure = r.structure
        where r.received_at >= \(scope.period.start) and r.received_at < \(scope.period.end)
        union all
        select \(scope.period.start), '{}', null, null, null, g.population,
            case g.dimension when 'audience' then array[g.code] end,
            case g.dimension when 'situation' then array[g.code] end,
            case g.dimension when 'sex' then g.code end, case g.dimension when 'age_band' then g.code end,
            case g.dimension when 'education' then g.code end, 'group', null
        from (select distinct on (dimension, code) * from reference_groups
            where region = \(scope.region) and year <= \(scope.period.year) order by dimension, code, year desc) g
        union all
        select \(scope.period.start), '{}', null, null, null, p.population, null, null, null, null, null, 'region',
            null
        from (\(scope.communes())) p
        """
    }
}
