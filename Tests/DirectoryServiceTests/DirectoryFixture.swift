import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

/// The directory as in production, over the demo data's communes and territories and a test's own structures.
struct DirectoryFixture: Sendable {
    let service: RunningService
    let database: Database

    static let settings = ["SPRO_CURSOR_KEY": Data((0..<32).map(UInt8.init)).base64EncodedString()]

    /// How many rows the database has of what a write makes.
    struct Stored: Equatable {
        let structures: Int
        let versions: Int
        let keys: Int
        /// Sum of all versions: grows with every update.
        let updates: Int
    }

    var stored: Stored {
        get async throws {
            try await Connection.with(database.superuserConfiguration) { connection in
                let row = try await connection.query(
                    """
                    select (select count(*) from structures), (select count(*) from structure_versions),
                        (select count(*) from idempotency_keys),
                        (select coalesce(sum(version), 0)::bigint from structures)
                    """)[0].decode((Int, Int, Int, Int).self)
                return Stored(structures: row.0, versions: row.1, keys: row.2, updates: row.3)
            }
        }
    }

    func get(_ path: String, _ headers: [(String, String)] = []) async throws -> RunningService.Answer {
        try await service.get(path, token: try await Self.reader, headers: headers)
    }

    func create(
        _ json: String, token: String, key: String? = UUID().uuidString
    ) async throws -> RunningService.Answer {
        let headers = key.map { [("Idempotency-Key", $0)] } ?? []
        return try await service.send(.POST, "/v1/structures", token: token, headers: headers, json: json)
    }

    func update(
        _ id: UUID, _ json: String, token: String, ifMatch: String?
    ) async throws -> RunningService.Answer {
        let headers = ifMatch.map { [("If-Match", $0)] } ?? []
        return try await service.send(.PUT, "/v1/structures/\(id.text)", token: token, headers: headers, json: json)
    }

    static var reader: String {
        get async throws { try await TestIssuer.shared.token(scopes: [.directoryRead]) }
    }

    /// Administers the region.
    static func region(_ code: String = "52") async throws -> String {
        try await TestIssuer.shared.token(
            scopes: [.directoryRead, .directoryAdmin], clientID: "region-\(code)", region: code)
    }

    static func partner(_ structures: UUID..., networks: [String] = []) async throws -> String {
        try await TestIssuer.shared.token(
            scopes: [.directoryRead, .directoryWrite], clientID: "partner", structures: structures, networks: networks)
    }
}

/// Runs `body` with the directory over a database of its own.
func withDirectory<Value: Sendable>(
    _ sketches: [Sketch] = [], _ body: @Sendable @escaping (DirectoryFixture) async throws -> Value
) async throws -> Value {
    try await withDirectoryDatabase(sketches) { database in
        try await withService(.directory, on: database, settings: DirectoryFixture.settings) { service in
            try await body(DirectoryFixture(service: service, database: database))
        }
    }
}

/// The database alone, migrated, with the demo data's communes and territories.
func withDirectoryDatabase<Value: Sendable>(
    _ sketches: [Sketch] = [], _ body: nonisolated(nonsending) (Database) async throws -> Value
) async throws -> Value {
    try await withDatabase(service: "directory", migrations: DirectoryMigrations.all) { database in
        try await load(.communes, try DemoData.bytes("communes.csv"), into: database)
        try await load(.territories, try DemoData.bytes("territories.csv"), into: database)
        if !sketches.isEmpty {
            try await load(.structures, Array(sketches.map(\.line).joined(separator: "\n").utf8), into: database)
        }
        return try await body(database)
    }
}

/// Imports, and demands a clean report.
@discardableResult
func load(
    _ subject: App.Import.Subject, _ bytes: [UInt8], into database: Database,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws -> ImportReport {
    let report = try await importReport(subject, bytes, into: database)
    try #require(report.isClean, "\(report.text(isDryRun: false))", sourceLocation: sourceLocation)
    return report
}

/// Imports as the command does.
func importReport(
    _ subject: App.Import.Subject, _ bytes: [UInt8], into database: Database, isDryRun: Bool = false,
    replaces: Bool = false
) async throws -> ImportReport {
    try await Connection.with(database.configuration(for: .runtime)) { connection in
        try await Importing(
            subject: subject, charters: Repository.path("charters"), isDryRun: isDryRun, replaces: replaces
        ).run(.bytes(bytes), on: connection)
    }
}

/// Tags of what tells who is open hold for a minute: waits for the next one where this is nearly over.
func leaveTimeInThisMinute() async throws {
    let left = 60 - Date().timeIntervalSince1970.truncatingRemainder(dividingBy: 60)
    if left < 5 { try await Task.sleep(for: .seconds(left)) }
}

/// Holds an answer to be the problem of this status and code, with violations at exactly these places.
func expectProblem(
    _ answer: RunningService.Answer, _ status: Int, _ code: String, at pointers: Set<String> = [],
    _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let json = try answer.json
    #expect(answer.status == status, comment, sourceLocation: sourceLocation)
    #expect(json["code"]?.string == code, comment, sourceLocation: sourceLocation)
    #expect(json["status"]?.int == status, comment, sourceLocation: sourceLocation)
    #expect(answer.headers["content-type"] == ["application/problem+json"], comment, sourceLocation: sourceLocation)
    let found = Set((json["errors"]?.array ?? []).compactMap { $0["pointer"]?.string })
    #expect(found == pointers, comment, sourceLocation: sourceLocation)
}
