import Postgres
import Schema

/// G3: what a body of the region decided, under the year that it is about.
enum Decisions: Population {
    static let name = "decisions"
    static let summary = LocalizedText(
        fr: "Décisions des instances, dans l’année sur laquelle elles portent",
        en: "Decisions of the bodies, in the year that they are about")
    static let isOfMoments = false
    static let isAboutPersons = false

    static let attributes: [Attribute] = [
        .code("kind"), .code("body"), .code("decision"), .number("delay", .days),
    ]

    static func query(_ scope: PopulationScope) -> Query {
        """
        select make_timestamptz(d.year::int, 1, 1, 0, 0, 0, 'Europe/Paris') as at, '{}'::text[] as places,
            null::text as network, 1::bigint as weight, d.kind, d.body, d.decision,
            greatest(0, d.decided_on - make_date(d.year::int, 12, 31))::bigint as delay
        from governance_decisions d
        where d.region = \(scope.region) and d.year = \(scope.period.year)
        """
    }
}
