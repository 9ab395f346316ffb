import Foundation
import Postgres
import Support
import Testing
import Tokens
import Web

@testable import DirectoryService
@testable import ReferralService
@testable import ReportingService

/// The three services.
let everyService: [ServiceDefinition] = [.directory, .referral, .reporting]

extension ServiceDefinition: CustomTestStringConvertible {
    package var testDescription: String { name }
}

/// Runs a service on an empty database of its own.
func withRunning<Value: Sendable>(
    _ definition: ServiceDefinition, _ body: @Sendable @escaping (RunningService) async throws -> Value
) async throws -> Value {
    try await withDatabase(of: definition) { database in
        try await withService(definition, on: database, settings: definition.ownSettings, body)
    }
}

func withDatabase<Value>(
    of definition: ServiceDefinition, _ body: nonisolated(nonsending) (Database) async throws -> Value
) async throws -> Value {
    let name = try #require(Identifier(definition.name))
    return try await Support.withDatabase(service: name, migrations: definition.migrations, body)
}

extension ServiceDefinition {
    /// The settings that only this service has.
    var ownSettings: [String: String] {
        let key = Data(repeating: 7, count: 32).base64EncodedString()
        switch name {
        case "directory": return ["SPRO_CURSOR_KEY": key]
        case "referral":
            return [
                "SPRO_CURSOR_KEY": key, "SPRO_KEY_ENCRYPTION_KEYS": "2026-01 \(key)", "SPRO_WEBHOOK_KEY": key,
                "SPRO_BLIND_INDEX_KEY": key, "SPRO_SIGNING_KEY": TestKey.signingPEM,
                "SPRO_DIRECTORY_URL": "http://127.0.0.1:9", "SPRO_CLIENT_ID": "referral-service",
                "SPRO_CLIENT_SECRET": "referral-service-secret",
            ]
        default: return [:]
        }
    }
}

/// Loads the demo data, as `script/server` does.
func importDemoData(into database: Database) async throws {
    try await importDemoData(into: database.configuration(for: .runtime))
}

/// - Parameter structures: NDJSON instead of the demo data's.
func importDemoData(into place: DatabaseConfiguration, structures: [UInt8]? = nil) async throws {
    for (subject, file) in [
        (DirectoryService.App.Import.Subject.communes, "communes.csv"), (.territories, "territories.csv"),
        (.structures, "structures.ndjson"),
    ] {
        var bytes = Array(try Data(contentsOf: URL(filePath: Repository.path("demo/\(file)"))))
        if subject == .structures, let structures { bytes = structures }
        let importing = Importing(subject: subject, charters: Repository.path("charters"), isDryRun: false)
        let report = try await Connection.with(place) { connection in
            try await importing.run(.bytes(bytes), on: connection)
        }
        try #require(report.isClean, "\(file): \(report.text(isDryRun: false))")
    }
}

/// Runs the issuer, and on the demo data the directory that believes it, over sockets.
func withDemoDirectory(
    _ body: @Sendable @escaping (RunningIssuer, RunningService) async throws -> Void
) async throws {
    try await withIssuer { issuer in
        try await withDatabase(of: .directory) { database in
            try await importDemoData(into: database)
            try await withService(
                .directory, on: database,
                settings: issuer.settings.merging(ServiceDefinition.directory.ownSettings) { $1 },
                fetch: KeySetSource.http
            ) { try await body(issuer, $0) }
        }
    }
}
