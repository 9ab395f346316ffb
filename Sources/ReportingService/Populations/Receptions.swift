import Postgres
import Schema

/// R1: a structure received someone.
enum Receptions: Population {
    static let name = "receptions"
    static let summary = LocalizedText(
        fr: "Accueils, au jour de l’accueil, au lieu de la structure qui reçoit",
        en: "Receptions, by their day, at the place of the structure that received")
    static let isOfMoments = false

    static let attributes: [Attribute] = [
        .dimension(.channel),
        .dimension(.audience),
        .dimension(.situation),
        .dimension(.sex),
        .dimension(.ageBand),
        .dimension(.education),
        .code("access"), .code("preferred_channel"), .code("urgency"), .flag("anonymous"), .flag("in_scope"),
        .flag("linkable"), .key("structure"), .flag("same_day"), .number("wait", .days, scale: 86_400),
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        select r.received_at as at, s.located_in as places, r.network, r.person::text as person, r.is_linkable,
            1::bigint as weight, r.channel, r.audiences as audience, r.situations as situation, r.sex, r.age_band,
            r.education, r.access, r.preferred_channel, r.urgency, r.is_anonymous as anonymous,
            r.is_in_scope as in_scope,
            r.is_linkable as linkable, r.structure::text as structure,
            r.requested_at is null or (r.requested_at at time zone 'Europe/Paris')::date
                = (r.received_at at time zone 'Europe/Paris')::date as same_day,
            case when r.requested_at <= r.received_at
                then floor(extract(epoch from r.received_at - r.requested_at))::bigint end as wait
        from receptions r
        join (\(scope.placed)) s on s.structure = r.structure
        where r.received_at >= \(scope.period.start) and r.received_at < \(scope.period.end)
        """
    }
}
