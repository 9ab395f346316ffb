import Foundation
import Logging
import Postgres
import Schema
import Support
import Synchronization
import Testing
import Web

@testable import DirectoryService

@Suite("A list in memory")
struct ListingIndexTests {
    private func event(_ title: String, ends: Date, in database: Database) async throws -> UUID {
        let (id, json) = (
            UUID.v7(),
            Entry.event(title, starts: RFC3339.format(ends - 3600), ends: RFC3339.format(ends))
        )
        try await Connection.with(database.configuration(for: .runtime)) { connection in
            _ = try await connection.query(
                "insert into listings (id, list, document) values (\(id), 'agenda', \(JSONB(Array(json.utf8))))")
        }
        return id
    }

    @Test("forgets what has been over for a year, as time goes by; the database does not")
    func forgetting() async throws {
        try await withDirectoryDatabase { database in
            let clock = Mutex(Date())
            let index = ListingIndex<AgendaEventDraft>(
                repository: ListingRepository(pool: database.pool(for: .runtime)), logger: Logger(label: "test"),
                now: { clock.withLock(\.self) })
            let now = Date()
            let old = try await event("old", ends: now - 400 * 86_400, in: database)
            let recent = try await event("recent", ends: now - 300 * 86_400, in: database)
            try await index.refresh()
            #expect(index.count == 1)
            #expect(try await index.find(old)?.draft.title == "old")
            #expect(try await index.find(UUID.v7()) == nil)
            clock.withLock { $0 = now + 100 * 86_400 }
            try await index.refresh()
            #expect(index.count == 0)
            #expect(try await index.find(recent)?.draft.title == "recent")
            // One that is moved into the past is forgotten, too; into the present, found again.
            for (shift, count) in [(500.0, 1), (-500, 0)] {
                let json = Entry.event(
                    "moved", starts: RFC3339.format(now + shift * 86_400),
                    ends: RFC3339.format(now + shift * 86_400 + 60))
                try await Connection.with(database.configuration(for: .runtime)) { connection in
                    _ = try await connection.query(
                        """
                        update listings set document = \(JSONB(Array(json.utf8))), version = version + 1,
                            changed_xid = pg_current_xact_id() where id = \(recent)
                        """)
                }
                try await index.refresh()
                #expect(index.count == count)
            }
        }
    }

    @Test("is put in order once for all who ask on a day, and anew when it changes")
    func order() async throws {
        try await withDirectoryDatabase { database in
            let repository = ListingRepository<AgendaEventDraft>(pool: database.pool(for: .runtime))
            let index = ListingIndex(repository: repository, logger: Logger(label: "test"), now: { Date() })
            let end = Date() + 86_400
            for turn in 0..<9 { _ = try await event("\(turn)", ends: end, in: database) }
            try await index.refresh()
            let day = ParisTime.wall(at: Date()).day
            for day in [day, day + 1, day] {
                let places = Array(index.ordered(on: day).places(after: nil))
                #expect(places.count == 9)
                #expect(places.map(\.position) == places.map { $0.entry.position(on: day) }.sorted())
                for (index, place) in places.enumerated() {
                    let rest = Array(self.rest(places, after: place.position))
                    #expect(rest == places.dropFirst(index + 1).map(\.position))
                }
            }
            let added = try await event("added", ends: end - 60, in: database)
            try await index.refresh()
            #expect(index.ordered(on: day).places(after: nil).first?.entry.id == added)
        }
    }

    private func rest(
        _ places: [ListingOrder<AgendaEventDraft>.Place], after position: String
    ) -> [String] {
        let day = Int(position.prefix { $0 != "|" }) ?? 0
        return ListingOrder(places.map(\.entry), on: day).places(after: position).map(\.position)
    }

    @Test("goes back a year, and says so to who asks for more")
    func past() async throws {
        try await withDirectory { directory in
            let today = ParisClock.today.daysSinceEpoch
            func answer(_ days: Int) async throws -> RunningService.Answer {
                let first = try #require(CalendarDate(daysSinceEpoch: today - days)).text
                return try await directory.get("/v1/agenda?from=\(first)")
            }
            #expect(try await answer(365).status == 200)
            try expectProblem(try await answer(368), 400, "invalid-parameters", at: ["from"])
        }
    }

    @Test("counts the entries that it cannot read")
    func unreadable() async throws {
        let metrics = PrometheusFactory()
        try await withDirectoryDatabase { database in
            let index = ListingIndex<SchemeDraft>(
                repository: ListingRepository(pool: database.pool(for: .runtime)), logger: Logger(label: "test"),
                now: { Date() }, metrics: metrics)
            try await Connection.with(database.configuration(for: .runtime)) { connection in
                _ = try await connection.query(
                    "insert into listings (id, list, document) values (\(UUID.v7()), 'schemes', '{}')")
            }
            try await index.refresh()
            #expect(metrics.text.contains(#"directory_listings_unreadable_total{list="schemes"} 1"#))
        }
    }
}
