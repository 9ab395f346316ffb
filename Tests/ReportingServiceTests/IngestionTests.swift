import Foundation
import Logging
import Metrics
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DemoActivity
@testable import ReportingService
@testable import ServiceCalls

@Suite("Ingestion")
struct IngestionTests {
    @Test("leaves the same bytes whatever the order, the size of the pages and the repetitions")
    func commutative() async throws {
        let year = try RegionYear(seed: 21, demands: runs(1500, full: 70_000))
        let once = try await withReportingDatabase { database in
            try await database.takeIn(year)
            return try await database.facts
        }
        #expect(Database.factTables.allSatisfy { once[$0.name]?.hasPrefix("0 ") == false }, "\(once)")
        for (place, pageSize) in [1000, 77, 5000].enumerated() {
            let (directory, referral) = year.shuffled(times: place == 2 ? 1 : 2, seed: UInt64(pageSize))
            let again = try await withReportingDatabase { database in
                try await database.takeIn(.directory, TestFeed(directory, pageSize: pageSize))
                try await database.takeIn(.referral, TestFeed(referral, pageSize: pageSize))
                return try await database.facts
            }
            for (table, rows) in once where table != "feeds" { #expect(again[table] == rows, "\(table)") }
        }
    }

    @Test("leaves the same bytes where both feeds are read anew, by a command or because they were rewound")
    func rebuilt() async throws {
        let year = try RegionYear(seed: 32, demands: runs(1500, full: 70_000))
        try await withReportingDatabase { database in
            let (directory, referral) = (TestFeed(year.directory), TestFeed(year.referral))
            func takeIn() async throws -> [String: String] {
                try await database.takeIn(.directory, directory)
                try await database.takeIn(.referral, referral)
                return try await database.facts
            }
            let first = try await takeIn()
            try await Connection.with(database.configuration(for: .runtime)) { connection in
                for source in FeedSource.allCases {
                    let standing = try await FeedRepository().standing(of: source, on: connection)
                    try await FeedRepository().rebuild(source, after: standing, on: connection)
                }
            }
            let empty = try await database.facts
            for table in Database.factTables where table != "erased_persons" { #expect(empty[table.name] == "0 -") }
            #expect(try await takeIn() == first)
            directory.rewind(to: year.directory)
            referral.rewind(to: year.referral)
            let again = try await takeIn()
            for (table, rows) in first where table != "feeds" { #expect(again[table] == rows, "\(table)") }
            #expect(again["feeds"]?.contains("referral 2-") == true)
        }
    }

    private func pagesTaken(_ database: Database) async throws -> Int {
        try await Connection.with(database.superuserConfiguration) { connection in
            try await connection.query("select pages from feeds where source = 'referral'")[0].decode(Int.self)
        }
    }

    @Test("reads a rewound feed anew, and leaves what it would have left from the beginning")
    func rewound() async throws {
        let history = try History(seed: 24, demands: 800)
        let other = try History(seed: 25, demands: 700)
        try await withReportingDatabase { database in
            let directory = TestFeed(history.directory)
            let referral = TestFeed(history.referral)
            try await database.takeIn(.directory, directory)
            try await database.takeIn(.referral, referral)
            let first = try await database.facts
            referral.rewind(to: history.referral)
            try await database.takeIn(.referral, referral)
            let again = try await database.facts
            for (table, rows) in first where table != "feeds" { #expect(again[table] == rows, "\(table)") }
            #expect(again["feeds"]?.contains("referral 2-") == true)
            // Another past altogether: nothing of the first one stays, but who is to be forgotten.
            referral.rewind(to: other.referral)
            try await database.takeIn(.referral, referral)
            let second = try await database.facts
            #expect(second["structure_states"] == first["structure_states"])
            try await withReportingDatabase { fresh in
                try await fresh.takeIn(.referral, TestFeed(other.referral))
                let expected = try await fresh.facts
                for table in ["receptions", "demand_closings", "referrals", "referral_moves", "appointments"] {
                    #expect(second[table] == expected[table], "\(table)")
                }
            }
        }
    }

    @Test("says that it is rebuilding until the feed's end is reached again")
    func rebuilding() async throws {
        let history = try History(seed: 26, demands: 300)
        try await withReportingDatabase { database in
            let feed = TestFeed(history.referral, pageSize: 200)
            try await database.takeIn(.referral, feed)
            feed.rewind(to: Array(history.referral.prefix(400)))
            let follower = database.follower(.referral, feed)
            let states = try await Connection.with(database.configuration(for: .runtime)) { connection in
                var states: [Bool] = []
                for _ in 0..<3 {
                    _ = try await follower.takeNext(on: connection)
                    let standing = try await FeedRepository().standing(of: .referral, on: connection)
                    states.append(standing.isRebuilding)
                }
                return states
            }
            #expect(states == [true, true, false])
        }
    }

    @Test("links nothing to a person who asked to be forgotten, whenever the event comes")
    func erasure() async throws {
        let history = try History(seed: 27, demands: 1200, persons: 300)
        #expect(!history.erased.isEmpty)
        try await withReportingDatabase { database in
            try await database.takeIn(history)
            func linked() async throws -> [Int] {
                try await Connection.with(database.superuserConfiguration) { connection in
                    let erased = history.erased
                    return try await connection.query(
                        """
                        with told as (
                            select 1 as kind, is_linkable, person from demand_closings
                            union all select 2, is_linkable, person from receptions
                            union all select 3, is_linkable, person from referrals)
                        select count(*) from told where person = any(\(erased))
                        union all select count(*) from told where is_linkable and person is null and kind = 1
                        union all select count(*) from told where is_linkable and person is null and kind = 2
                        union all select count(*) from told where not is_linkable and person is not null
                        """
                    ).decode(Int.self)
                }
            }
            let before = try await linked()
            #expect(before[0] == 0 && before[1] > 0 && before[2] > 0 && before[3] == 0)
            // Everything is told again, after the erasures.
            let again = TestFeed(history.referral + history.referral, pageSize: 300)
            try await database.takeIn(.referral, again)
            #expect(try await linked() == before)
            // The key itself stands nowhere.
            let text = try await Connection.with(database.superuserConfiguration) { connection in
                try await connection.query(
                    "select string_agg(encode(digest, 'hex'), ' ') from erased_persons")[0].decode(String.self)
            }
            for person in history.erased {
                #expect(!text.contains(person.text.replacing("-", with: "")))
            }
        }
    }

    @Test("goes on past events of types that nobody knows yet, counts them, and says so once of each type")
    func unknownTypes() async throws {
        let history = try History(seed: 31, demands: 100)
        try await withReportingDatabase { database in
            let (factory, lines) = (PrometheusFactory(), LogLines())
            let feed = TestFeed(history.referral, pageSize: 50)
            feed.tellStrange(["fr.spro.demand.closed.v2": 2, "fr.spro.fair.held.v1": 1])
            let follower = database.follower(.referral, feed, factory: factory, logger: lines.logger)
            let pages = (history.referral.count + 49) / 50
            // A page of nothing else: there is nothing to store but where to go on.
            let end = "1-\(history.referral.count)"
            let after = FeedFollower(
                source: .referral, configuration: database.configuration(for: .runtime), logger: lines.logger,
                factory: NOOPMetricsHandler.instance
            ) { cursor in
                #expect(cursor == end)
                return EventFeedPage(events: [], passedOver: ["fr.spro.fair.held.v1": 9], cursor: "later", isLast: true)
            }
            let standing = try await Connection.with(database.configuration(for: .runtime)) { connection in
                while try await !follower.takeNext(on: connection) {}
                #expect(try await after.takeNext(on: connection))
                return try await FeedRepository().standing(of: .referral, on: connection)
            }
            #expect(standing.cursor == "later" && !standing.isRebuilding)
            let counted = #"reporting_events_passed_over_total{source="referral"} \#(pages * 3)"#
            #expect(factory.text.contains(counted + "\n"), "\(factory.text)")
            let said = "events of an unknown type are passed over source=referral type="
            #expect(
                lines.all
                    == ["fr.spro.demand.closed.v2", "fr.spro.fair.held.v1", "fr.spro.fair.held.v1"].map { said + $0 })
            var facts = try await database.facts
            let undisturbed = try await withReportingDatabase { other in
                try await other.takeIn(.referral, TestFeed(history.referral, pageSize: 50))
                return try await other.facts
            }
            facts["feeds"] = undisturbed["feeds"]
            #expect(facts == undisturbed)
        }
    }

    @Test("leaves the same bytes where a feed is read anew in which the forgotten persons are unlinked")
    func unlinked() async throws {
        let year = try RegionYear(seed: 31, demands: 1500)
        let erased = Set(year.erased)
        let unlinked = try year.referral.map { event in
            event.data.payload.person.map(erased.contains) == true ? try event.unlinked : event
        }
        #expect(unlinked.count { $0.data.payload.isPersonErased } > 5 + erased.count)
        try await withReportingDatabase { database in
            let feed = TestFeed(year.referral)
            try await database.takeIn(.directory, TestFeed(year.directory))
            try await database.takeIn(.referral, feed)
            let before = try await database.facts
            feed.rewind(to: unlinked)
            try await database.takeIn(.referral, feed)
            let after = try await database.facts
            for (table, rows) in before where table != "feeds" { #expect(after[table] == rows, "\(table)") }
            // Who reads it for the first time does not learn who they were, and counts the same.
            try await withReportingDatabase { fresh in
                try await fresh.takeIn(.referral, TestFeed(unlinked))
                let facts = try await fresh.facts
                #expect(facts["erased_persons"] == "0 -")
                for table in ["receptions", "demand_closings", "referrals"] { #expect(facts[table] == before[table]) }
            }
        }
    }

    @Test("is done by one of several followers, and by another when that one is gone")
    func oneFollower() async throws {
        let history = try History(seed: 28, demands: 400)
        try await withReportingDatabase { database in
            let feed = TestFeed(history.referral, pageSize: 50)
            let first = Task { try? await database.follower(.referral, feed).run() }
            let second = Task { try? await database.follower(.referral, feed).run() }
            let pages = (history.referral.count + 49) / 50
            try await eventually { try await pagesTaken(database) == pages }
            // Each page was asked for once, and the end over and over by the same one.
            let claims = try await Connection.with(database.superuserConfiguration) { connection in
                try await connection.query(
                    """
                    select count(*) from pg_locks l join pg_database d on d.oid = l.database
                    where locktype = 'advisory' and granted and datname = current_database()
                    """)[0].decode(Int.self)
            }
            #expect(claims == 1)
            first.cancel()
            await first.value
            let more = try History(seed: 29, demands: 50).referral
            feed.append(more)
            try await eventually { try await pagesTaken(database) > pages }
            second.cancel()
            await second.value
        }
    }

    @Test("gives way where another has moved the cursor in the meantime")
    func overtaken() async throws {
        let history = try History(seed: 30, demands: 100)
        try await withReportingDatabase { database in
            let page = EventFeedPage(events: Array(history.referral.prefix(100)), cursor: "1-100", isLast: false)
            let start = FeedStanding(cursor: nil, rebuilds: 0, isRebuilding: false)
            try await Connection.with(database.configuration(for: .runtime)) { connection in
                let repository = FeedRepository()
                try await repository.take(page, of: .referral, after: start, on: connection)
                let before = try await database.facts
                await #expect(throws: FeedRepository.Overtaken.self) {
                    try await repository.take(page, of: .referral, after: start, on: connection)
                }
                let ahead = FeedStanding(cursor: "1-100", rebuilds: 1, isRebuilding: false)
                await #expect(throws: FeedRepository.Overtaken.self) {
                    try await repository.take(page, of: .referral, after: ahead, on: connection)
                }
                await #expect(throws: FeedRepository.Overtaken.self) {
                    try await repository.rebuild(.referral, after: ahead, on: connection)
                }
                #expect(try await database.facts == before)
            }
        }
    }
}

extension Event {
    /// As the feed tells it once its person is forgotten.
    fileprivate var unlinked: Event {
        get throws {
            var json = JSONWriter()
            write(.reporting, to: &json)
            let person = try #require(data.payload.person)
            let text = String(decoding: json.bytes, as: UTF8.self).replacing(
                "\"person\":\"\(person.text)\",\"person_erased\":false", with: "\"person\":null,\"person_erased\":true")
            return try ObjectReader.read(try JSONValue(parsing: Array(text.utf8)), Event.init)
        }
    }
}
