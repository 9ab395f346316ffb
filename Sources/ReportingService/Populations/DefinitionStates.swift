import Postgres
import Schema

/// The indicators that a region has taken up, by what had become of their versions.
enum DefinitionStates: Population {
    static let name = "definitions"
    static let summary = LocalizedText(
        fr: "Indicateurs repris par la région, à la fin de la période (aujourd’hui tant qu’elle court)",
        en: "Indicators that the region has taken up, at the period’s end (today while it runs)")
    static let isOfMoments = true

    static let attributes: [Attribute] = [
        .flag("validated")
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        select null::timestamptz as at, '{}'::text[] as places, null::text as network, 1::bigint as weight,
            bool_or(last.step = 'validated') as validated
        from (select distinct on (code, version) code, step from definition_steps
            where region = \(scope.region) and at < \(scope.period.end) order by code, version, number desc) last
        group by last.code
        """
    }
}
