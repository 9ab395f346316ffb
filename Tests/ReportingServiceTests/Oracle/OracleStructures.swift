import Postgres

/// Active recognised structures at a period's end, with what happened in it, and contact points.
enum OracleStructures: OracleFamily {
    static let views: Query = """
        create materialized view oracle.conventions as
        select p.period, oracle.texts(c.data -> 'parties') as parties
        from oracle.periods p
        cross join lateral (select distinct on (data ->> 'convention') type, data from oracle.once
            where type like 'fr.spro.directory.convention.%' and at < p.ends
            order by data ->> 'convention', at desc, id desc) c
        where c.type = 'fr.spro.directory.convention.changed.v1'
            and c.data -> 'parties' ? ('region:' || oracle.region()) and (c.data ->> 'valid_from')::date <= p.last
            and coalesce((c.data ->> 'valid_until')::date, 'infinity') >= p.last;

        create materialized view oracle.parties as
        select distinct period, party from oracle.conventions, unnest(parties) party;
        create index on oracle.parties (period, party);

        create materialized view oracle.committees as
        select p.period, c.data ->> 'code' as territory, (c.data ->> 'coordinator_designated')::boolean as coordinator,
            oracle.texts(c.data -> 'committee_structures')::uuid[] as structures
        from oracle.periods p
        cross join lateral (select distinct on (data ->> 'code') data from oracle.once
            where type = 'fr.spro.directory.territory.changed.v1' and at < p.ends
            order by data ->> 'code', at desc, id desc) c;

        -- Each week by the version in force at its end: is it open on a working day, and for how many half-days.
        create materialized view oracle.weeks as
        with weeks as (
            select t::date - 3 as monday, t::date as thursday,
                (t::date + 4)::timestamp at time zone 'Europe/Paris' as over
            from generate_series(timestamp '2026-01-01', timestamp '2026-12-31', interval '1 day') t
            where extract(isodow from t) = 4)
        select s.structure, w.monday, w.thursday, v.half_days
        from (select distinct structure from oracle.counted) s
        cross join weeks w
        cross join lateral (select * from oracle.versions v where v.structure = s.structure and v.at < w.over
            order by version desc limit 1) last
        cross join lateral (select coalesce(max(coalesce((o ->> 'half_days')::int, 0)), 0) as half_days
            from jsonb_array_elements(last.data -> 'offers') o
            where o ->> 'service_kind' in ('accueil-information', 'accueil-personnalise')) v
        where not last.is_gone and exists (
            select from generate_series(0, 4) day where not exists (
                select from jsonb_array_elements(last.data -> 'closures') c
                where w.monday + day between (c ->> 'from')::date and (c ->> 'to')::date));

        create materialized view oracle.attendances as
        select a::uuid as structure, c.data ->> 'kind' as kind, (c.data ->> 'held_on')::date as held
        from oracle.contributions c, unnest(oracle.texts(c.data -> 'attending_structures')) a
        where c.kind = 'actions' and (c.data ->> 'is_completed')::boolean;
        create index on oracle.attendances (structure);

        create materialized view oracle.voices as
        select (data ->> 'structure')::uuid as structure, (data ->> 'asked_on')::date as asked
        from oracle.contributions where kind = 'professional-surveys' and (data ->> 'is_answered')::boolean;
        create index on oracle.voices (structure);
        create index on oracle.weeks (structure, thursday);
        analyze oracle.weeks;

        create materialized view oracle.structures as
        select s.period, s.length, s.structure, s.department, s.territory, s.network,
            (select min(w.half_days) from oracle.weeks w
                where w.structure = s.structure and w.thursday between s.first and s.last) >= 5 as open_enough,
            jsonb_array_length(s.data -> 'accessibility') > 0 as accessible,
            s.data ->> 'logo_displayed_on' is not null as logo, jsonb_array_length(s.data -> 'networks') > 0 as member,
            exists (select from oracle.parties p where p.period = s.period
                and p.party = any(oracle.texts(s.data -> 'networks') || s.structure::text)) as convention,
            exists (select from oracle.receptions r where r.structure = s.structure
                and r.at >= p.starts and r.at < p.ends) as delivers,
            exists (select from oracle.committees c where c.period = s.period and s.structure = any(c.structures))
                as represented,
            (select count(*) from oracle.attendances a where a.structure = s.structure and a.kind = 'training'
                and a.held between s.first and s.last) as trainings,
            exists (select from oracle.voices a where a.structure = s.structure
                and a.asked between s.first and s.last) as answered
        from oracle.counted s join oracle.periods p using (period);

        create materialized view oracle.offers as
        select s.period, s.length, s.department, s.territory, s.network,
            12 > 12 * extract(year from age(s.last, v.on)) + extract(month from age(s.last, v.on)) as fresh
        from oracle.counted s, jsonb_array_elements(s.data -> 'offers') o
        cross join lateral (select (o ->> 'verified_on')::date as on) v;

        -- Each closure once by its first day, as the version in force at the day's end says or else the first that does
        -- later; of structures that count on that day.
        create materialized view oracle.closures as
        with told as (
            select v.structure, v.version, (c ->> 'from')::date as first, (c ->> 'announced_on')::date as announced
            from oracle.versions v, jsonb_array_elements(v.data -> 'closures') c where not v.is_gone),
        days as (
            select distinct on (t.structure, t.first) t.structure, t.first, t.announced, w.data, w.at as since,
                (t.first + 1)::timestamp at time zone 'Europe/Paris' as over
            from told t
            cross join lateral (select * from oracle.versions v where v.structure = t.structure
                    and v.at < (t.first + 1)::timestamp at time zone 'Europe/Paris'
                order by v.version desc limit 1) w
            where not w.is_gone and t.version >= w.version
            order by t.structure, t.first, t.version, t.announced)
        select p.period, p.length, l.department, l.territory, l.network, d.first, d.first - d.announced as notice
        from days d cross join oracle.charter r
        join oracle.places l on l.structure = d.structure and l.region = oracle.region()
        join oracle.periods p on d.first between p.first and p.last
        where d.data ->> 'region' = oracle.region()
            and d.data ->> 'status' not in ('point-de-contact', 'partenaire-ressource')
            and (not r.asks_label or coalesce((select e.data ->> 'decision' from oracle.once e
                    where e.type = 'fr.spro.directory.label.decided.v1' and e.data ->> 'structure' = d.structure::text
                        and (e.data ->> 'decided_at')::timestamptz >= d.since
                        and (e.data ->> 'decided_at')::timestamptz < d.over
                    order by (e.data ->> 'decided_at')::timestamptz desc, e.id desc limit 1),
                d.data ->> 'label_state') = 'accorde');

        create materialized view oracle.contact_points as
        select s.period, s.length, s.department, s.territory,
            12 > 12 * extract(year from age(s.last, v.on)) + extract(month from age(s.last, v.on)) as informed
        from oracle.standing s
        cross join lateral (select max(a.held) as on from oracle.attendances a
            where a.structure = s.structure and a.kind = 'contact-point-visit' and a.held <= s.last) v
        where s.data ->> 'status' = 'point-de-contact';

        -- One row for each network of a structure that counts.
        create materialized view oracle.networks as
        select distinct s.period, s.length, n as network,
            exists (select from oracle.parties p where p.period = s.period and p.party = n) as convention
        from oracle.counted s, unnest(oracle.texts(s.data -> 'networks')) n;
        """

    static let measures: [OracleMeasure] = [
        .ratio(
            "ACC2", "open_enough", of: "count(*) filter (where open_enough)", over: "count(open_enough)",
            in: "oracle.structures"),
        .number("ACC3", "notice", "percentile_cont(0.5) within group (order by notice::float8)", in: "oracle.closures"),
        .ratio("ACC3", "announced", of: "count(notice)", over: "count(*)", in: "oracle.closures"),
        .ratio(
            "ACC4", "accessible", of: "count(*) filter (where accessible)", over: "count(*)", in: "oracle.structures"),
        .ratio("ACC8", "logo", of: "count(*) filter (where logo)", over: "count(*)", in: "oracle.structures"),
        .ratio("ACC9", "fresh", of: "count(*) filter (where fresh)", over: "count(*)", in: "oracle.offers"),
        .ratio(
            "API2", "delivering", of: "count(*) filter (where convention and delivers)",
            over: "count(*) filter (where convention)", in: "oracle.structures"),
        .ratio(
            "COM2", "informed", of: "count(*) filter (where informed)", over: "count(*)", in: "oracle.contact_points"),
        .ratio("GOV2", "members", of: "count(*) filter (where member)", over: "count(*)", in: "oracle.structures"),
        .ratio("GOV3", "networks", of: "count(*) filter (where convention)", over: "count(*)", in: "oracle.networks"),
        .ratio(
            "GOV3", "structures", of: "count(*) filter (where convention)", over: "count(*)", in: "oracle.structures"),
        .ratio(
            "GOV4", "represented", of: "count(*) filter (where represented)", over: "count(*)", in: "oracle.structures"),
        .ratio("PRO1", "once", of: "count(*) filter (where trainings >= 1)", over: "count(*)", in: "oracle.structures"),
        .ratio(
            "PRO1", "twice", of: "count(*) filter (where trainings >= 2)", over: "count(*)", in: "oracle.structures"),
        .ratio("QUA6", "answered", of: "count(*) filter (where answered)", over: "count(*)", in: "oracle.structures"),
    ]
}
