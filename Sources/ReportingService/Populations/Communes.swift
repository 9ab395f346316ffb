import Postgres
import Schema

/// The communes of a region with their inhabitants, whether a structure serves them, and how far the nearest one
/// is.
enum Communes: Population {
    static let name = "communes"
    static let summary = LocalizedText(
        fr: "Habitants des communes de la dernière année que la région a donnée, à la fin de la période",
        en: "Inhabitants of the communes of the latest year that the region gave, at the period’s end")
    static let isOfMoments = true

    static let attributes: [Attribute] = [
        .flag("served"), .number("distance", .kilometres, scale: 1000),
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        with counted as (\(scope.counted)), communes as (\(scope.communes()))
        select null::timestamptz as at, c.territories || ('departement:' || c.department) as places,
            null::text as network, c.population as weight,
            exists (
                select from unnest(array['commune:' || c.commune, 'departement:' || c.department,
                    'region:' || \(scope.region), 'pays:FR']
                    || array(select key from unnest(c.territories) key where key like 'epci:%')) key
                where key in (select unnest(s.zones) from counted s))
            or exists (
                select from unnest(c.territories || ('departement:' || c.department)) key
                where key in (select unnest(s.territories) from counted s)) as served,
            (select floor(min(2 * 6371008.8 * asin(least(1, sqrt(
                    power(sin(radians(s.latitude - c.latitude) / 2), 2) + cos(radians(s.latitude))
                        * cos(radians(c.latitude)) * power(sin(radians(s.longitude - c.longitude) / 2), 2))))))::bigint
                from counted s where s.latitude is not null and c.latitude is not null) as distance
        from communes c
        """
    }
}
