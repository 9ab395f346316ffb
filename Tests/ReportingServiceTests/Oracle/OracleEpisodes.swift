import Postgres

/// Demands by their closing as it was told last, at the place of their first reception.
enum OracleEpisodes: OracleFamily {
    static let views: Query = """
        create materialized view oracle.closings as
        select distinct on (demand) demand, at, data
        from (select id, (data ->> 'demand')::uuid as demand, at, data from oracle.once
            where type = 'fr.spro.demand.closed.v1') c
        order by demand, at desc, id desc;
        analyze oracle.closings;

        create materialized view oracle.episodes as
        with first as (select distinct on (demand) * from oracle.receptions order by demand, at, id),
        counselling as (
            select demand, min(service_kind collate "C") as kind, min(contact) as contact from oracle.referrals
            where service_kind in ('cep-conseil', 'cep-accompagnement', 'conseil-vae', 'creation-reprise')
            group by demand),
        booked as (select distinct demand from oracle.referrals where scheduled)
        select p.period, p.length, l.department, l.territory, r.network, r.audience,
            n.kind as service_kind, c.data ->> 'outcome' = 'satisfaite' as satisfied,
            c.data ->> 'person' is not null or coalesce((c.data ->> 'person_erased')::boolean, false) as linkable,
            (c.data ->> 'structures_count')::int <= 2 as within, (c.data ->> 'receptions_count')::int as receptions,
            (c.data ->> 'summary_given')::boolean as summary, (c.data ->> 'charged')::boolean as charged,
            (c.data ->> 'counselling_proposed')::boolean as proposed,
            (c.data ->> 'counselling_accepted')::boolean as accepted,
            (c.data ->> 'appointment_requested')::boolean as requested, b.demand is not null as booked,
            extract(epoch from w.at - r.at) >= 60 * 86400 as observed,
            floor(extract(epoch from n.contact - r.at)) <= 60 * 86400 as continued
        from oracle.closings c cross join oracle.latest w
        join first r using (demand)
        join oracle.places l on l.structure = r.structure and l.region = oracle.region()
        join oracle.periods p on c.at >= p.starts and c.at < p.ends
        left join counselling n using (demand) left join booked b using (demand);
        """

    static let measures: [OracleMeasure] = [
        .ratio(
            "ACC10", "charged", of: "count(*) filter (where charged)", over: "count(charged)", in: "oracle.episodes"),
        .ratio("API6", "summary", of: "count(*) filter (where summary)", over: "count(*)", in: "oracle.episodes"),
        .ratio(
            "API7", "several_steps", of: "count(*) filter (where receptions > 1)", over: "count(*)",
            in: "oracle.episodes"),
        .ratio(
            "CON1", "within_limit", of: "count(*) filter (where linkable and satisfied and within)",
            over: "count(*) filter (where linkable and satisfied)", in: "oracle.episodes"),
        .ratio(
            "CON1", "within_limit_strict", of: "count(*) filter (where linkable and satisfied and within)",
            over: "count(*) filter (where linkable)", in: "oracle.episodes"),
        .count("CON1", "unlinkable", of: "count(*) filter (where not linkable)", in: "oracle.episodes"),
        .ratio(
            "CON2", "continued", of: "count(*) filter (where accepted and observed and continued)",
            over: "count(*) filter (where accepted and observed)", in: "oracle.episodes"),
        .ratio(
            "CON4", "booked", of: "count(*) filter (where requested and booked)",
            over: "count(*) filter (where requested)", in: "oracle.episodes"),
        .ratio("CON3", "proposed", of: "count(*) filter (where proposed)", over: "count(*)", in: "oracle.episodes"),
        .ratio(
            "CON3", "refused", of: "count(*) filter (where proposed and not accepted)",
            over: "count(*) filter (where proposed and accepted is not null)", in: "oracle.episodes"),
    ]
}
