import Postgres
import Schema

/// Professionals that structures declare (sources `declared`; `assessed` where they say how many are qualified, and
/// these as `qualified`), and those who took part in trainings (`attendee`).
enum Staff: Population {
    static let name = "staff"
    static let summary = LocalizedText(
        fr: "Professionnels déclarés (source declared ; assessed où la qualification est dite, dont "
            + "qualified) et participants aux formations de la période (attendee)",
        en: "Declared professionals (source declared; assessed where qualification is told, of whom "
            + "qualified) and participants of the period’s trainings (attendee)")
    static let isOfMoments = true

    static let attributes: [Attribute] = [
        .code("source"), .code("participant"),
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        with counted as (\(scope.counted))
        select null::timestamptz as at, s.located_in as places, s.network as network,
            part.weight, part.source, null::text as participant
        from counted s
        cross join lateral (values ('declared', s.staff_declared),
            ('assessed', case when s.staff_qualified is not null then s.staff_declared end),
            ('qualified', s.staff_qualified)) part (source, weight)
        where part.weight is not null
        union all
        select null, '{}', null, 1, 'attendee', encode(attendee, 'hex')
        from actions a cross join unnest(a.attendees) attendee
        where a.region = \(scope.region) and a.kind = 'training' and a.is_completed
            and a.held_on \(scope.days)
        """
    }
}
