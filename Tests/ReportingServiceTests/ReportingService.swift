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
func withReporting<Value: Sendable>(
    settings: [String: String] = [:], after prepare: nonisolated(nonsending) (Database) async throws -> Void = { _ in },
    _ body: @Sendable @escaping (Reporting) async throws -> Value
) async throws -> Value {
    try await withReportingDatabase { database in
        try await prepare(database)
        return try await withService(.reporting, on: database, settings: settings) { service in
            try await body(Reporting(service: service, database: database))
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
