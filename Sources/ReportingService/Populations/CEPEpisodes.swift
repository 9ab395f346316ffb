import Postgres
import Schema

/// R6: passages through the conseil en évolution professionnelle.
enum CEPEpisodes: Population {
    static let name = "cep-episodes"
    static let summary = LocalizedText(
        fr: "Épisodes de conseil en évolution professionnelle, au jour de leur ouverture",
        en: "Episodes of career guidance (CEP), by the day of their opening")
    static let isOfMoments = false

    static let attributes: [Attribute] = [
        .dimension(.cepLevel), .dimension(.cepFramework), .dimension(.audience), .dimension(.sex), .dimension(.ageBand),
        .flag("linkable"), .number("acts"), .number("duration", .days),
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        select e.opened_on::timestamp at time zone 'Europe/Paris' as at, s.located_in as places,
            s.network as network, encode(e.person, 'hex') as person,
            e.person is not null as is_linkable, 1::bigint as weight, e.level::text as cep_level,
            e.framework as cep_framework, e.audiences as audience, e.sex, e.age_band, e.person is not null as linkable,
            e.acts, (e.closed_on - e.opened_on)::bigint as duration
        from cep_episodes e
        join (\(scope.placed)) s on s.structure = e.structure
        where e.opened_on \(scope.days)
        """
    }
}
