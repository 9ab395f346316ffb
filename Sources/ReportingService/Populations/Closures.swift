import Postgres
import Schema

/// Days on which a structure that counts was closed, as it announced them last.
enum Closures: Population {
    static let name = "closures"
    static let summary = LocalizedText(
        fr: "Fermetures annoncées des structures actives reconnues, au premier jour",
        en: "Announced closures of active recognised structures, by their first day")
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
        from (\(scope.counted)) s
        join (select distinct on (structure, first_day, last_day) * from structure_closures
            order by structure, first_day, last_day, version desc) c on c.structure = s.structure
        where c.first_day \(scope.days)
        """
    }
}
