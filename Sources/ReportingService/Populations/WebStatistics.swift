import Postgres
import Schema

/// W: sessions and calls, as aggregates.
enum WebStatistics: Population {
    static let name = "web-statistics"
    static let summary = LocalizedText(
        fr: "Sessions et appels, au mois",
        en: "Sessions and calls, by the month")
    static let isOfMoments = false
    static let isAboutPersons = false

    static let attributes: [Attribute] = [
        .dimension(.channel)
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        select to_date(w.month, 'YYYY-MM')::timestamp at time zone 'Europe/Paris' as at,
            coalesce(s.located_in, '{}') as places,
            coalesce(w.network, s.network) as network, w.sessions as weight, w.channel
        from web_statistics w
        left join (\(scope.placed)) s on s.structure = w.structure
        where w.region = \(scope.region) and to_date(w.month, 'YYYY-MM') \(scope.days)
        """
    }
}
