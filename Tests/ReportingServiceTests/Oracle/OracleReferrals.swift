import Postgres

/// Consented referrals by their submission, those entered in error apart.
enum OracleReferrals: OracleFamily {
    static let views: Query = """
        create materialized view oracle.submitted as
        select distinct on (data ->> 'referral') data ->> 'referral' as referral, at, data from oracle.once
        where type = 'fr.spro.referral.submitted.v1' order by data ->> 'referral', at, id;
        create unique index on oracle.submitted (referral);
        analyze oracle.submitted;

        create materialized view oracle.referrals as
        with moves as (
            select m.data ->> 'referral' as referral, bool_or(m.data ->> 'to' = 'accepted') as accepted,
                bool_or(m.data ->> 'to' = 'scheduled') as scheduled,
                bool_or(m.data ->> 'to' = 'redirected') as redirected,
                bool_or(m.data ->> 'to' = 'entered_in_error') as mistaken,
                bool_or(m.data ->> 'to' = 'declined'
                    and m.data ->> 'reason_code' in ('mauvaise-orientation', 'non-eligible')) as wrong_target,
                min(m.at) filter (where m.data ->> 'to' = 'in_progress' and m.at >= s.at) as begun,
                min(m.at) filter (where m.data ->> 'to' = 'declined' and m.data ->> 'reason_code' = 'non-eligible')
                    as not_eligible
            from oracle.once m left join oracle.submitted s on s.referral = m.data ->> 'referral'
            where m.type like 'fr.spro.referral.%' and m.type <> 'fr.spro.referral.submitted.v1' group by 1),
        appointments as (
            select a.data ->> 'referral' as referral, min((a.data ->> 'scheduled_for')::timestamptz) as kept
            from oracle.once a join oracle.submitted s on s.referral = a.data ->> 'referral'
            where a.type = 'fr.spro.appointment.recorded.v1' and a.data ->> 'attendance' = 'seen'
                and (a.data ->> 'scheduled_for')::timestamptz >= s.at
            group by 1)
        select s.referral, s.at, (s.data ->> 'demand')::uuid as demand,
            (s.data -> 'sender' ->> 'structure')::uuid as sender, s.data -> 'sender' ->> 'network' as network,
            (s.data -> 'recipient' ->> 'structure')::uuid as recipient,
            s.data -> 'recipient' ->> 'network' as recipient_network, s.data ->> 'service_kind' as service_kind,
            coalesce(m.accepted, false) as accepted, coalesce(m.scheduled, false) as scheduled,
            coalesce(m.redirected, false) as redirected, coalesce(m.wrong_target, false) as wrong_target,
            m.not_eligible, least(m.begun, a.kept) as contact
        from oracle.submitted s left join moves m using (referral) left join appointments a using (referral)
        where not coalesce(m.mistaken, false);
        create index on oracle.referrals (sender);
        analyze oracle.referrals;

        create materialized view oracle.sent as
        select p.period, p.length, l.department, l.territory, r.*,
            floor(extract(epoch from r.contact - r.at)) as delay,
            extract(epoch from w.at - r.at) >= 60 * 86400 as observed
        from oracle.referrals r cross join oracle.latest w
        join oracle.places l on l.structure = r.sender and l.region = oracle.region()
        join oracle.periods p on r.at >= p.starts and r.at < p.ends;

        -- Of people outside a structure's own public: received, or refused by the one that they were passed to.
        create materialized view oracle.out_of_scope as
        select p.period, p.length, l.department, l.territory, q.network, q.received
        from (
            select structure, at, network, true as received from oracle.receptions where not in_scope
            union all
            select recipient, not_eligible, recipient_network, false from oracle.referrals where not_eligible is not null) q
        join oracle.places l on l.structure = q.structure and l.region = oracle.region()
        join oracle.periods p on q.at >= p.starts and q.at < p.ends;
        """

    static let measures: [OracleMeasure] = [
        .ratio(
            "API8", "received", of: "count(*) filter (where received)", over: "count(*)", in: "oracle.out_of_scope"),
        .ratio(
            "CON5", "accepted", of: "count(*) filter (where accepted and not redirected)",
            over: "count(*) filter (where not redirected)", in: "oracle.sent"),
        .number(
            "CON5", "contact_delay",
            "percentile_cont(0.5) within group (order by delay::float8) filter (where not redirected)", per: 86_400,
            in: "oracle.sent"),
        .ratio(
            "CON6", "right_target", of: "count(*) filter (where not redirected and not wrong_target)", over: "count(*)",
            in: "oracle.sent"),
        .ratio(
            "NR2", "lost",
            of: "count(*) filter (where observed and not redirected and coalesce(delay > 60 * 86400, true))",
            over: "count(*) filter (where observed and not redirected)", in: "oracle.sent"),
        .ratio(
            "PAR4", "across_networks", of: "count(*) filter (where network <> recipient_network)",
            over: "count(*) filter (where network is not null and recipient_network is not null)", in: "oracle.sent"),
    ]
}
