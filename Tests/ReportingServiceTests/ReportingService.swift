import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Web

@testable import ReportingService

/// The reporting service as in production, and who asks it.
struct Reporting: Sendable {
    let service: RunningService
    let database: Database

    func get(_ path: String, _ headers: [(String, String)] = []) async throws -> RunningService.Answer {
        try await service.get(path, token: try await Self.reader, headers: headers)
    }

    /// Posts a reference population as the region.
    func contribute(
        _ text: String, type: String = "application/x-ndjson", token: String? = nil,
        kind: String = "reference-population"
    ) async throws -> RunningService.Answer {
        let region = try await Self.region
        return try await service.send(
            .POST, "/v1/contributions/\(kind)", token: token ?? region, headers: [("Content-Type", type)],
            body: Array(text.utf8))
    }

    static var reader: String {
        get async throws { try await TestIssuer.shared.token(scopes: [.reportingRead]) }
    }

    static var region: String {
        get async throws {
            try await TestIssuer.shared.token(scopes: [.reportingContribute], clientID: "region", region: "52")
        }
    }
}

/// Runs `body` with the reporting service over a database of its own, into which `prepare` may put something first.
///
/// - Parameter regions: those whose bodies have validated all definitions of the catalogue.
func withReporting<Value: Sendable>(
    settings: [String: String] = [:], validatedIn regions: [String] = ["24", "28", "52", "53", "93"],
    today: @escaping @Sendable () -> CalendarDate = { ParisClock.today },
    after prepare: nonisolated(nonsending) (Database) async throws -> Void = { _ in },
    _ body: @Sendable @escaping (Reporting) async throws -> Value
) async throws -> Value {
    try await withReportingDatabase { database in
        try await database.validateCatalogue(in: regions)
        try await prepare(database)
        return try await withService(.reporting(today: today), on: database, settings: settings) { service in
            try await body(Reporting(service: service, database: database))
        }
    }
}

extension Database {
    /// As if the bodies of these regions had validated every definition of the catalogue.
    func validateCatalogue(in regions: [String]) async throws {
        let documents = Catalogue.shipped.definitions.map { DefinitionDocument($0) }
        let (codes, texts) = (documents.map(\.definition.code), documents.map(\.text))
        let versions = documents.map(\.definition.version.text)
        try await Connection.with(superuserConfiguration) { connection in
            try await connection.query(
                """
                insert into definition_versions
                    (region, code, version, document, digest, state, changed_at, changed_by)
                select region, code, version, document, sha256(convert_to(document, 'UTF8')), 'validated', now(), 'crefop'
                from unnest(\(regions)) region, unnest(\(codes), \(versions), \(texts)) d (code, version, document)
                """)
            try await connection.query(
                """
                insert into definition_steps (region, code, version, number, digest, step, body, session_date, client)
                select region, code, version, number, digest, step, case number when 3 then 'crefop' end,
                    case number when 3 then date '2026-01-15' end, 'test'
                from definition_versions,
                    unnest(array['written', 'proposed', 'validated']) with ordinality s (step, number)
                """)
        }
    }
}

/// The communes of a small region in two years, as lines of a contribution.
struct Inhabitants {
    static let communes: [(code: String, department: String, territories: [String])] =
        (0..<60).map { place in
            let (territory, department) = History.territories[place % History.territories.count]
            let isLoose = place % 17 == 16
            return (
                "\(department)\(100 + place)", department,
                (isLoose ? [] : ["territoire-spro:\(territory)"]) + ["epci:24440\(1000 + place % 40)"]
            )
        } + [("44109", "44", ["territoire-spro:52-01"]), ("49007", "49", ["territoire-spro:52-03"])]

    static func lines(_ year: Int, factor: Int) -> [String] {
        communes.enumerated().map { place, commune in
            let territories = commune.territories.map { "\"\($0)\"" }.joined(separator: ",")
            return """
                {"external_id":"\(commune.code)-\(year)","commune":"\(commune.code)","year":\(year),\
                "population":\((place + 3) * factor),"department":"\(commune.department)","region":"52",\
                "territories":[\(territories)]}
                """
        }
    }

    static func csv(_ year: Int, factor: Int) -> String {
        "external_id,year,commune,population,region,department,territories\n"
            + communes.enumerated().map { place, commune in
                "\(commune.code)-\(year),\(year),\(commune.code),\((place + 3) * factor),52,\(commune.department),"
                    + commune.territories.joined(separator: " ")
            }.joined(separator: "\n")
    }
}
