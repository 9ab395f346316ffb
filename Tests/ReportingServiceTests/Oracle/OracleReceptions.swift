import Postgres

/// Receptions of the region's structures, by the moment at which somebody was received.
enum OracleReceptions: OracleFamily {
    static let views: Query = """
        create materialized view oracle.receptions as
        select id, (data ->> 'demand')::uuid as demand, (data ->> 'structure')::uuid as structure,
            data ->> 'network' as network, (data ->> 'received_at')::timestamptz as at,
            (data ->> 'requested_at')::timestamptz as requested, data ->> 'channel' as channel,
            data ->> 'access' as access, data ->> 'preferred_channel' as preferred, data ->> 'urgency' as urgency,
            (data ->> 'anonymous')::boolean as anonymous, (data ->> 'in_scope')::boolean as in_scope,
            data ->> 'person' is not null or coalesce((data ->> 'person_erased')::boolean, false) as linkable,
            case when f.person is null then data ->> 'person' end as person,
            oracle.texts(data -> 'audiences') as audience, oracle.texts(data -> 'situations') as situation,
            data ->> 'sex' as sex, data ->> 'age_band' as age_band, data ->> 'education' as education
        from oracle.once left join oracle.forgotten f on f.person = data ->> 'person'
        where type = 'fr.spro.reception.opened.v1';
        create index on oracle.receptions (structure, at);
        create index on oracle.receptions (demand);
        analyze oracle.receptions;

        create materialized view oracle.received as
        select p.period, p.length, l.department, l.territory, r.*,
            floor(extract(epoch from r.at - r.requested)) as wait,
            -- Whoever walked in asked when they were received.
            r.requested is null
                or (r.at at time zone 'Europe/Paris')::date = (r.requested at time zone 'Europe/Paris')::date as same_day
        from oracle.receptions r
        join oracle.places l on l.structure = r.structure and l.region = oracle.region()
        join oracle.periods p on r.at >= p.starts and r.at < p.ends;
        """

    static let measures: [OracleMeasure] = [
        .count("ACC5", "receptions", of: "count(*)", in: "oracle.received"),
        .count("API1", "receptions", of: "count(*)", in: "oracle.received"),
        .count("API1", "people", of: "count(distinct person)", in: "oracle.received"),
        .ratio(
            "API3", "walk_in", of: "count(*) filter (where access = 'flux')", over: "count(access)",
            in: "oracle.received"),
        .number(
            "API4", "median",
            "percentile_cont(0.5) within group (order by wait::float8) filter (where access = 'rendez-vous')",
            per: 86_400, in: "oracle.received"),
        .number(
            "API4", "p90", "percentile_disc(0.9) within group (order by wait) filter (where access = 'rendez-vous')",
            per: 86_400, in: "oracle.received"),
        .ratio(
            "API5", "same_day", of: "count(*) filter (where urgency = 'immediate' and same_day)",
            over: "count(*) filter (where urgency = 'immediate')", in: "oracle.received"),
        .ratio("API9", "anonymous", of: "count(*) filter (where anonymous)", over: "count(*)", in: "oracle.received"),
        .ratio(
            "QUA8", "adapted", of: "count(*) filter (where channel = preferred)", over: "count(preferred)",
            in: "oracle.received"),
    ]
}
