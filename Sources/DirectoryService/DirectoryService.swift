import Charters
import Foundation
import Hummingbird
import Postgres
import Schema
import Web

extension ServiceDefinition {
    /// The composition root: where the directory's collaborators meet.
    static let directory = ServiceDefinition(
        name: "directory", defaultPort: 8081, migrations: DirectoryMigrations.all, needsDatabaseToRead: false
    ) { settings in
        let cursors = CursorCoder(settings)
        return { ground in
            let networks = NetworkRules(
                charters: try CharterSet.load(from: ground.host.chartersFolder), today: { ParisClock.today })
            let changes = ChangeRepository(pool: ground.pool)
            let index = DirectoryIndex(repository: changes, logger: ground.logger)
            // A directory that knows nobody would answer wrongly: it does not listen before it has loaded.
            try await index.refresh()
            let structures = StructuresRoutes(
                index: index, repository: StructureRepository(pool: ground.pool), changes: changes, networks: networks)
            let search = SearchRoutes(index: index, cursors: cursors, today: { ParisClock.today.daysSinceEpoch })
            return Parts(
                routes: search.routes + structures.routes + TerritoriesRoutes(index: index).routes
                    + NetworksRoutes(charters: networks.charters).routes + VocabulariesRoutes().routes,
                background: [
                    ChangeFollower(index: index, configuration: ground.pool.configuration, logger: ground.logger)
                ],
                checks: [ReadinessCheck(name: "index") { index.isLoaded }])
        }
    }
}

/// The day as people in metropolitan France have it.
enum ParisClock {
    static var today: CalendarDate { day(of: Date()) }

    static func day(of instant: Date) -> CalendarDate {
        let parts = calendar.dateComponents([.year, .month, .day], from: instant)
        guard let date = CalendarDate(year: parts.year ?? 0, month: parts.month ?? 0, day: parts.day ?? 0) else {
            preconditionFailure("the Gregorian calendar gives days that exist")
        }
        return date
    }

    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        guard let paris = TimeZone(identifier: "Europe/Paris") else {
            preconditionFailure("the time zone data base lacks Europe/Paris: install tzdata")
        }
        calendar.timeZone = paris
        return calendar
    }()
}
