import Postgres

/// What all families of indicators rest on: the events once each, periods, where structures lie, and what they were at
/// each period's end.
enum OracleBase: OracleFamily {
    static let measures: [OracleMeasure] = []

    static let views: Query = """
        create function oracle.region() returns text language sql stable as $$ select region from oracle.charter $$;
        create function oracle.texts(list jsonb) returns text[] language sql immutable as $$
            select coalesce(array_agg(t), '{}')
            from jsonb_array_elements_text(case when jsonb_typeof(list) = 'array' then list else '[]' end) t $$;

        create table oracle.periods as
        -- `last` is the day of judgement: while a period runs, today.
        select period, length, first, least(last, today) as last, last as closes,
            first::timestamp at time zone 'Europe/Paris' as starts,
            (last + 1)::timestamp at time zone 'Europe/Paris' as ends
        from (
            select '2026' as period, 'year' as length, date '2026-01-01' as first, date '2026-12-31' as last
            union all select to_char(d, 'YYYY-"Q"Q'), 'quarter', d::date, (d + interval '3 months')::date - 1
            from generate_series(timestamp '2026-01-01', timestamp '2026-12-31', interval '3 months') d
            union all select to_char(d, 'YYYY-MM'), 'month', d::date, (d + interval '1 month')::date - 1
            from generate_series(timestamp '2026-01-01', timestamp '2026-12-31', interval '1 month') d) p
        cross join oracle.charter where first <= today;

        create materialized view oracle.once as
        select distinct on (id) id, type, at, data from raw.events order by id;
        create index on oracle.once (type);
        analyze oracle.once;

        create materialized view oracle.places as
        select distinct on (structure) structure, data ->> 'region' as region,
            (select substr(k, 13) from unnest(oracle.texts(data -> 'located_in')) with ordinality u(k, n)
                where k like 'departement:%' order by n limit 1) as department,
            (select k from unnest(oracle.texts(data -> 'located_in')) with ordinality u(k, n)
                where k like 'territoire-spro:%' order by n limit 1) as territory,
            (select min(k collate "C") from unnest(oracle.texts(data -> 'networks')) k) as network
        from (select (data ->> 'id')::uuid as structure, data from oracle.once
            where type = 'fr.spro.directory.structure.changed.v1') v
        order by structure, (data ->> 'version')::bigint desc;
        create unique index on oracle.places (structure);

        create materialized view oracle.versions as
        select (data ->> 'id')::uuid as structure, (data ->> 'version')::bigint as version, at,
            type <> 'fr.spro.directory.structure.changed.v1' as is_gone, data
        from oracle.once where type like 'fr.spro.directory.structure.%';
        create index on oracle.versions (structure, version desc);

        create materialized view oracle.standing as
        select p.period, p.length, p.first, p.last, p.ends, v.structure, v.version, v.at as since, v.data,
            l.department, l.territory, l.network
        from oracle.periods p
        cross join lateral (select distinct on (structure) * from oracle.versions where at < p.ends
            order by structure, version desc) v
        join oracle.places l using (structure)
        where not v.is_gone and v.data ->> 'region' = oracle.region();

        create materialized view oracle.counted as
        select s.* from oracle.standing s cross join oracle.charter c
        where s.data ->> 'status' not in ('point-de-contact', 'partenaire-ressource')
            and (not c.asks_label or coalesce(
                (select d.data ->> 'decision' from oracle.once d
                    where d.type = 'fr.spro.directory.label.decided.v1'
                        and d.data ->> 'structure' = s.structure::text
                        and (d.data ->> 'decided_at')::timestamptz >= s.since
                        and (d.data ->> 'decided_at')::timestamptz < s.ends
                    order by (d.data ->> 'decided_at')::timestamptz desc, d.id desc limit 1),
                s.data ->> 'label_state') = 'accorde');
        create index on oracle.counted (structure);
        analyze oracle.counted;

        create materialized view oracle.forgotten as
        select distinct data ->> 'person' as person from oracle.once where type = 'fr.spro.erasure.requested.v1';

        -- When the broker told of something last.
        create table oracle.latest as
        select max(at) as at from oracle.once where type not like 'fr.spro.directory.%';

        -- The smallest value at which the cumulated weight reaches so many percent.
        create function oracle.quantile(list float8[], weights bigint[], percent int) returns float8
        language sql immutable as $$
            select v from (select v, sum(w) over (order by v) as reached, sum(w) over () as whole
                from unnest(list, weights) u(v, w)) u
            where reached * 100 >= whole * percent order by v limit 1 $$;
        """
}
