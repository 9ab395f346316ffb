import Postgres
import Schema

/// Situations of malfunction that were signalled.
enum Incidents: Population {
    static let name = "incidents"
    static let summary = LocalizedText(
        fr: "Dysfonctionnements signalés, au jour de leur ouverture",
        en: "Malfunctions that were signalled, by the day of their opening")
    static let isOfMoments = false
    static let isAboutPersons = false

    static let attributes: [Attribute] = [
        .code("kind"), .flag("resolved"), .number("delay", .days),
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        select i.opened_on::timestamp at time zone 'Europe/Paris' as at,
            coalesce(s.located_in, array_remove(array[i.territory], null)) as places,
            s.network as network, 1::bigint as weight, i.kind,
            i.resolved_on is not null as resolved, (i.resolved_on - i.opened_on)::bigint as delay
        from incidents i
        left join (\(scope.placed)) s on s.structure = i.structure
        where i.region = \(scope.region) and i.opened_on \(scope.days)
        """
    }
}
