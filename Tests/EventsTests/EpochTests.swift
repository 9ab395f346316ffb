import Foundation
import Postgres
import Schema
import Support
import Testing
import Web

@testable import Events

/// After a restore or a failover, transaction ids and numbers may begin again: cursors of what is gone are told so.
@Suite("Epochs of events")
struct EpochTests {
    @Test("a cursor past what a restored database still has is answered 410, one before it goes on")
    func restore() async throws {
        try await withDatabase(migrations: ServiceDefinition.teller.migrations) { database in
            let (kept, lost, later) = (Event.move(), Event.move(), Event.move())
            let cursors = Cursors()
            try await withTeller(on: database) { service in
                try await database.writers.transact([EventOutbox.append([kept])])
                try await eventually { try await !service.page().events.isEmpty }
                await cursors.add(try await service.page().next)
                try await database.writers.transact([EventOutbox.append([lost])])
                try await eventually { try await service.page().events.count == 2 }
                await cursors.add(try await service.page().next)
            }
            try await restore(database)
            try await withTeller(on: database) { service in
                let saved = await cursors.all
                let answer = try await service.events(after: saved[1])
                #expect(answer.status == 410)
                #expect(try answer.json.object?["code"] == "feed-rewound")
                try await database.writers.transact([EventOutbox.append([later])])
                try await eventually { try await service.page(after: saved[0]).ids == [later.id] }
                #expect(try await service.events(after: saved[1]).status == 410)
                #expect(try await service.page().ids == [kept.id, later.id])
            }
            #expect(try await epochs(of: database) == [1, 2])
        }
    }

    @Test("events of a later epoch follow the earlier ones, though their transactions’ ids are smaller")
    func rewoundTransactions() async throws {
        try await withDatabase(migrations: ServiceDefinition.teller.migrations) { database in
            let (early, late) = (Event.move(), Event.move())
            try await database.writers.transact([EventOutbox.append([early])])
            let superuser = database.superuser
            try await superuser.query("update event_outbox set xid = '9000000000000'")
            try await superuser.query("update event_epochs set system_identifier = 1")
            try await withTeller(on: database) { service in
                try await database.writers.transact([EventOutbox.append([late])])
                try await eventually { try await service.page().events.count == 2 }
                let page = try await service.page(limit: 1)
                #expect(page.ids == [early.id])
                #expect(try await service.page(after: page.next).ids == [late.id])
            }
        }
    }

    @Test("a failover under a running service begins a new epoch with the first event, once")
    func failover() async throws {
        try await withDatabase(migrations: ServiceDefinition.teller.migrations) { database in
            let superuser = database.superuser
            try await superuser.query("update event_epochs set timeline = 77")
            let writers = database.writers
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<16 {
                    group.addTask { try await writers.transact([EventOutbox.append([.move()])]) }
                }
                try await group.waitForAll()
            }
            #expect(try await epochs(of: database) == [1, 2])
            let rows = try await superuser.query("select distinct epoch from event_outbox")
            #expect(try rows.decode(Int.self) == [2])
        }
    }

    @Test("another event in the place that a cursor names is not taken for it")
    func samePlace() async throws {
        try await withTeller { service, database, writers in
            try await writers.transact([EventOutbox.append([.move()])])
            try await eventually { try await !service.page().events.isEmpty }
            let cursor = try await service.page().next
            #expect(try await service.events(after: cursor).status == 200)
            let superuser = database.superuser
            try await superuser.query("update event_outbox set event_id = gen_random_uuid()")
            #expect(try await service.events(after: cursor).status == 410)
        }
    }

    private actor Cursors {
        var all: [String] = []
        func add(_ cursor: String) { all.append(cursor) }
    }

    /// The state before the last event, on a new timeline: what recovery to a point in time leaves.
    private func restore(_ database: Database) async throws {
        let superuser = database.superuser
        try await superuser.query("delete from event_outbox where id = (select max(id) from event_outbox)")
        try await superuser.query("update event_epochs set timeline = timeline - 1")
    }

    private func epochs(of database: Database) async throws -> [Int] {
        try await database.pool(for: .worker).query("select epoch from event_epochs order by epoch").decode(Int.self)
    }
}
