import Postgres
import Schema

/// The indicators that a region has taken up.
enum DefinitionStates: Population {
    static let name = "definitions"
    static let summary = LocalizedText(
        fr: "Indicateurs repris par la région",
        en: "Indicators that the region has taken up")
    static let isOfMoments = true

    static let attributes: [Attribute] = [
        .flag("validated")
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        select null::timestamptz as at, '{}'::text[] as places, null::text as network, 1::bigint as weight,
            bool_or(d.state = 'validated') as validated
        from definition_versions d where d.region = \(scope.region) group by d.code
        """
    }
}
