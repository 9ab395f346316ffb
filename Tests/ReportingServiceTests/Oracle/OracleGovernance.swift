import Postgres

/// Labels, decisions, incidents.
enum OracleGovernance: OracleFamily {
    static let views: Query = """
        create materialized view oracle.label_steps as
        with decisions as (
            select id, (data ->> 'structure')::uuid as structure, (data ->> 'filed_at')::timestamptz as filed,
                (data ->> 'decided_at')::timestamptz as decided, data ->> 'decision' as decision, data ->> 'call' as call
            from oracle.once where type = 'fr.spro.directory.label.decided.v1'),
        steps as (
            select structure, filed as at, 'filed' as step, null::numeric as delay
            from (select distinct structure, call, filed from decisions where filed is not null) f
            union all
            -- A grant that ends a suspension of the same application is none.
            select d.structure, d.decided, d.decision, floor(extract(epoch from d.decided - d.filed))
            from decisions d
            where d.decision <> 'accorde' or coalesce((select e.decision from decisions e
                    where e.structure = d.structure and coalesce(e.call, '') = coalesce(d.call, '')
                        and (e.decided, e.id) < (d.decided, d.id)
                    order by e.decided desc, e.id desc limit 1), '') <> 'suspendu')
        select p.period, p.length, l.department, l.territory, l.network, s.step, s.delay
        from steps s
        join oracle.places l on l.structure = s.structure and l.region = oracle.region()
        join oracle.periods p on s.at >= p.starts and s.at < p.ends;

        create materialized view oracle.decisions as
        select p.period, p.length, data ->> 'kind' as kind, data ->> 'decision' as decision,
            greatest(0, (data ->> 'decided_on')::date - p.closes) as delay
        from oracle.contributions c join oracle.periods p on p.length = 'year' and p.period = data ->> 'year'
        where c.kind = 'governance-decisions';

        -- The reports that the charter asks for, of each structure that counts or of each territory.
        create materialized view oracle.expected as
        with asked as (
            select s.period, s.length, s.last, s.department, s.territory, s.network, s.structure::text as subject
            from oracle.counted s, oracle.charter where report_scope = 'structure'
            union all
            select t.period, t.length, p.last, null, t.territory, null, t.territory
            from oracle.territories t join oracle.periods p using (period), oracle.charter
            where report_scope = 'territory')
        select a.*, r.accepted, r.on_time
        from asked a
        cross join lateral (
            select bool_or(data ->> 'state' = 'accepted') as accepted,
                min((data ->> 'filed_on')::date) filter (where data ->> 'state' in ('submitted', 'accepted'))
                    <= max((data ->> 'due_on')::date) as on_time
            from oracle.contributions c
            where c.kind = 'plans-and-reports' and data ->> 'kind' = 'report'
                and data ->> 'scope' = (select report_scope from oracle.charter) and data ->> 'subject' = a.subject
                and (data ->> 'year')::int = extract(year from a.last)) r
        where a.length = 'year';

        create materialized view oracle.incidents as
        select p.period, p.length, l.department, coalesce(l.territory, case
                when c.data ->> 'territory' like 'territoire-spro:%' then c.data ->> 'territory' end) as territory,
            (c.data ->> 'resolved_on')::date - (c.data ->> 'opened_on')::date as delay
        from oracle.contributions c
        left join oracle.places l on l.structure = (c.data ->> 'structure')::uuid
        join oracle.periods p on (c.data ->> 'opened_on')::date between p.first and p.last
        where c.kind = 'incidents';
        """

    static let measures: [OracleMeasure] = [
        .count("GOV1", "filed", of: "count(*) filter (where step = 'filed')", in: "oracle.label_steps"),
        .count("GOV1", "granted", of: "count(*) filter (where step = 'accorde')", in: "oracle.label_steps"),
        .count("GOV1", "withdrawn", of: "count(*) filter (where step = 'retire')", in: "oracle.label_steps"),
        .number(
            "GOV1", "delay",
            "percentile_cont(0.5) within group (order by delay::float8) filter (where step in ('accorde', 'refuse'))",
            per: 86_400, in: "oracle.label_steps"),
        .ratio(
            "GOV5", "accepted", of: "count(*) filter (where accepted)", over: "count(*)", in: "oracle.expected"),
        .ratio("GOV5", "on_time", of: "count(*) filter (where on_time)", over: "count(*)", in: "oracle.expected"),
        .count(
            "GOV6", "presented",
            of:
                "(count(*) filter (where kind = 'synthesis-presented' and decision in ('presented', 'approved')) > 0)::int",
            in: "oracle.decisions"),
        .number(
            "GOV6", "delay",
            "min(delay) filter (where kind = 'synthesis-presented' and decision in ('presented', 'approved'))",
            in: "oracle.decisions"),
        .count(
            "GOV8", "approved",
            of: "(count(*) filter (where kind = 'training-plan' and decision in ('approved', 'amended')) > 0)::int",
            in: "oracle.decisions"),
        .count("GOV9", "open", of: "count(*) filter (where delay is null)", in: "oracle.incidents"),
        .count("GOV9", "resolved", of: "count(delay)", in: "oracle.incidents"),
        .number("GOV9", "delay", "percentile_cont(0.5) within group (order by delay::float8)", in: "oracle.incidents"),
    ]
}
