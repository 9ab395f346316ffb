import Charters
import HTTPTypes
import Postgres
import Schema
import ServiceCalls
import Web

extension ServiceDefinition {
    static let reporting = reporting { ParisClock.today }

    /// - Parameter today: the day in Paris, by which running periods are judged; nothing happened on a later one.
    static func reporting(today: @escaping @Sendable () -> CalendarDate) -> ServiceDefinition {
        ServiceDefinition(
            name: "reporting", defaultPort: 8083, migrations: ReportingMigrations.all,
            uploads: [ContributionBody.upload]
        ) { parts($0, today) }
    }

    /// The composition root: where the reporting service's collaborators meet.
    private static func parts(
        _ settings: Settings, _ today: @escaping @Sendable () -> CalendarDate
    ) -> @Sendable (Ground) async throws -> Parts {
        // The default rule of the catalogue; the data-protection officer's to change.
        let threshold = settings.value("least.persons", .int(3...1000), default: 11)
        let indicators = settings.value("indicators", .text(1...1000), default: "indicators")
        // Without them it serves what it has, and follows nobody.
        let calls = CallSettings(settings, calling: FeedSource.allCases.map(\.rawValue))
        return { ground in
            let charters = try CharterSet.load(from: ground.host.chartersFolder)
            let catalogue = try Catalogue.load(from: indicators)
            let readings = DefinitionReadings()
            let figures = FiguresRoutes(
                repository: ObservationRepository(pool: ground.pool, charters: charters),
                gate: PublicationGate(pool: ground.pool, readings: readings), catalogue: catalogue,
                charters: charters,
                threshold: threshold, followsFeeds: calls != nil, form: ground.contract.hash,
                today: today)
            let versions = VersionsRoutes(
                pool: ground.pool, catalogue: catalogue, charters: charters, readings: readings,
                today: today)
            let contributions = ContributionsRoutes(
                intake: ContributionIntake(pool: ground.pool, charters: charters), today: today)
            let completeness = CompletenessRoutes(
                repository: CompletenessRepository(pool: ground.pool, charters: charters), charters: charters,
                today: today)
            let definitions = IndicatorsRoutes(
                pool: ground.pool, readings: readings, catalogue: catalogue, charters: charters, threshold: threshold)
            let routes =
                definitions.routes + versions.routes + figures.routes + completeness.routes + contributions.routes
                + [.planned(.get, "/v1/releases", .scope(.reportingRead))]
            guard let calls else { return Parts(routes: routes) }
            let followers = FeedSource.allCases.map { source in
                let client = calls.client(
                    of: source.rawValue, issuer: ground.host.issuer, scopes: [source.projection.scope])
                let reader = EventFeedReader(client: client, limit: 5000, projection: source.projection)
                return FeedFollower(
                    source: source, configuration: ground.pool.configuration, logger: ground.logger, pages: reader.page)
            }
            let watch = FeedWatch(delays: FeedDelayRepository(pool: ground.pool), logger: ground.logger)
            return Parts(routes: routes, background: followers + [watch], checks: watch.checks)
        }
    }
}
