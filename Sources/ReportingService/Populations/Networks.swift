import Postgres
import Schema

/// The networks to which structures that count belong.
enum Networks: Population {
    static let name = "networks"
    static let summary = LocalizedText(
        fr: "Réseaux des structures actives reconnues, à la fin de la période (aujourd’hui tant qu’elle court)",
        en: "Networks of the active recognised structures, at the period’s end (today while it runs)")
    static let isOfMoments = true

    static let attributes: [Attribute] = [
        .flag("convention_valid")
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        select null::timestamptz as at, '{}'::text[] as places, n.network, 1::bigint as weight,
            exists (select from (\(scope.validConventions)) c where n.network = any(c.parties)) as convention_valid
        from (select distinct unnest(s.networks) as network from (\(scope.counted)) s) n
        """
    }
}
