import Postgres

/// Actions by the day on which they were held, who came, and use from afar.
enum OracleActions: OracleFamily {
    static let views: Query = """
        create materialized view oracle.actions as
        select p.period, p.length, c.data ->> 'kind' as kind,
            case when c.data ->> 'territory' like 'territoire-spro:%' then c.data ->> 'territory' end as territory,
            (c.data ->> 'is_supported')::boolean as supported, (c.data ->> 'has_spro_space')::boolean as space,
            (select count(distinct l.network) from oracle.places l
                where c.data -> 'attending_structures' ? l.structure::text) as networks,
            c.client, c.data
        from oracle.contributions c join oracle.periods p on (c.data ->> 'held_on')::date between p.first and p.last
        where c.kind = 'actions' and (c.data ->> 'is_completed')::boolean;

        create materialized view oracle.invitations as
        select a.period, a.length, l.department, l.territory, l.network,
            a.data -> 'attending_structures' ? i as attended
        from oracle.actions a
        cross join lateral unnest(oracle.texts(a.data -> 'invited_structures')) i
        join oracle.places l on l.structure = i::uuid and l.region = oracle.region();

        create materialized view oracle.staff as
        select period, length, null as territory, null as network, client || ' ' || attendee as attendee,
            null::bigint as declared, null::bigint as qualified
        from oracle.actions cross join lateral unnest(oracle.texts(data -> 'attendees')) attendee where kind = 'training'
        union all
        select period, length, territory, network, null, (data -> 'staff' ->> 'declared')::bigint,
            (data -> 'staff' ->> 'qualified')::bigint
        from oracle.counted;

        create materialized view oracle.sessions as
        select p.period, p.length, c.data ->> 'channel' as channel, (c.data ->> 'sessions')::bigint as sessions
        from oracle.contributions c
        join oracle.periods p on (c.data ->> 'month' || '-01')::date between p.first and p.last
        where c.kind = 'web-statistics';
        """

    static let measures: [OracleMeasure] = [
        .ratio(
            "COM1", "spaces", of: "count(*) filter (where kind = 'fair' and supported and space)",
            over: "count(*) filter (where kind = 'fair' and supported)", in: "oracle.actions"),
        .count("DIG1", "sessions", of: "sum(sessions)", in: "oracle.sessions"),
        .ratio("PAR3", "attended", of: "count(*) filter (where attended)", over: "count(*)", in: "oracle.invitations"),
        .count("PAR5", "actions", of: "count(*) filter (where kind = 'sector')", in: "oracle.actions"),
        .ratio(
            "PRO2", "trained", of: "count(distinct attendee)", over: "coalesce(sum(declared), 0)", in: "oracle.staff"),
        .ratio(
            "PRO3", "cross_network", of: "count(*) filter (where kind in ('training', 'immersion') and networks >= 2)",
            over: "count(*) filter (where kind in ('training', 'immersion'))", in: "oracle.actions"),
        .ratio(
            "PRO4", "qualified", of: "coalesce(sum(qualified), 0)",
            over: "coalesce(sum(declared) filter (where qualified is not null), 0)", in: "oracle.staff"),
    ]
}
