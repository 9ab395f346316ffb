import Postgres
import Schema

/// Closed episodes of career guidance of level 1, and when the same person began one of a higher level: as far as
/// one contributor knows the person in both.
enum CEPProgress: Population {
    static let name = "cep-progress"
    static let summary = LocalizedText(
        fr: "Épisodes de CEP de niveau 1 clos, au jour de leur clôture, et délai jusqu’à l’ouverture d’un "
            + "niveau supérieur pour la même personne, connue du même contributeur",
        en: "Closed level 1 episodes of career guidance, by their closing, and the time until the same "
            + "person, known to the same contributor, began a higher level")
    static let isOfMoments = false

    static let attributes: [Attribute] = [
        .dimension(.cepFramework),
        .flag("linkable"), .number("next_delay", .days), .number("observed", .days),
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        select e.closed_on::timestamp at time zone 'Europe/Paris' as at, s.located_in as places,
            s.network as network, encode(e.person, 'hex') as person,
            e.person is not null as is_linkable, 1::bigint as weight, e.framework as cep_framework,
            e.person is not null as linkable,
            ((select min(n.opened_on) from cep_episodes n where n.person = e.person and n.level >= 2
                and n.opened_on >= e.closed_on) - e.closed_on)::bigint as next_delay,
            ((select max(c.contributed_at at time zone 'Europe/Paris')::date from cep_episodes c
                where c.contributed_by = e.contributed_by)
                - e.closed_on)::bigint as observed
        from cep_episodes e
        join (\(scope.placed)) s on s.structure = e.structure
        where e.level = 1 and e.closed_on \(scope.days)
        """
    }
}
