import Foundation
import Logging
import Postgres
import Schema
import Support
import Synchronization
import Testing
import Web

@testable import Events

/// A follower that goes on from its cursor misses nothing and reads nothing twice, whatever commits when.
@Suite("Order of events")
struct CommitOrderTests {
    private struct Change: Error {}

    /// What the writers know to be stored.
    private final class Committed: Sendable {
        private let state = Mutex<(ids: Set<UUID>, isComplete: Bool)>(([], false))

        var ids: Set<UUID> { state.withLock { $0.ids } }
        var isComplete: Bool { state.withLock { $0.isComplete } }

        func add(_ events: [Event]) { state.withLock { $0.ids.formUnion(events.map(\.id)) } }
        func complete() { state.withLock { $0.isComplete = true } }
    }

    @Test("a slow transaction holds back what came after it, and no more")
    func slowTransaction() async throws {
        try await withTeller { service, _, writers in
            let before = [Event.move(), .move()]
            try await writers.transact([EventOutbox.append(before)])
            let (slow, quick) = (Event.move(), Event.move())
            var cursor: String?
            try await writers.withTransaction { transaction in
                try await transaction.query(EventOutbox.append([slow]))
                try await writers.transact([EventOutbox.append([quick])])
                try await eventually { try await service.page().ids.count >= 2 }
                let page = try await service.page()
                #expect(page.ids == before.map(\.id))
                #expect(try await service.page(after: page.next).events.isEmpty)
                cursor = page.next
            }
            try await eventually { try await service.page(after: cursor).ids.count == 2 }
            #expect(try await service.page(after: cursor).ids == [slow.id, quick.id])
        }
    }

    @Test("a follower that polls while quick writers overtake a slow one, round after round, misses none of it")
    func overtaken() async throws {
        try await withTeller { service, _, writers in
            let committed = Committed()
            async let followed = service.follow(sizes: 1...20) { committed.isComplete }
            for round in 0..<6 {
                let slow = (1...3).map { _ in Event.move() }
                let before = committed.ids.count
                do {
                    try await writers.withTransaction { transaction in
                        try await transaction.query(EventOutbox.append([slow[0]]))
                        let quick = try await Self.overtake(by: writers, writers: 8, each: 5)
                        committed.add(quick)
                        // All of them began after the slow one, so none of them is told, however often one asks.
                        for _ in 0..<3 {
                            #expect(try await service.follow(sizes: 10_000...10_000) { true }.count == before)
                        }
                        try await transaction.query(EventOutbox.append(Array(slow[1...])))
                        if round % 3 == 2 { throw Change() }
                    }
                    committed.add(slow)
                } catch is Change {}
                try await eventually {
                    try await service.follow(sizes: 10_000...10_000) { true }.count == committed.ids.count
                }
            }
            committed.complete()
            let ids = try await followed
            #expect(ids.count == 6 * 40 + 4 * 3 && ids.count == Set(ids).count)
            #expect(Set(ids) == committed.ids)
            #expect(try await service.follow(sizes: 1...9) { true } == ids)
        }
    }

    /// Quick transactions side by side, each of one event.
    private static func overtake(by pool: Pool, writers: Int, each: Int) async throws -> [Event] {
        try await withThrowingTaskGroup(of: [Event].self) { group in
            for _ in 0..<writers {
                group.addTask {
                    let events = (0..<each).map { _ in Event.move() }
                    for event in events { try await pool.transact([EventOutbox.append([event])]) }
                    return events
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    @Test("what is rolled back never appears")
    func rollback() async throws {
        try await withTeller { service, _, writers in
            let (gone, kept) = (Event.move(), Event.move())
            await #expect(throws: Change.self) {
                try await writers.withTransaction { transaction in
                    try await transaction.query(EventOutbox.append([gone]))
                    throw Change()
                }
            }
            try await writers.transact([EventOutbox.append([kept])])
            try await eventually { try await !service.page().ids.isEmpty }
            #expect(try await service.page().ids == [kept.id])
        }
    }

    @Test("32 writers and a follower: every committed event once, in an order that never changes")
    func manyWriters() async throws {
        try await withTeller { service, _, writers in
            let committed = Committed()
            async let followed = service.follow(sizes: 1...40) { committed.isComplete }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<32 {
                    group.addTask { try await Self.write(12, by: writers, committed) }
                }
                try await group.waitForAll()
            }
            // Nothing that runs may still hold an event back when the follower takes an empty page for the end.
            try await eventually {
                try await service.follow(sizes: 10_000...10_000) { true }.count == committed.ids.count
            }
            committed.complete()
            let ids = try await followed
            let expected = committed.ids
            #expect(expected.count > 100)
            #expect(ids.count == Set(ids).count)
            #expect(Set(ids) == expected)
            for sizes in [1...7, 100...1000, 10_000...10_000] {
                #expect(try await service.follow(sizes: sizes) { true } == ids)
            }
        }
    }

    /// Transactions that begin, linger, end or are given up as chance has it.
    private static func write(_ count: Int, by pool: Pool, _ committed: Committed) async throws {
        for _ in 0..<count {
            let referral = UUID.v7()
            let events = (1...Int.random(in: 1...4)).map { Event.move(of: referral, sequence: $0) }
            let split = Int.random(in: 0...events.count)
            do {
                try await pool.withTransaction { transaction in
                    try await transaction.query(EventOutbox.append(Array(events[..<split])))
                    try await Task.sleep(for: .milliseconds(Int.random(in: 0...8)))
                    try await transaction.query(EventOutbox.append(Array(events[split...])))
                    if Int.random(in: 0..<4) == 0 { throw Change() }
                }
                committed.add(events)
            } catch is Change {}
        }
    }

    @Test("a page costs what it returns, however many events there are before and after it")
    func cost() async throws {
        try await withDatabase(migrations: [.events(number: 1)]) { database in
            let superuser = database.superuser
            // As of transactions of the past.
            try await superuser.query(
                """
                insert into event_outbox (xid, event_id, type, subject, sequence, time, plain)
                select (3 + i % 400)::text::xid8, gen_random_uuid(), 't', 's', i, now(), '{}'
                from generate_series(1, 30000) i
                """)
            try await superuser.query("analyze event_outbox")
            let middle = EventPosition(epoch: 1, xid: 200, id: 0, event: UUID())
            for query in [
                EventRepository.events(after: middle, limit: 100, bytes: 1 << 20, .plain), EventRepository.lastEvent,
            ] {
                let plan = try await superuser.query("explain \(query)").decode(String.self).joined(separator: "\n")
                #expect(plan.contains("event_outbox_pkey"), "\(plan)")
                #expect(!plan.contains("Sort") && !plan.contains("Seq Scan on event_outbox"), "\(plan)")
            }
        }
    }

    @Test("the oldest transaction is measured, whichever role runs it")
    func oldestTransaction() async throws {
        try await withTeller { _, database, _ in
            let factory = PrometheusFactory()
            let repository = EventRepository(pool: database.pool(for: .runtime))
            let measuring = OldestTransaction(
                repository: repository, logger: Logger(label: "test"), interval: .milliseconds(20), factory: factory)
            let task = Task { try await measuring.run() }
            let owner = database.pool(for: .owner)
            try await owner.withTransaction { transaction in
                try await transaction.query("select pg_current_xact_id()")
                try await eventually { Self.measured(factory) > 0.3 }
            }
            try await eventually { Self.measured(factory) < 0.3 }
            task.cancel()
            try await task.value
        }
    }

    private static func measured(_ factory: PrometheusFactory) -> Double {
        let line = factory.text.split(separator: "\n").first { $0.hasPrefix("events_oldest_transaction_seconds ") }
        return line?.split(separator: " ").last.flatMap { Double($0) } ?? -1
    }
}
