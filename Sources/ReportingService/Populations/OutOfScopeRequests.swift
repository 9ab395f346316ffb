import Postgres
import Schema

/// Requests of people who are not of the public of the structure that they asked: received all the same, or sent
/// away.
enum OutOfScopeRequests: Population {
    static let name = "out-of-scope-requests"
    static let summary = LocalizedText(
        fr: "Demandes de personnes hors du public de la structure : accueillies, ou déclinées comme non "
            + "éligibles",
        en: "Requests of people outside the structure’s public: received, or declined as not eligible")
    static let isOfMoments = false

    static let attributes: [Attribute] = [
        .flag("received")
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        select r.received_at as at, s.located_in as places, r.network, r.person::text as person, r.is_linkable,
            1::bigint as weight, true as received
        from receptions r
        join (\(scope.placed)) s on s.structure = r.structure
        where not r.is_in_scope and r.received_at >= \(scope.period.start) and r.received_at < \(scope.period.end)
        union all
        select m.moved_at, s.located_in, f.recipient_network, f.person::text, f.is_linkable, 1, false
        from referral_moves m
        join referrals f on f.referral = m.referral
        join (\(scope.placed)) s on s.structure = f.recipient
        where m.state = 'declined' and m.reason_code = 'non-eligible'
            and m.moved_at >= \(scope.period.start) and m.moved_at < \(scope.period.end)
            and not \(ReferralQueries.isMistaken)
        """
    }
}
