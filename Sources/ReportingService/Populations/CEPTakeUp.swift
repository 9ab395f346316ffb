import Postgres
import Schema

/// Who had an act of career guidance in a year (`beneficiary`), beside the active population (`active`).
enum CEPTakeUp: Population {
    static let name = "cep-take-up"
    static let summary = LocalizedText(
        fr: "Bénéficiaires d’un acte de CEP (source beneficiary) et population active des communes (active), de la "
            + "dernière année où la région l’a donnée",
        en: "Beneficiaries of an act of career guidance (source beneficiary) and the communes’ active population "
            + "(active), of the latest year for which the region gave it")
    static let isOfMoments = false

    static let attributes: [Attribute] = [
        .code("source"), .flag("linkable"), .number("acts"),
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        select e.opened_on::timestamp at time zone 'Europe/Paris' as at, s.located_in as places, null::text as network,
            encode(e.person, 'hex') as person, e.person is not null as is_linkable, 1::bigint as weight,
            'beneficiary' as source, e.person is not null as linkable, e.acts
        from cep_episodes e
        join (\(scope.placed)) s on s.structure = e.structure
        where e.opened_on \(scope.days)
        union all
        select \(scope.period.start), p.territories || ('departement:' || p.department), null, null, null,
            p.active_population, 'active', null, null
        from (\(scope.communes(where: "active_population is not null"))) p
        """
    }
}
