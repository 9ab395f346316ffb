import Postgres

/// Communes and groups of people as the reference populations know them.
enum OracleInhabitants: OracleFamily {
    static let views: Query = """
        -- What structures offer face to face, and to whom: to the zones of such an offer, or to all the territories of a
        -- structure none of whose face-to-face offers has zones.
        create materialized view oracle.face_to_face as
        select s.period, s.structure, o -> 'zones' as zones, s.data
        from oracle.counted s, jsonb_array_elements(s.data -> 'offers') o
        where exists (select from jsonb_array_elements(o -> 'modalities') m where m ->> 'channel' = 'presentiel');

        create materialized view oracle.served as
        select distinct f.period, case z ->> 'type' when 'pays' then 'pays' else z ->> 'type' end || ':' || (z ->> 'code')
            as place
        from oracle.face_to_face f, jsonb_array_elements(f.zones) z
        union
        select distinct f.period, t
        from oracle.face_to_face f,
            unnest(oracle.texts(f.data -> 'participates_in') || oracle.texts(f.data -> 'located_in')) t
        where not exists (select from oracle.face_to_face o where o.period = f.period and o.structure = f.structure
            and o.zones <> '[]');

        create materialized view oracle.points as
        select s.period, radians((s.data -> 'location' ->> 'latitude')::float8) as latitude,
            radians((s.data -> 'location' ->> 'longitude')::float8) as longitude
        from oracle.counted s where jsonb_typeof(s.data -> 'location') = 'object';

        -- Distances in whole metres, on a sphere of 6,371,008.8 m.
        create materialized view oracle.homes as
        select c.period, c.length, c.department, c.territory, c.population,
            exists (select from oracle.served s where s.period = c.period and s.place = any(
                c.territories || array['commune:' || c.commune, 'departement:' || c.department, 'region:' || oracle.region(), 'pays:FR']))
                as served,
            (select min(2 * 6371008.8 * asin(least(1, sqrt(sin((s.latitude - radians(c.latitude)) / 2) ^ 2
                + cos(s.latitude) * cos(radians(c.latitude)) * sin((s.longitude - radians(c.longitude)) / 2) ^ 2))))
            from oracle.points s where s.period = c.period and c.latitude is not null) as distance
        from oracle.communes c;

        -- People received in the year, by group and in all the region, and who lives there.
        create materialized view oracle.access as
        with people as (
            select 'audience' as dimension, unnest(audience) as code, person from oracle.received where period = '2026'
            union all select 'situation', unnest(situation), person from oracle.received where period = '2026'
            union all select 'sex', sex, person from oracle.received where period = '2026'
            union all select 'age_band', age_band, person from oracle.received where period = '2026'
            union all select 'education', education, person from oracle.received where period = '2026'
            union all select '', null, person from oracle.received where period = '2026'),
        inhabitants as (
            select '' as dimension, null as code, sum(population)::bigint as population from oracle.communes
            where period = '2026'
            union all
            select * from (select distinct on (data ->> 'dimension', data ->> 'code') data ->> 'dimension',
                    data ->> 'code', (data ->> 'population')::bigint
                from oracle.contributions where kind = 'reference-groups' and (data ->> 'year')::int <= 2026
                order by data ->> 'dimension', data ->> 'code', (data ->> 'year')::int desc) g),
        counted as (select dimension, code, count(distinct person) as people from people group by 1, 2),
        joined as (
            select dimension, code, coalesce(people, 0) as people, population from counted
            full join inhabitants using (dimension, code) where dimension <> ''
            union all select c.dimension, c.code, people, population from counted c, inhabitants i
            where c.dimension = '' and i.dimension = '')
        select '2026' as period, 'year' as length, j.dimension as of_shape,
            case when j.dimension = 'audience' then array[j.code] end as audience,
            case when j.dimension = 'situation' then array[j.code] end as situation,
            case when j.dimension = 'sex' then j.code end as sex,
            case when j.dimension = 'age_band' then j.code end as age_band,
            case when j.dimension = 'education' then j.code end as education,
            j.people, j.population, w.people as all_people, w.population as all_population
        from joined j, joined w where w.dimension = '';
        """

    static let measures: [OracleMeasure] = [
        .ratio(
            "ACC1", "coverage", of: "coalesce(sum(population) filter (where served), 0)", over: "sum(population)",
            in: "oracle.homes"),
        .number(
            "ACC6", "median",
            "oracle.quantile(array_agg(distance) filter (where distance is not null), array_agg(population) filter (where distance is not null), 50)::numeric",
            per: 1000, in: "oracle.homes"),
        .number(
            "ACC6", "p90",
            "oracle.quantile(array_agg(distance) filter (where distance is not null), array_agg(population) filter (where distance is not null), 90)::numeric",
            per: 1000, in: "oracle.homes"),
        .number(
            "ACC7", "access", "sum(people) * sum(all_population) / nullif(sum(population) * sum(all_people), 0)",
            in: "oracle.access", isOfShape: true),
    ]
}
