import Postgres

/// The SPRO's territories of the region: those in which one of its communes or a structure that counts lies.
enum OracleTerritories: OracleFamily {
    static let views: Query = """
        create materialized view oracle.references as
        select commune, year, department, territories, population, active, latitude, longitude,
            (select k from unnest(territories) with ordinality u(k, n) where k like 'territoire-spro:%'
                order by n limit 1) as territory
        from (
            select data ->> 'commune' as commune, (data ->> 'year')::int as year, data ->> 'department' as department,
                oracle.texts(data -> 'territories') as territories, (data ->> 'population')::bigint as population,
                (data ->> 'active_population')::bigint as active, (data ->> 'latitude')::float8 as latitude,
                (data ->> 'longitude')::float8 as longitude
            from oracle.contributions where kind = 'reference-population' and data ->> 'region' = oracle.region()) r;

        -- All of the latest year until the period's that the region gave, and of the latest that tells how many are
        -- active.
        create materialized view oracle.communes as
        select p.period, p.length, c.* from oracle.periods p join oracle.references c
            on c.year = (select max(r.year) from oracle.references r where r.year <= extract(year from p.last));
        create materialized view oracle.active_communes as
        select p.period, p.length, c.* from oracle.periods p join oracle.references c
            on c.active is not null and c.year = (select max(r.year) from oracle.references r
                where r.active is not null and r.year <= extract(year from p.last));

        create materialized view oracle.territories as
        select t.period, t.length, t.territory,
            coalesce(o.channels, '{}') @> '{presentiel,en-ligne}'
                and coalesce(o.channels, '{}') && '{telephone,visio,courriel,tchat}' as all_channels,
            exists (select from oracle.committees c where c.period = t.period and c.territory = t.territory
                and c.coordinator) as coordinator,
            a.partnerships, a.consultations, a.committees, n.planned,
            24 > 12 * extract(year from age(p.last, r.filed)) + extract(month from age(p.last, r.filed)) as portrait
        from (
            select period, length, territory from oracle.communes where territory is not null
            union select period, length, territory from oracle.counted where territory is not null) t
        join oracle.periods p using (period)
        left join (
            select s.period, s.territory, array_agg(distinct m ->> 'channel') as channels
            from oracle.counted s, jsonb_array_elements(s.data -> 'offers') o,
                jsonb_array_elements(o -> 'modalities') m
            group by s.period, s.territory) o on o.period = t.period and o.territory = t.territory
        cross join lateral (
            select count(*) filter (where data ->> 'kind' = 'partnership') as partnerships,
                count(*) filter (where data ->> 'kind' = 'consultation') as consultations,
                count(*) filter (where data ->> 'kind' = 'users-committee') as committees
            from oracle.contributions c
            where c.kind = 'actions' and c.data ->> 'territory' = t.territory
                and (c.data ->> 'is_completed')::boolean
                and (c.data ->> 'held_on')::date between p.first and p.last) a
        cross join lateral (
            select max((data ->> 'filed_on')::date) as filed from oracle.contributions c
            where c.kind = 'plans-and-reports' and c.data ->> 'kind' = 'portrait' and c.data ->> 'scope' = 'territory'
                and c.data ->> 'subject' = t.territory and c.data ->> 'state' in ('submitted', 'accepted')
                and (c.data ->> 'filed_on')::date <= p.last) r
        -- Of several plans of one territory the one that foresees most.
        cross join lateral (
            select max((data ->> 'actions_planned')::bigint) as planned from oracle.contributions c
            where c.kind = 'plans-and-reports' and c.data ->> 'kind' = 'plan' and c.data ->> 'scope' = 'territory'
                and c.data ->> 'subject' = t.territory and c.data ->> 'state' in ('submitted', 'accepted')
                and (c.data ->> 'year')::int = extract(year from p.last)) n;
        """

    static let measures: [OracleMeasure] = [
        .ratio(
            "ACC5", "all_channels", of: "count(*) filter (where all_channels)", over: "count(*)",
            in: "oracle.territories"),
        .ratio(
            "GOV4", "coordinators", of: "count(*) filter (where coordinator)", over: "count(*)",
            in: "oracle.territories"),
        .ratio(
            "PAR2", "active", of: "count(*) filter (where partnerships >= 1)", over: "count(*)",
            in: "oracle.territories"),
        .count("PAR2", "actions", of: "sum(partnerships)", in: "oracle.territories"),
        .count("PAR2", "planned", of: "sum(planned)", in: "oracle.territories"),
        .ratio(
            "PAR2", "as_planned", of: "count(*) filter (where partnerships between 1 and 2)", over: "count(*)",
            in: "oracle.territories"),
        .ratio("PAR6", "portraits", of: "count(*) filter (where portrait)", over: "count(*)", in: "oracle.territories"),
        .count("QUA7", "consultations", of: "sum(consultations)", in: "oracle.territories"),
        .ratio(
            "QUA7", "territories", of: "count(*) filter (where consultations >= 1)", over: "count(*)",
            in: "oracle.territories"),
        .ratio(
            "QUA7", "committees", of: "count(*) filter (where committees >= 1)", over: "count(*)",
            in: "oracle.territories"),
    ]
}
