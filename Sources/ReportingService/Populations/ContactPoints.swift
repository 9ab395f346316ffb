import Postgres
import Schema

/// Places that the service counts on without being operators of it.
enum ContactPoints: Population {
    static let name = "contact-points"
    static let summary = LocalizedText(
        fr: "Points de contact, à la fin de la période (aujourd’hui tant qu’elle court)",
        en: "Contact points, at the period’s end (today while it runs)")
    static let isOfMoments = true

    static let attributes: [Attribute] = [
        .number("months_since_informed", .months)
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        select null::timestamptz as at, s.located_in as places, s.network as network,
            1::bigint as weight,
            (select min(\(scope.months("a.held_on"))) from actions a
                where a.region = \(scope.region) and a.kind = 'contact-point-visit' and a.is_completed
                    and s.structure = any(a.attending_structures)
                    and a.held_on <= \(scope.lastDay)) as months_since_informed
        from (\(scope.standing)) s
        where s.status = 'point-de-contact'
        """
    }
}
