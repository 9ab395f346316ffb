import Postgres
import Schema

/// R7: the way of early leavers through a platform; each is a person of its own.
enum PSADCases: Population {
    static let name = "psad-cases"
    static let summary = LocalizedText(
        fr: "Jeunes repérés par une plateforme (PSAD), au jour du repérage",
        en: "Young people identified by a platform (PSAD), by that day")
    static let isOfMoments = false

    static let attributes: [Attribute] = [
        .flag("contacted"), .flag("received"), .flag("solved"), .number("solution_delay", .days),
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        select c.identified_on::timestamp at time zone 'Europe/Paris' as at, s.located_in as places,
            s.network as network, null::text as person, false as is_linkable,
            1::bigint as weight, c.contacted_on is not null as contacted, c.received_on is not null as received,
            c.solution_on is not null as solved, (c.solution_on - c.identified_on)::bigint as solution_delay
        from psad_cases c
        join (\(scope.placed)) s on s.structure = c.platform
        where c.identified_on \(scope.days)
        """
    }
}
