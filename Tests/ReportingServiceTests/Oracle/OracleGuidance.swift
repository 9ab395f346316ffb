import Postgres

/// Guidance (CEP) by its opening, and early leavers by when they were identified.
enum OracleGuidance: OracleFamily {
    static let views: Query = """
        create materialized view oracle.guidance as
        select l.department, l.territory, l.network, (c.data ->> 'level')::int as level, c.data ->> 'level' as cep_level,
            c.data ->> 'framework' as cep_framework, (c.data ->> 'opened_on')::date as opened,
            (c.data ->> 'closed_on')::date as closed, (c.data ->> 'acts')::int as acts,
            c.client, c.client || ' ' || (c.data ->> 'person') as person, c.data ->> 'sex' as sex,
            c.data ->> 'age_band' as age_band, oracle.texts(c.data -> 'audiences') as audience
        from oracle.contributions c
        join oracle.places l on l.structure = (c.data ->> 'structure')::uuid and l.region = oracle.region()
        where c.kind = 'cep-episodes';

        create materialized view oracle.openings as
        select p.period, p.length, g.*, g.closed - g.opened as duration
        from oracle.guidance g join oracle.periods p on g.opened between p.first and p.last;

        -- Of each closed first level, how many days later the same contributor saw the person begin a higher one.
        create materialized view oracle.progress as
        select p.period, p.length, g.department, g.territory, g.network, g.person,
            w.latest - g.closed >= 90 as observed, n.opened - g.closed <= 90 as progressed
        from oracle.guidance g
        join oracle.periods p on g.closed between p.first and p.last
        join (select client, max(contributed_on) as latest from oracle.contributions where kind = 'cep-episodes'
            group by client) w on w.client = g.client
        cross join lateral (select min(opened) as opened from oracle.guidance h
            where h.person = g.person and h.level >= 2 and h.opened >= g.closed) n
        where g.level = 1;

        create materialized view oracle.take_up as
        select period, length, department, territory, person, null::bigint as active from oracle.openings where acts >= 1
        union all
        select period, length, department, territory, null, active from oracle.active_communes;

        create materialized view oracle.leavers as
        select p.period, p.length, l.department, l.territory, c.data ->> 'contacted_on' is not null as contacted,
            c.data ->> 'received_on' is not null as received, c.data ->> 'solution_on' is not null as solved
        from oracle.contributions c
        join oracle.places l on l.structure = (c.data ->> 'platform')::uuid and l.region = oracle.region()
        join oracle.periods p on (c.data ->> 'identified_on')::date between p.first and p.last
        where c.kind = 'psad-cases';
        """

    static let measures: [OracleMeasure] = [
        .count("CEP1", "openings", of: "count(*)", in: "oracle.openings"),
        .count("CEP1", "beneficiaries", of: "count(distinct person) filter (where acts >= 1)", in: "oracle.openings"),
        .ratio("CEP2", "take_up", of: "count(distinct person)", over: "coalesce(sum(active), 0)", in: "oracle.take_up"),
        .number(
            "CEP3", "duration", "percentile_cont(0.5) within group (order by duration::float8)", in: "oracle.openings"),
        .ratio("CEP3", "level_1", of: "count(*) filter (where level = 1)", over: "count(*)", in: "oracle.openings"),
        .ratio("CEP3", "level_2", of: "count(*) filter (where level = 2)", over: "count(*)", in: "oracle.openings"),
        .ratio("CEP3", "level_3", of: "count(*) filter (where level = 3)", over: "count(*)", in: "oracle.openings"),
        .ratio(
            "CON7", "progressed", of: "count(distinct person) filter (where observed and progressed)",
            over: "count(distinct person) filter (where observed)", in: "oracle.progress"),
        .count("NR3", "identified", of: "count(*)", in: "oracle.leavers"),
        .count("NR3", "contacted", of: "count(*) filter (where contacted)", in: "oracle.leavers"),
        .ratio(
            "NR3", "contacted_share", of: "count(*) filter (where contacted)", over: "count(*)", in: "oracle.leavers"),
        .count("NR3", "received", of: "count(*) filter (where contacted and received)", in: "oracle.leavers"),
        .ratio(
            "NR3", "received_share", of: "count(*) filter (where contacted and received)",
            over: "count(*) filter (where contacted)", in: "oracle.leavers"),
        .count("NR3", "solved", of: "count(*) filter (where contacted and received and solved)", in: "oracle.leavers"),
        .ratio(
            "NR3", "solved_share", of: "count(*) filter (where contacted and received and solved)",
            over: "count(*) filter (where contacted and received)", in: "oracle.leavers"),
    ]
}
