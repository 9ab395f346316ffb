import Postgres

/// Answers of users and of structures, by the day on which they were asked.
enum OracleSurveys: OracleFamily {
    static let views: Query = """
        create materialized view oracle.all_answers as
        select (c.data ->> 'asked_on')::date as asked, l.department, l.territory, l.network,
            c.data ->> 'channel' as channel, oracle.texts(c.data -> 'audiences') as audience,
            (c.data ->> 'is_answered')::boolean as answered, (c.data ->> 'months_after')::int as months_after,
            (c.data ->> 'satisfaction')::int as satisfaction,
            (c.data ->> 'named_right_structure')::boolean as named,
            (c.data ->> 'next_step_decided')::boolean as decided, (c.data ->> 'was_charged')::boolean as charged,
            (c.data ->> 'situation_better')::boolean as better, (c.data ->> 'was_useful')::boolean as useful,
            (c.data ->> 'had_need')::boolean as had_need, (c.data ->> 'used_service')::boolean as used_service,
            (c.data ->> 'added_value')::int - (c.data ->> 'baseline')::int as gain,
            (c.data ->> 'quality_principles')::int as principles,
            (c.data ->> 'quality_organisation')::int as organisation, (c.data ->> 'quality_effects')::int as effects
        from oracle.contributions c
        join oracle.places l on l.structure = (c.data ->> 'structure')::uuid and l.region = oracle.region()
        where c.kind = 'user-surveys';

        -- Those that were asked at once, and six months later.
        create materialized view oracle.answers as
        select p.period, p.length, a.* from oracle.all_answers a
        join oracle.periods p on a.asked between p.first and p.last where a.months_after = 0;
        create materialized view oracle.later_answers as
        select p.period, p.length, a.* from oracle.all_answers a
        join oracle.periods p on a.asked between p.first and p.last where a.months_after = 6;

        create materialized view oracle.answers_of_two_years as
        select p.period, p.length, a.department, a.territory, a.audience,
            case when a.asked >= p.first then a.named end as now, case when a.asked < p.first then a.named end as before
        from oracle.all_answers a
        join oracle.periods p on p.length = 'year' and a.asked between p.first - interval '1 year' and p.last
        where a.months_after = 0 and (a.asked >= p.first or a.asked <= p.last - interval '1 year');

        create materialized view oracle.professionals as
        select p.period, p.length, l.department, l.territory, l.network, c.data,
            (c.data ->> 'added_value')::int - (c.data ->> 'baseline')::int as gain,
            (c.data ->> 'quality_principles')::int as principles,
            (c.data ->> 'quality_organisation')::int as organisation, (c.data ->> 'quality_effects')::int as effects
        from oracle.contributions c
        join oracle.places l on l.structure = (c.data ->> 'structure')::uuid and l.region = oracle.region()
        join oracle.periods p on (c.data ->> 'asked_on')::date between p.first and p.last
        where c.kind = 'professional-surveys';

        create materialized view oracle.known as
        select period, length, department, territory, a = any(oracle.texts(data -> 'known_structures')) as known
        from oracle.professionals, unnest(oracle.texts(data -> 'asked_structures')) a
        where (data ->> 'is_answered')::boolean;

        -- Ordered pairs of structures of one territory.
        create materialized view oracle.pairs as
        select s.period, s.length, s.territory, exists (select from oracle.referrals r
            where r.sender = s.structure and r.recipient = o.structure and r.at >= p.starts and r.at < p.ends) as referred
        from oracle.counted s
        join oracle.counted o on o.period = s.period and o.territory = s.territory and o.structure <> s.structure
        join oracle.periods p on p.period = s.period
        where s.length = 'year';
        """

    static let measures: [OracleMeasure] = [
        .ratio(
            "ACC10", "charged_by_users", of: "count(*) filter (where charged)", over: "count(charged)",
            in: "oracle.answers"),
        .ratio(
            "CEP4", "better", of: "count(*) filter (where better)", over: "count(better)",
            in: "oracle.later_answers"),
        .ratio(
            "CEP4", "useful", of: "count(*) filter (where useful)", over: "count(useful)",
            in: "oracle.later_answers"),
        .ratio(
            "NR1", "non_take_up", of: "count(*) filter (where had_need and not used_service)",
            over: "count(used_service) filter (where had_need)", in: "oracle.answers"),
        .ratio("PAR1", "known", of: "count(*) filter (where known)", over: "count(*)", in: "oracle.known"),
        .ratio("PAR1", "pairs", of: "count(*) filter (where referred)", over: "count(*)", in: "oracle.pairs"),
        .ratio(
            "QUA1", "satisfied", of: "count(*) filter (where satisfaction >= 4)", over: "count(satisfaction)",
            in: "oracle.answers"),
        .ratio("QUA1", "response", of: "count(*) filter (where answered)", over: "count(*)", in: "oracle.answers"),
        .ratio(
            "QUA2", "legible", of: "count(*) filter (where now)", over: "count(now)", in: "oracle.answers_of_two_years"),
        .number(
            "QUA2", "change",
            "100.0 * (count(*) filter (where now) * count(before) - count(*) filter (where before) * count(now)) / nullif(count(now) * count(before), 0)",
            in: "oracle.answers_of_two_years"),
        .number("QUA3", "principles", "avg(principles)", in: "oracle.answers"),
        .number("QUA3", "organisation", "avg(organisation)", in: "oracle.answers"),
        .number("QUA3", "effects", "avg(effects)", in: "oracle.answers"),
        .number("QUA3", "structures_principles", "avg(principles)", in: "oracle.professionals"),
        .number("QUA3", "structures_organisation", "avg(organisation)", in: "oracle.professionals"),
        .number("QUA3", "structures_effects", "avg(effects)", in: "oracle.professionals"),
        .ratio("QUA4", "decided", of: "count(*) filter (where decided)", over: "count(decided)", in: "oracle.answers"),
        .number("QUA5", "users", "avg(gain)", in: "oracle.answers"),
        .number("QUA5", "structures", "avg(gain)", in: "oracle.professionals"),
    ]
}
