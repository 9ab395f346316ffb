import Logging
import Postgres
import Schema
import Web

/// The lists beside the structures, put together.
struct Listings: Sendable {
    private let agenda: List<AgendaEventDraft>
    private let schemes: List<SchemeDraft>
    private let resources: List<ResourceDraft>
    private let conventions: List<ConventionDraft>

    private struct List<Draft: ServedListing> {
        let index: ListingIndex<Draft>
        let routes: [Route]

        init(_ ground: ListingGround, _ pool: Pool, _ logger: Logger) {
            let repository = ListingRepository<Draft>(pool: pool)
            index = ListingIndex(repository: repository, logger: logger, now: ground.now)
            routes =
                ListingReadRoutes(list: index, ground: ground).routes
                + ListingWriteRoutes(list: index, repository: repository, ground: ground).routes
        }
    }

    init(_ ground: ListingGround, pool: Pool, logger: Logger) {
        agenda = List(ground, pool, logger)
        schemes = List(ground, pool, logger)
        resources = List(ground, pool, logger)
        conventions = List(ground, pool, logger)
    }

    var routes: [Route] { agenda.routes + schemes.routes + resources.routes + conventions.routes }

    /// Brings all of them up to every change committed before the call.
    func refresh() async throws {
        try await agenda.index.refresh()
        try await schemes.index.refresh()
        try await resources.index.refresh()
        try await conventions.index.refresh()
    }
}
