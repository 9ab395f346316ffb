import Postgres
import Schema

/// G1: trainings, meetings, immersions, partnership and sector actions, fairs, consultations.
enum Actions: Population {
    static let name = "actions"
    static let summary = LocalizedText(
        fr: "Actions, au jour où elles sont tenues, sur leur territoire",
        en: "Actions, by the day on which they are held, in their territory")
    static let isOfMoments = false
    static let isAboutPersons = false

    static let attributes: [Attribute] = [
        .code("kind"), .flag("completed"), .code("branch"), .flag("spro_space"), .flag("supported"),
        .number("networks"),
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        select a.held_on::timestamp at time zone 'Europe/Paris' as at, array_remove(array[a.territory], null) as places,
            null::text as network, 1::bigint as weight, a.kind, a.is_completed as completed,
            a.sector as branch,
            a.has_spro_space as spro_space, a.is_supported as supported,
            (select count(distinct s.network) from (\(scope.placed)) s
                where s.structure = any(a.attending_structures)) as networks
        from actions a
        where a.region = \(scope.region) and a.held_on \(scope.days)
        """
    }
}
