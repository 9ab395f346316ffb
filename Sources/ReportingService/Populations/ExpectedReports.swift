import Charters
import Postgres
import Schema

/// The annual reports that the region's specification asks for: of each structure, of each territory, or of the
/// region.
enum ExpectedReports: Population {
    static let name = "expected-reports"
    static let summary = LocalizedText(
        fr: "Bilans annuels attendus par le cahier des charges de la région, pour l’année",
        en: "Annual reports that the region’s specification asks for, of the year")
    static let isOfMoments = true

    static let attributes: [Attribute] = [
        .flag("filed"), .flag("accepted"), .flag("on_time"),
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        with expected as (
            select s.located_in as places, s.network as network, 'structure' as scope,
                s.structure::text as subject
            from (\(scope.counted)) s
            union all
            select array[t.territory], null, 'territory', t.territory from (\(scope.territories)) t
            union all
            select '{}', null, 'region', \(scope.region))
        select null::timestamptz as at, e.places, e.network, 1::bigint as weight,
            coalesce(bool_or(p.state in ('submitted', 'accepted', 'returned')), false) as filed,
            coalesce(bool_or(p.state = 'accepted'), false) as accepted,
            coalesce(min(p.filed_on) filter (where p.state in ('submitted', 'accepted')) <= max(p.due_on), false)
                as on_time
        from expected e
        left join plans_and_reports p on p.kind = 'report' and p.scope = e.scope and p.subject = e.subject
            and p.year = \(scope.period.year) and p.region = \(scope.region)
        where e.scope = \(scope.reporters?.rawValue)
        group by e.places, e.network, e.scope, e.subject
        """
    }
}
