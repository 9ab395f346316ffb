import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

/// The directory whose database has a clock of the test's.
struct CallFixture: Sendable {
    let directory: DirectoryFixture

    static func region(_ code: String = "28") async throws -> String {
        try await TestIssuer.shared.token(
            scopes: [.directoryRead, .directoryAdmin, .labelDecide], clientID: "region-\(code)", region: code)
    }

    /// Every commitment, and a description wherever a person judges.
    static let answers = """
        {"gratuite":true,"confidentialite":true,"anonymat":true,"premier-accueil":true,"bilan-annuel":true,\
        "horaires-affiches":"À la porte","espace-dedie":"Un bureau fermé","postes-internet":"Deux postes",\
        "signaletique":"Panneau et fléchage","langage-adapte":"Supports en FALC","neutralite":"Aucune publicité",\
        "professionnalisation":"Deux journées par an","animation-territoire":"Réunions du coordonnateur"}
        """

    /// Normandie's of 2020, as its specification has it.
    static func normandie(examiner: UUID? = nil, resultsOn: String? = "2020-10-15", published: Bool = true) -> String {
        """
        {"region":"28","kind":"labellisation","title":"SPRO Conseil 2020","opens":"2020-06-01T09:00",\
        "closes":"2020-07-31T16:00","published":\(published)\
        \(examiner.map { ",\"examiner_id\":\"\($0.text)\"" } ?? "")\
        \(resultsOn.map { ",\"results_on\":\"\($0)\"" } ?? "")}
        """
    }

    /// Sets the database's clock for all transactions that begin from now on.
    func setClock(_ instant: String) async throws {
        let instant = try #require(RFC3339.parse(instant))
        _ = try await Connection.with(directory.database.superuserConfiguration) { connection in
            try await connection.query("update test_clock set at = \(instant)")
        }
    }

    /// Creates something and gives its id.
    func create(_ path: String, _ json: String, token: String) async throws -> UUID {
        let answer = try await directory.send(.POST, path, json, token: token)
        guard answer.status == 201, let id = try answer.json["id"]?.string.flatMap({ UUID(text: $0) }) else {
            throw DirectoryFixture.NotAdded(answer.text)
        }
        return id
    }

    func apply(_ call: UUID, _ candidate: CandidateSketch, answers: String = Self.answers) async throws -> UUID {
        try await create(
            "/v1/calls/\(call.text)/applications", #"{"lead_id":"\#(candidate.id.text)","answers":\#(answers)}"#,
            token: try await candidate.token)
    }

    func show(_ id: UUID, token: String) async throws -> JSONValue {
        let answer = try await directory.service.get("/v1/applications/\(id.text)", token: token)
        guard answer.status == 200 else { throw DirectoryFixture.NotAdded(answer.text) }
        return try answer.json
    }

    /// Writes to an application, from the version that it has now.
    func act(_ id: UUID, _ action: String, _ json: String = "{}", token: String) async throws -> RunningService.Answer {
        let path = "/v1/applications/\(id.text)"
        let tag = try await directory.service.get(path, token: token).headers["etag"].first
        return try await directory.send(.POST, "\(path)/\(action)", json, token: token, ifMatch: tag ?? "\"v1\"")
    }

    /// Answers a call of Normandie's whose decisions are public at once, and has it granted.
    func grant(_ candidate: CandidateSketch) async throws -> UUID {
        let region = try await Self.region()
        let call = try await create("/v1/calls", Self.normandie(resultsOn: nil), token: region)
        let id = try await apply(call, candidate)
        let filed = try await file(id, by: candidate)
        guard filed.status == 204 else { throw DirectoryFixture.NotAdded(filed.text) }
        try await take(
            id, #"{"step":"instruction"}"#, #"{"step":"vote","opinion":"favorable"}"#,
            #"{"step":"decision","decision":"accorde"}"#, token: region)
        return id
    }

    func take(_ id: UUID, _ steps: String..., token: String) async throws {
        for json in steps {
            let answer = try await step(id, json, token: token)
            guard answer.status == 204 else { throw DirectoryFixture.NotAdded(answer.text) }
        }
    }

    func merge(_ id: UUID, into successor: UUID) async throws -> RunningService.Answer {
        let path = "/v1/structures/\(id.text)"
        let tag = try await directory.get(path).headers["etag"].first
        return try await directory.send(
            .POST, path + "/merger", #"{"into":"\#(successor.text)"}"#, token: try await Self.region(), ifMatch: tag)
    }

    func remove(_ id: UUID) async throws -> RunningService.Answer {
        let path = "/v1/structures/\(id.text)"
        let tag = try await directory.get(path).headers["etag"].first
        return try await directory.send(.DELETE, path, token: try await Self.region(), ifMatch: tag)
    }

    func file(_ id: UUID, by candidate: CandidateSketch) async throws -> RunningService.Answer {
        try await act(id, "submission", token: try await candidate.token)
    }

    func step(_ id: UUID, _ json: String, token: String) async throws -> RunningService.Answer {
        try await act(id, "steps", json, token: token)
    }

    func listStep(_ call: UUID, _ json: String, _ region: String = "28") async throws -> RunningService.Answer {
        let token = try await Self.region(region)
        let path = "/v1/calls/\(call.text)"
        let tag = try await directory.service.get(path, token: token).headers["etag"].first
        return try await directory.send(.POST, "\(path)/steps", json, token: token, ifMatch: tag)
    }

    /// A structure's label as everybody sees it.
    func label(_ id: UUID) async throws -> String? {
        try await directory.get("/v1/structures/\(id.text)").json["label"]?["state"]?.string
    }

    /// The decisions told of structures, as `<decision> <sequence>`.
    func decisions(atLeast count: Int) async throws -> [UUID: [String]] {
        let token = try await TestIssuer.shared.token(scopes: [.eventsRead])
        var found: [UUID: [String]] = [:]
        try await eventually {
            let answer = try await directory.service.get("/v1/events?limit=10000", token: token)
            found = [:]
            for line in answer.body.split(separator: UInt8(ascii: "\n")) {
                let event = try ObjectReader.read(try JSONValue(parsing: Array(line)), Event.init)
                guard case .labelDecided(let decision) = event.data else { continue }
                found[decision.structure, default: []].append("\(decision.decision) \(event.sequence)")
            }
            return found.values.reduce(0) { $0 + $1.count } >= count
        }
        return found
    }
}

/// Runs `body` with the directory over these candidates; its database's clock stands at this instant.
func withCalls(
    _ candidates: [CandidateSketch], at instant: String? = "2020-06-15T08:00:00Z",
    _ body: @Sendable @escaping (CallFixture) async throws -> Void
) async throws {
    try await withDirectoryDatabase { database in
        try await load(.structures, Array(candidates.map(\.line).joined(separator: "\n").utf8), into: database)
        if instant != nil {
            try await Connection.with(database.superuserConfiguration) { connection in
                try await connection.script(
                    """
                    create table test_clock as select now() as at;
                    grant select on test_clock to public;
                    create or replace function call_clock() returns timestamptz language sql stable
                        as 'select at from test_clock';
                    """)
            }
        }
        try await withService(.directory, on: database, settings: DirectoryFixture.settings) { service in
            let fixture = CallFixture(directory: DirectoryFixture(service: service, database: database))
            if let instant { try await fixture.setClock(instant) }
            try await body(fixture)
        }
    }
}

/// The codes of a problem's errors, by pointer.
func reasons(_ answer: RunningService.Answer) throws -> [String: String] {
    let errors = try answer.json["errors"]?.array ?? []
    return Dictionary(errors.map { ($0["pointer"]?.string ?? "", $0["code"]?.string ?? "") }) { first, _ in first }
}
