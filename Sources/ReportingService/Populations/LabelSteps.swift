import Postgres
import Schema

/// What happened to applications for the label that were decided. The end of a suspension is told as the label that was
/// granted before: no step of its own.
enum LabelSteps: Population {
    static let name = "label-steps"
    static let summary = LocalizedText(
        fr: "Dépôts qui ont été décidés (step = filed) et décisions de labellisation (step = état du label), à leur "
            + "jour, hors levées de suspension",
        en: "Applications for the label that were decided (step = filed) and decisions (step = state of the label), "
            + "by their day, ends of suspensions apart")
    static let isOfMoments = false
    static let isAboutPersons = false

    static let attributes: [Attribute] = [
        .code("step"), .number("delay", .days, scale: 86_400),
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        select d.filed_at as at, s.located_in as places, s.network as network,
            1::bigint as weight, 'filed' as step, null::bigint as delay
        from (select distinct structure, call, filed_at from label_decisions where filed_at is not null) d
        join (\(scope.placed)) s on s.structure = d.structure
        where d.filed_at >= \(scope.period.start) and d.filed_at < \(scope.period.end)
        union all
        select d.decided_at, s.located_in, s.network, 1, d.label_state,
            case when d.filed_at <= d.decided_at then floor(extract(epoch from d.decided_at - d.filed_at))::bigint end
        from (select *, lag(label_state) over (partition by structure, call order by decided_at, event) as before
            from label_decisions) d
        join (\(scope.placed)) s on s.structure = d.structure
        where (d.before, d.label_state) is distinct from ('suspendu', 'accorde')
            and d.decided_at >= \(scope.period.start) and d.decided_at < \(scope.period.end)
        """
    }
}
