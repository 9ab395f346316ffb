import Postgres
import Schema

/// Closures of structures that count on their first day, each once by that day: as the version says that is in force at
/// the day's end, or, where it does not know of it yet, the first later one that does.
enum Closures: Population {
    static let name = "closures"
    static let summary = LocalizedText(
        fr: "Fermetures des structures actives reconnues ce jour-là, au premier jour, telles qu’elles les disent alors "
            + "ou, sinon, ensuite",
        en: "Closures of structures that are active and recognised on that day, by their first day, as they tell of "
            + "them then or else afterwards")
    static let isOfMoments = false
    static let isAboutPersons = false

    static let attributes: [Attribute] = [
        .number("notice", .days)
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        select c.first_day::timestamp at time zone 'Europe/Paris' as at, s.located_in as places,
            s.network as network, 1::bigint as weight,
            case when c.announced_on <= c.first_day then (c.first_day - c.announced_on)::bigint end as notice
        from (select distinct structure, first_day, (first_day + 1)::timestamp at time zone 'Europe/Paris' as day_end
            from structure_closures where first_day \(scope.days)) days
        join (\(scope.placed)) s on s.structure = days.structure
        cross join lateral (select * from structure_states v where v.structure = days.structure
            and v.since < days.day_end order by v.version desc limit 1) state
        cross join lateral (
            select days.first_day, min(x.announced_on) as announced_on from structure_closures x
            where x.structure = days.structure and x.first_day = days.first_day and x.version >= state.version
            group by x.version order by x.version limit 1) c
        where not state.is_gone and state.region = \(scope.region) and \(scope.counts(until: "days.day_end"))
        """
    }
}
