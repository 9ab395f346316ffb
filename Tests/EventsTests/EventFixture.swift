import Crypto
import Foundation
import Hummingbird
import Logging
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import Events

/// A service that tells what it is asked to tell.
extension ServiceDefinition {
    static let teller = ServiceDefinition(
        name: "referral", defaultPort: 8082, migrations: [.events(number: 1), .unlinkedEvents(number: 2)]
    ) { settings in
        let cursors = CursorCoder(settings)
        return { ground in
            let feed = try await EventFeed(of: "referral", on: ground, cursors: cursors)
            let tell = Route(.post, "/v1/tell", .scope(.referralSend)) { _, _ in
                try await ground.pool.transact([EventOutbox.append([.move()])])
                feed.poke()
                return Response(status: .noContent)
            }
            return Parts(routes: feed.routes + [tell], background: feed.background)
        }
    }
}

let cursorKey = SymmetricKey(data: Data(repeating: 7, count: 32))

/// Runs the teller on a database of its own, with a pool of many connections for writers.
func withTeller(
    settings: [String: String] = [:],
    _ body: @Sendable @escaping (_ service: RunningService, _ database: Database, _ writers: Pool) async throws -> Void
) async throws {
    try await withDatabase(migrations: ServiceDefinition.teller.migrations) { database in
        try await withTeller(on: database, settings: settings) { service in
            try await body(service, database, database.writers)
        }
    }
}

func withTeller(
    on database: Database, settings: [String: String] = [:],
    _ body: @Sendable @escaping (RunningService) async throws -> Void
) async throws {
    let key = cursorKey.withUnsafeBytes { Data($0).base64EncodedString() }
    let all = ["SPRO_CURSOR_KEY": key].merging(settings) { $1 }
    try await withService(.teller, on: database, settings: all, body)
}

extension Database {
    var superuser: Pool { Pool(configuration: superuserConfiguration, logger: Logger(label: "test")) }

    var writers: Pool {
        var configuration = configuration(for: .runtime)
        configuration.maximumConnections = 32
        return Pool(configuration: configuration, logger: Logger(label: "test"))
    }
}

extension Event {
    /// A referral's first event.
    static func move(of referral: UUID = .v7(), sequence: Int = 1) -> Event {
        Event(
            sequence: sequence,
            data: .referralMoved(
                ReferralMove(
                    referral: referral, from: nil, to: .draft, actorRole: "sender", reasonCode: nil, delaySeconds: nil))
        )
    }

    static func closing(of demand: UUID = .v7(), person: UUID?, sequence: Int = 1) -> Event {
        Event(
            sequence: sequence,
            data: .demandClosed(
                DemandClosing(
                    demand: demand, outcome: "satisfaite", structuresCount: 1, receptionsCount: 1,
                    isSummaryGiven: true, isCharged: false, isCounsellingProposed: false, isCounsellingAccepted: nil,
                    isAppointmentRequested: false, person: person)))
    }
}

/// A page as a follower reads it.
struct Page {
    let events: [Event]
    let next: String

    var ids: [UUID] { events.map(\.id) }

    init(_ answer: RunningService.Answer) throws {
        try #require(answer.status == 200, "\(answer.text)")
        #expect(answer.headers.first(name: "cache-control") == "no-store")
        next = try #require(answer.headers.first(name: "next-cursor"))
        let link = try #require(answer.headers.first(name: "link"))
        #expect(link.hasPrefix("</v1/events?after=\(next)&limit=") && link.hasSuffix(">; rel=\"next\""))
        let documents: [JSONValue]
        if answer.headers.first(name: "content-type") == "application/x-ndjson" {
            documents = try answer.body.split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: Array($0)) }
        } else {
            documents = try #require(try answer.json.array)
        }
        events = try documents.map { try ObjectReader.read($0, Event.init) }
    }
}

extension RunningService {
    func page(
        after cursor: String? = nil, limit: Int? = nil, wait: Int? = nil, scopes: [Scope] = [.eventsRead],
        accept: String? = nil
    ) async throws -> Page {
        try Page(try await events(after: cursor, limit: limit, wait: wait, scopes: scopes, accept: accept))
    }

    func events(
        after cursor: String? = nil, limit: Int? = nil, wait: Int? = nil, scopes: [Scope] = [.eventsRead],
        accept: String? = nil
    ) async throws -> Answer {
        let parameters = [("after", cursor), ("limit", limit.map(String.init)), ("wait", wait.map(String.init))]
        let query = parameters.compactMap { name, value in value.map { "\(name)=\($0)" } }.joined(separator: "&")
        return try await get(
            "/v1/events?" + query, token: try await TestIssuer.shared.token(scopes: scopes),
            headers: accept.map { [("Accept", $0)] } ?? [])
    }

    /// Pages until nothing more comes and `isDone`; every page's size is drawn.
    func follow(from cursor: String? = nil, sizes: ClosedRange<Int>, until isDone: () -> Bool) async throws -> [UUID] {
        var (ids, cursor) = ([UUID](), cursor)
        while true {
            let isLast = isDone()
            let page = try await page(after: cursor, limit: Int.random(in: sizes))
            ids += page.ids
            cursor = page.next
            if isLast, page.events.isEmpty { return ids }
        }
    }
}
