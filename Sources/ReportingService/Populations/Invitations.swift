import Postgres
import Schema

/// Each structure that was invited to an action.
enum Invitations: Population {
    static let name = "invitations"
    static let summary = LocalizedText(
        fr: "Structures invitées à une action, au jour où elle est tenue, au lieu de la structure",
        en: "Structures invited to an action, by the day on which it is held, at the structure’s place")
    static let isOfMoments = false
    static let isAboutPersons = false

    static let attributes: [Attribute] = [
        .code("kind"), .flag("attended"),
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        select a.held_on::timestamp at time zone 'Europe/Paris' as at, s.located_in as places,
            s.network as network, 1::bigint as weight, a.kind,
            invited = any(a.attending_structures) as attended
        from actions a
        cross join unnest(a.invited_structures) invited
        join (\(scope.placed)) s on s.structure = invited
        where a.region = \(scope.region) and a.is_completed and a.held_on \(scope.days)
        """
    }
}
