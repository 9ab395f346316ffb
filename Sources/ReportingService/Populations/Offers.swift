import Postgres
import Schema

/// What the structures that count offer.
enum Offers: Population {
    static let name = "offers"
    static let summary = LocalizedText(
        fr: "Offres de service des structures actives reconnues, à la fin de la période (aujourd’hui tant qu’elle "
            + "court)",
        en: "Offers of active recognised structures, at the period’s end (today while it runs)")
    static let isOfMoments = true

    static let attributes: [Attribute] = [
        .dimension(.serviceKind),
        .codes("channels"), .number("months_since_verified", .months),
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        select null::timestamptz as at, s.located_in as places,
            s.network as network, 1::bigint as weight, o.service_kind, o.channels,
            case when o.verified_on <= \(scope.lastDay) then \(scope.months("o.verified_on")) end
                as months_since_verified
        from (\(scope.counted)) s
        join structure_offers o on o.structure = s.structure and o.version = s.version
        """
    }
}
