import Postgres
import Schema

/// EP of the catalogue: one person's demand, closed.
enum Episodes: Population {
    static let name = "episodes"
    static let summary = LocalizedText(
        fr: "Épisodes d’accueil (une personne, une demande), au jour de leur clôture, au lieu de la "
            + "structure qui a reçu la première, avec ce que ce premier accueil a dit de la personne",
        en: "Reception episodes (one person, one demand), by the day of their closing, at the place of "
            + "the structure that received first, with what that first reception told of the person")
    static let isOfMoments = false

    static let attributes: [Attribute] = [
        .dimension(.channel),
        .dimension(.audience),
        .dimension(.situation),
        .dimension(.sex),
        .dimension(.ageBand),
        .dimension(.education),
        .dimension(.serviceKind),
        .flag("linkable"), .code("outcome"), .number("structures"), .number("receptions"), .flag("summary_given"),
        .flag("charged"), .flag("counselling_proposed"), .flag("counselling_accepted"), .flag("appointment_requested"),
        .flag("appointment_booked"),
        .number("counselling_delay", .days, scale: 86_400), .number("observed", .days, scale: 86_400),
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        select c.closed_at as at, s.located_in as places, r.network, c.person::text as person, c.is_linkable,
            1::bigint as weight, r.channel, r.audiences as audience, r.situations as situation, r.sex, r.age_band,
            r.education, counselling.service_kind, c.is_linkable as linkable, c.outcome, c.structures, c.receptions,
            c.is_summary_given as summary_given, c.is_charged as charged,
            c.is_counselling_proposed as counselling_proposed, c.is_counselling_accepted as counselling_accepted,
            c.is_appointment_requested as appointment_requested,
            exists (select from referrals f join referral_moves m on m.referral = f.referral
                where f.demand = c.demand and m.state = 'scheduled' and not \(ReferralQueries.isMistaken))
                as appointment_booked,
            floor(extract(epoch from counselling.contacted_at - r.received_at))::bigint as counselling_delay,
            floor(extract(epoch from \(ReferralQueries.through) - r.received_at))::bigint as observed
        from demand_closings c
        join lateral (select * from receptions where demand = c.demand order by received_at, event limit 1) r on true
        join (\(scope.placed)) s on s.structure = r.structure
        left join lateral (
            select min(f.service_kind collate "C") as service_kind, min(\(ReferralQueries.contact)) as contacted_at
            from referrals f
            where f.demand = c.demand and f.service_kind = any(\(ReferralQueries.counselling))
                and not \(ReferralQueries.isMistaken)
        ) counselling on true
        where c.closed_at >= \(scope.period.start) and c.closed_at < \(scope.period.end)
        """
    }
}
