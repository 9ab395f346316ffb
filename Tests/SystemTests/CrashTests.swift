import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Postgres
import Schema
import Support
import Synchronization
import Testing
import Web

/// People are referred while the services and their database are killed: what was answered stays, and counts once.
@Suite("When everything is killed")
struct CrashTests {
    private static let people = 24

    @Test(
        "No acknowledged step is lost and none is counted twice, whatever is killed with SIGKILL meanwhile",
        .timeLimit(.minutes(10)))
    func kills() async throws {
        try await withProcesses { cluster, processes in
            let issuer = RunningIssuer(url: processes.issuer)
            let sender = Insistent(url: processes.referralURL, token: try await issuer.token(of: "partner-a"))
            let recipient = Insistent(url: processes.referralURL, token: try await issuer.token(of: "partner-b"))
            let journey = ReferralJourney(sender: sender, recipient: recipient)

            // The person's path goes on while one part after the other falls and comes back.
            let paths = Task {
                try await withThrowingTaskGroup(of: ReferralJourney.End.self) { group in
                    for number in 0..<Self.people { group.addTask { try await journey.walk(number) } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
            }
            for victim in ["referral", "database", "directory", "reporting", "referral", "database", "reporting"] {
                try await Task.sleep(for: .milliseconds(400))
                if victim == "database" {
                    try await cluster.kill()
                    try await cluster.start()
                } else {
                    processes.kill(victim)
                    try await processes.start(victim)
                }
            }
            let ends = try await paths.value
            #expect(ends.count == Self.people)

            for end in ends {
                let shown = try await sender.get("/v1/referrals/\(end.referral)")
                #expect(shown["state"]?.string == end.state, "referral \(end.referral)")
            }
            try await Self.expectRows(on: cluster)
            try await Self.expectFigures(ends, processes, token: try await issuer.token(of: "dashboard"))
        }
    }

    /// One row of each for each person, and every subject's events without gap or repetition.
    private static func expectRows(on cluster: PrivateCluster) async throws {
        var place = cluster.configuration
        place.database = "referral"
        try await Connection.with(place) { connection in
            let counts = try await connection.query(
                """
                select (select count(*) from persons), (select count(*) from demands),
                    (select count(*) from receptions), (select count(*) from referrals)
                """)[0].decode((Int, Int, Int, Int).self)
            #expect(counts == (people, people, people, people))
            let broken = try await connection.query(
                """
                select count(*) from (
                    select subject from event_outbox group by subject
                    having count(*) <> max(sequence) or count(distinct sequence) <> count(*)) as wrong
                """)[0].decode(Int.self)
            #expect(broken == 0)
        }
    }

    /// The indicators say what happened, once all of it has arrived.
    private static func expectFigures(
        _ ends: [ReferralJourney.End], _ processes: ServiceProcesses, token: String
    ) async throws {
        let reader = Insistent(url: processes.reportingURL, token: token)
        let year = ParisClock.today.text.prefix(4)
        let completed = ends.count { $0.state == "completed" }
        try await eventually(within: .seconds(60)) {
            let rows = try await reader.get("/v1/indicators/CON5/data?region=52&period=\(year)")["items"]?.array ?? []
            let accepted = rows.compactMap(\.object).first { $0["measure"]?.string == "accepted" }
            return accepted?["denominator"]?.int == people && accepted?["numerator"]?.int == completed
        }
        let rows = try await reader.get("/v1/indicators/CON1/data?region=52&period=\(year)")["items"]?.array ?? []
        let satisfied = try #require(rows.compactMap(\.object).first { $0["measure"]?.string == "within_limit" })
        #expect(satisfied["denominator"]?.int == completed)
    }
}

/// A client that repeats a request with the same key until it is answered: what a partner's system has to do.
struct Insistent: Sendable {
    let url: String
    let token: String

    struct Refused: Error { let answer: String }

    func get(_ path: String) async throws -> JSONObject { try await send(HTTPClientRequest(url: url + path)) }

    func post(_ path: String, key: String, _ json: String) async throws -> JSONObject {
        var request = HTTPClientRequest(url: url + path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Idempotency-Key", value: key)
        request.body = .bytes(ByteBuffer(string: json))
        return try await send(request)
    }

    private func send(_ request: HTTPClientRequest) async throws -> JSONObject {
        var request = request
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        let deadline = ContinuousClock.now + .seconds(90)
        while true {
            do {
                let response = try await HTTPClient.shared.execute(request, timeout: .seconds(15))
                let body = try await response.body.collect(upTo: 8 << 20)
                let status = response.status.code
                if (200..<300).contains(status) {
                    return try JSONValue(parsing: Array(body.readableBytesView)).object ?? [:]
                }
                // 409: the first try is still under way somewhere, or its connection not yet known to be dead.
                guard status == 503 || status == 429 || (status == 409 && String(buffer: body).contains("in-flight"))
                else { throw Refused(answer: "\(request.url): \(status) \(String(buffer: body))") }
            } catch let refused as Refused {
                throw refused
            } catch {
                if ContinuousClock.now > deadline { throw error }
            }
            guard ContinuousClock.now < deadline else { throw Refused(answer: "\(request.url): no answer in time") }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
