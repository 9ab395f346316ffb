import Postgres
import Schema

/// RF of the catalogue: referrals to which the person agreed, those entered in error apart.
enum Referrals: Population {
    static let name = "referrals"
    static let summary = LocalizedText(
        fr: "Orientations consenties, au jour de leur création, au lieu de la structure qui oriente, hors "
            + "saisies par erreur",
        en: "Consented referrals, by the day of their creation, at the sender’s place, those entered in "
            + "error apart")
    static let isOfMoments = false

    static let attributes: [Attribute] = [
        .dimension(.recipientNetwork), .dimension(.serviceKind), .dimension(.cepLevel), .dimension(.cepFramework),
        .flag("linkable"), .flag("accepted"), .flag("redirected"), .code("decline_reason"),
        .key("sender"), .key("recipient"),
        .number("contact_delay", .days, scale: 86_400), .number("observed", .days, scale: 86_400),
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        select f.submitted_at as at, s.located_in as places, f.sender_network as network, f.person::text as person,
            f.is_linkable, 1::bigint as weight, f.recipient_network, f.service_kind, f.cep_level::text as cep_level,
            f.cep_framework, f.is_linkable as linkable, coalesce(m.accepted, false) as accepted,
            coalesce(m.redirected, false) as redirected, m.decline_reason,
            f.sender::text as sender, f.recipient::text as recipient,
            floor(extract(epoch from \(ReferralQueries.contact) - f.submitted_at))::bigint as contact_delay,
            floor(extract(epoch from \(ReferralQueries.through) - f.submitted_at))::bigint as observed
        from referrals f
        join (\(scope.placed)) s on s.structure = f.sender
        left join lateral (
            select bool_or(state = 'accepted') as accepted,
                bool_or(state = 'redirected') as redirected,
                (array_agg(reason_code order by moved_at, event) filter (where state = 'declined'))[1] as decline_reason
            from referral_moves where referral = f.referral) m on true
        where f.submitted_at >= \(scope.period.start) and f.submitted_at < \(scope.period.end)
            and not \(ReferralQueries.isMistaken)
        """
    }
}
