import Postgres
import Schema

/// Ordered pairs of structures of one territory, and whether the first passed anybody on to the second.
enum StructurePairs: Population {
    static let name = "structure-pairs"
    static let summary = LocalizedText(
        fr: "Couples ordonnés de structures actives reconnues d’un même territoire, à la fin de la "
            + "période",
        en: "Ordered pairs of active recognised structures of one territory, at the period’s end")
    static let isOfMoments = true

    static let attributes: [Attribute] = [
        .flag("referred")
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        with counted as (
            select s.structure, s.located_in,
                (select min(key collate "C") from unnest(s.located_in) key
                    where key like 'territoire-spro:%') as territory
            from (\(scope.counted)) s),
        referred as (
            select distinct f.sender, f.recipient from referrals f
            where f.submitted_at >= \(scope.period.start) and f.submitted_at < \(scope.period.end)
                and not \(ReferralQueries.isMistaken))
        select null::timestamptz as at, one.located_in as places, null::text as network, 1::bigint as weight,
            f.sender is not null as referred
        from counted one
        join counted other on other.territory = one.territory and other.structure <> one.structure
        left join referred f on f.sender = one.structure and f.recipient = other.structure
        """
    }
}
