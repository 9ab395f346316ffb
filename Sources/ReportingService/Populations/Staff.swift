import Postgres
import Schema

/// Professionals whom structures declare (source `professional`; `assessed` where the structure says how many are
/// qualified, and these `qualified`), and those who took part in trainings (`attendee`). They are persons: figures about
/// few of them are not shown.
enum Staff: Population {
    static let name = "staff"
    static let summary = LocalizedText(
        fr: "Professionnels déclarés (source professional ; assessed où la structure dit la qualification, dont "
            + "qualified) et participants aux formations de la période (attendee)",
        en: "Declared professionals (source professional; assessed where the structure tells qualification, of whom "
            + "qualified) and participants of the period’s trainings (attendee)")
    static let isOfMoments = true
    static let isAboutPersons = true

    static let attributes: [Attribute] = [
        .code("source"), .flag("assessed"), .flag("qualified"), .key("participant"),
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        with counted as (\(scope.counted))
        select null::timestamptz as at, s.located_in as places, s.network as network, null::text as person,
            false as is_linkable, part.weight, 'professional' as source, part.assessed, part.qualified,
            null::text as participant
        from counted s
        cross join lateral (values (s.staff_qualified, true, true),
            (s.staff_declared - s.staff_qualified, true, false),
            (case when s.staff_qualified is null then s.staff_declared end, false, false))
            part (weight, assessed, qualified)
        where part.weight is not null
        union all
        select null, '{}', null, encode(attendee, 'hex'), true, 1, 'attendee', false,
            false, encode(attendee, 'hex')
        from actions a cross join unnest(a.attendees) attendee
        where a.region = \(scope.region) and a.kind = 'training' and a.is_completed
            and a.held_on \(scope.days)
        """
    }
}
