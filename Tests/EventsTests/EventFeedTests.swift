import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import Events

@Suite("Feed of events")
struct EventFeedTests {
    @Test("who may read what: events:read the plain projection, events:reporting also the person")
    func projections() async throws {
        try await withTeller { service, _, writers in
            let (person, closing) = (UUID.v7(), Event.closing(person: nil))
            let named = Event.closing(person: person)
            try await writers.transact([EventOutbox.append([closing, named, .move()])])
            try await eventually { try await service.page().events.count == 3 }
            let plain = try await service.events()
            #expect(!plain.text.contains("person"))
            #expect(plain.headers.first(name: "event-projection") == "plain")
            let reporting = try await service.events(scopes: [.eventsReporting])
            #expect(reporting.headers.first(name: "event-projection") == "reporting")
            for scopes in [[Scope.eventsReporting], [.eventsRead, .eventsReporting]] {
                let events = try await service.page(scopes: scopes).events
                #expect(events.map(\.data.payload.person) == [nil, person, nil])
                #expect(events[1].data == named.data)
            }
            #expect(try await service.events(scopes: [.directoryRead, .auditRead]).status == 403)
            #expect(try await service.get("/v1/events", token: nil).status == 401)
        }
    }

    @Test("lines or a batch, as the caller prefers; the same events either way")
    func formats() async throws {
        try await withTeller { service, _, writers in
            let events = (0..<3).map { _ in Event.move() }
            try await writers.transact([EventOutbox.append(events)])
            try await eventually { try await service.page().events.count == 3 }
            let lines = try await service.events()
            #expect(lines.headers.first(name: "content-type") == "application/x-ndjson")
            #expect(lines.body.last == UInt8(ascii: "\n"))
            let batch = try await service.events(accept: "application/cloudevents-batch+json")
            #expect(batch.headers.first(name: "content-type") == "application/cloudevents-batch+json")
            #expect(try Page(batch).events == (try Page(lines)).events)
            #expect(try Page(batch).ids == events.map(\.id))
            #expect(try await service.events(accept: "text/csv").status == 406)
            let empty = try await service.events(
                after: try Page(batch).next, accept: "application/cloudevents-batch+json")
            #expect(empty.text == "[]")
        }
    }

    @Test("an empty page has a cursor too, at the beginning and at the end")
    func emptyPages() async throws {
        try await withTeller { service, _, writers in
            let beginning = try await service.page()
            #expect(beginning.events.isEmpty)
            let event = Event.move()
            try await writers.transact([EventOutbox.append([event])])
            try await eventually { try await !service.page(after: beginning.next).events.isEmpty }
            let page = try await service.page(after: beginning.next)
            #expect(page.ids == [event.id])
            let end = try await service.page(after: page.next)
            #expect(end.events.isEmpty && end.next == page.next)
        }
    }

    @Test("a page is cut by its length too, and says whether it is the end")
    func lengths() async throws {
        try await withTeller { service, database, writers in
            let events = (0..<40).map { _ in Event.closing(person: .v7()) }
            try await writers.transact([EventOutbox.append(events)])
            try await eventually { try await service.page().events.count == 40 }
            for (limit, end) in [(39, "false"), (40, "false"), (41, "true")] {
                let answer = try await service.events(limit: limit)
                #expect(answer.headers.first(name: "feed-end") == end, "\(limit)")
            }
            // Each holds some events, the first always; the last one knows that it is.
            for (bytes, limit) in [(1, 10), (2000, 10), (2000, 2), (1 << 20, 41)] {
                let repository = EventRepository(pool: database.pool(for: .runtime), pageBytes: bytes)
                var (told, after): ([Row], EventPosition?) = ([], nil)
                while true {
                    let page = try #require(try await repository.page(after: after, limit: limit, .reporting))
                    #expect(page.events.count <= limit)
                    let lengths = try page.events.map { try $0["data", as: String.self].utf8.count }
                    #expect(lengths.dropLast().reduce(0, +) < bytes || lengths.count == 1)
                    told += page.events
                    after = try page.end
                    if page.isLast { break }
                    try #require(!page.events.isEmpty || told.count == 40)
                }
                #expect(try told.map { try $0["event_id", as: UUID.self] } == events.map(\.id), "\(bytes) \(limit)")
            }
        }
    }

    @Test("wrong parameters are refused together")
    func parameters() async throws {
        try await withTeller { service, _, _ in
            let token = try await TestIssuer.shared.token(scopes: [.eventsRead])
            let answer = try await service.get("/v1/events?limit=10001&wait=31&before=x", token: token)
            #expect(answer.status == 400)
            let pointers = try answer.json.object?["errors"]?.array?.compactMap { $0.object?["pointer"]?.string }
            #expect(pointers == ["limit", "wait", "before"])
            let foreign = CursorCoder(key: cursorKey).encode(
                "1.1.1.019b76da-a800-71e1-aebf-12a7ec0c6887", for: "events of urn:spro:service:directory")
            let unsound = CursorCoder(key: cursorKey).encode("1.1", for: "events of urn:spro:service:referral")
            for cursor in ["x", foreign, unsound, String(repeating: "A", count: 40)] {
                let answer = try await service.events(after: cursor)
                #expect(answer.status == 400)
                #expect(
                    try answer.json.object?["errors"]?.array?.first?.object?["pointer"] == "after")
            }
            for query in ["limit=0", "limit=1e2", "wait=-1", "after=", "limit=1&limit=2"] {
                #expect(try await service.get("/v1/events?\(query)", token: token).status == 400, "\(query)")
            }
        }
    }

    @Test("whoever writes adds events and changes none; one number of a subject is given once")
    func storedForGood() async throws {
        try await withTeller { _, database, writers in
            let referral = UUID.v7()
            try await writers.transact([EventOutbox.append([.move(of: referral)])])
            let again = await #expect(throws: DatabaseError.self) {
                try await writers.transact([EventOutbox.append([.move(of: referral)])])
            }
            #expect(again?.constraint == "one_event_of_a_sequence")
            let forbidden: [Query] = [
                "update event_outbox set subject = 'x'", "delete from event_outbox", "truncate event_outbox",
                "insert into event_epochs (epoch, system_identifier, timeline) values (9, 9, 9)",
                "update event_epochs set timeline = 9",
            ]
            for role in [Roles.Role.runtime, .worker] {
                for query in forbidden {
                    let error = await #expect(throws: DatabaseError.self) {
                        try await database.pool(for: role).transact([query])
                    }
                    #expect(error?.sqlstate == "42501", "\(query.text)")
                }
            }
            await #expect(throws: DatabaseError.self) {
                try await database.pool(for: .reader).query("select 1 from event_outbox")
            }
        }
    }

    @Test("a person who is forgotten is unlinked in what was told already; what describes no one stays")
    func unlinking() async throws {
        try await withTeller { service, _, writers in
            let (person, other) = (UUID.v7(), UUID.v7())
            let events = [Event.closing(person: person), .closing(person: other), .closing(person: person)]
            try await writers.transact([EventOutbox.append(events)])
            let erasure = Event(
                sequence: 1, data: .erasureRequested(ErasureRequest(erasure: .v7(), structures: [], person: person)))
            try await writers.transact([EventOutbox.unlink(person: person), EventOutbox.append([erasure])])
            try await eventually { try await service.page().events.count == 4 }
            let read = try await service.page(scopes: [.eventsReporting]).events
            #expect(read.map(\.id) == events.map(\.id) + [erasure.id])
            #expect(read.map(\.data.payload.person) == [nil, other, nil, person])
            #expect(read.map(\.data.payload.isPersonErased) == [true, false, true, false])
        }
    }
}
