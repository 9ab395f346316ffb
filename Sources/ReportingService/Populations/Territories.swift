import Postgres
import Schema

/// TE of the catalogue: the territories of the service, and what happened in them in a period.
enum Territories: Population {
    static let name = "territories"
    static let summary = LocalizedText(
        fr: "Territoires du SPRO, à la fin de la période (aujourd’hui tant qu’elle court), et ce qui s’y est fait "
            + "pendant celle-ci",
        en: "Territories of the service, at the period’s end (today while it runs), and what was done in them in it")
    static let isOfMoments = true

    static let attributes: [Attribute] = [
        .flag("coordinator"), .flag("face_to_face"), .flag("remote"), .flag("online"),
        .number("actions_completed"), .number("actions_planned"), .number("consultations"), .flag("users_committee"),
        .number("portrait_age", .months),
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        with counted as (\(scope.counted))
        select null::timestamptz as at, array[t.territory] as places, null::text as network, 1::bigint as weight,
            coalesce((select d.coordinator_designated from (\(scope.coordinations)) d
                where d.territory = t.territory), false) as coordinator,
            coalesce(offered.face_to_face, false) as face_to_face, coalesce(offered.remote, false) as remote,
            coalesce(offered.online, false) as online,
            held.completed as actions_completed, held.consultations, held.users_committee,
            (select coalesce(max(p.actions_planned), 0) from plans_and_reports p
                where p.kind = 'plan' and p.scope = 'territory' and p.subject = t.territory and p.region = \(scope.region)
                    and p.state in ('submitted', 'accepted') and p.year = \(scope.period.year)) as actions_planned,
            (select min(\(scope.months("p.filed_on"))) from plans_and_reports p
                where p.kind = 'portrait' and p.scope = 'territory' and p.subject = t.territory
                    and p.region = \(scope.region)
                    and p.state in ('submitted', 'accepted') and p.filed_on <= \(scope.lastDay)) as portrait_age
        from (\(scope.territories)) t
        left join lateral (
            select bool_or('presentiel' = any(o.channels)) as face_to_face,
                bool_or(o.channels && array['telephone', 'visio', 'courriel', 'tchat']) as remote,
                bool_or('en-ligne' = any(o.channels)) as online
            from counted s join structure_offers o on o.structure = s.structure and o.version = s.version
            where t.territory = any(s.located_in)) offered on true
        left join lateral (
            select count(*) filter (where a.kind = 'partnership' and a.is_completed) as completed,
                count(*) filter (where a.kind = 'consultation' and a.is_completed) as consultations,
                count(*) filter (where a.kind = 'users-committee' and a.is_completed) > 0 as users_committee
            from actions a where a.region = \(scope.region) and a.territory = t.territory
                and a.held_on \(scope.days)) held on true
        """
    }
}
