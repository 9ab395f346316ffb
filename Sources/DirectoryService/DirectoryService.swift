import Charters
import Events
import Foundation
import Hummingbird
import Postgres
import Schema
import Web

extension ServiceDefinition {
    /// The composition root: where the directory's collaborators meet.
    static let directory = ServiceDefinition(
        name: "directory", defaultPort: 8081, migrations: DirectoryMigrations.all, needsDatabaseToRead: false,
        uploads: [ImportsRoutes.upload]
    ) { settings in
        let cursors = CursorCoder(settings)
        let explorerSettings = ExplorerSettings(settings)
        let retention = ImportRetention.Periods(settings)
        return { ground in
            try OutgrownVocabularies.check()
            let networks = NetworkRules(
                charters: try CharterSet.load(from: ground.host.chartersFolder), today: { ParisClock.today })
            let changes = ChangeRepository(pool: ground.pool)
            let index = DirectoryIndex(repository: changes, logger: ground.logger, form: ground.contract.hash)
            // A directory that knows nobody would answer wrongly: it does not listen before it has loaded.
            try await index.refresh()
            let feed = try await EventFeed(of: "directory", on: ground, cursors: cursors)
            try await ground.pool.withTransaction(timeout: .seconds(60)) { transaction in
                try await DirectoryEventRepository(transaction: transaction).tellBeginning()
            }
            let repository = StructureRepository(pool: ground.pool)
            let publication = ChangePublication(
                changes: changes, refresh: { try await index.refresh() }, poke: { feed.poke() })
            let coordinations = CoordinationIndex(
                repository: CoordinationRepository(pool: ground.pool), logger: ground.logger)
            try await coordinations.refresh()
            let structures = StructuresRoutes(
                index: index, repository: repository, networks: networks, publication: publication)
            let history = HistoryRoutes(
                index: index, history: HistoryRepository(pool: ground.pool), cursors: cursors)
            let changeFeed = feed.subjects(of: ChangesRoutes.types)
            let position = FeedPosition(
                head: { try await changeFeed.head() }, follow: { try await index.follow() == 0 })
            try await position.advance()
            let listings = Listings(
                ListingGround(
                    directory: index, structures: repository, changes: changes, networks: networks, cursors: cursors,
                    now: { Date() }, poke: { feed.poke() }), pool: ground.pool, logger: ground.logger)
            try await listings.refresh()
            // Lists and coordinations name structures, and follow what becomes of them.
            let followed = ChangePublication(
                changes: changes,
                refresh: {
                    try await index.refresh()
                    try await listings.refresh()
                    try await coordinations.refresh()
                }, poke: { feed.poke() })
            let life = StructureLifeRoutes(
                index: index, repository: repository, life: StructureLifeRepository(pool: ground.pool),
                publication: followed, today: { ParisClock.today })
            let calls = Calls(
                ground.pool, index: index, networks: networks, cursors: cursors, publication: publication)
            let files = StructuresFileRepository(pool: ground.pool)
            let runner = ImportRunner(
                files: files, charters: ground.host.chartersFolder, publication: publication, logger: ground.logger)
            let explorer = try ExplorerRoutes(explorerSettings, on: ground)
            let search = SearchRoutes(index: index, networks: networks, cursors: cursors, now: { Date() })
            return Parts(
                routes: search.routes + ShowStructureRoutes(index: index, repository: repository).routes
                    + structures.routes + life.routes + history.routes
                    + OpeningsRoutes(index: index, now: { Date() }).routes
                    + TerritoriesRoutes(index: index, coordinations: coordinations, cursors: cursors).routes
                    + CoordinationRoutes(
                        index: index, coordinations: coordinations,
                        repository: CoordinationRepository(pool: ground.pool), networks: networks, cursors: cursors,
                        publication: followed
                    ).routes + CommunesRoutes(index: index).routes
                    + CoverageRoutes(index: index, charters: networks.charters).routes
                    + RecommendationsRoutes(index: index, networks: networks, now: { Date() }).routes
                    + LocateRoutes(index: index).routes + explorer.routes
                    + NetworksRoutes(charters: networks.charters, index: index).routes + VocabulariesRoutes().routes
                    + listings.routes + calls.routes + feed.routes
                    + ChangesRoutes(index: index, feed: changeFeed).routes
                    + ExportsRoutes(index: index, position: position).routes
                    + HumanServicesRoutes(index: index).routes
                    + ImportsRoutes(files: files, runner: runner, cursors: cursors).routes,
                background: feed.background + [
                    runner,
                    ImportRetention(
                        repository: ImportRetentionRepository(pool: ground.pool), periods: retention,
                        logger: ground.logger),
                    ChangeFollower(
                        refresh: {
                            try await position.advance()
                            try await listings.refresh()
                            try await coordinations.refresh()
                        }, configuration: ground.pool.configuration, logger: ground.logger),
                ],
                checks: [ReadinessCheck(name: "index") { index.isLoaded }])
        }
    }
}
