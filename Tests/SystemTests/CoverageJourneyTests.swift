import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Tokens
import Web

@testable import DirectoryService
@testable import ReferralService
@testable import ReportingService

/// From the directory's events over the wire to an indicator.
@Suite("From the directory to an indicator")
struct CoverageJourneyTests {
    @Test("ACC1 is /v1/coverage, and the communes for which the search finds someone competent face to face")
    func coverage() async throws {
        try await withServices { directory, reporting, issuer in
            _ = try await Self.expectAgreement(directory, reporting, issuer)
        }
    }

    /// One without zones, one that offers nothing yet, one with a zone that takes part in a territory elsewhere, one that
    /// serves the whole region by telephone.
    private static let structures = """
        {"id":"019b76da-a800-7725-8e42-000000000011","name":"Sans zone","status":"membre","networks":["cio"],\
        "address":{"commune":"44184"},"location":{"latitude":47.28,"longitude":-2.25,"precision":"commune"},\
        "services":[{"id":"019b76da-a800-7725-8e42-0000000000b1","kind":"accueil-information","modalities":[{"channel":"presentiel"}],"zones":[]}]}
        {"id":"019b76da-a800-7725-8e42-000000000012","name":"Sans offre","status":"membre","networks":["cio"],\
        "address":{"commune":"49099"},"location":{"latitude":47.06,"longitude":-0.88,"precision":"commune"},"services":[]}
        {"id":"019b76da-a800-7725-8e42-000000000013","name":"Avec zone","status":"membre","networks":["cio"],\
        "address":{"commune":"53130"},"location":{"latitude":48.07,"longitude":-0.77,"precision":"commune"},\
        "participates_in":["territoire-spro:52-13"],\
        "services":[{"id":"019b76da-a800-7725-8e42-0000000000b3","kind":"accueil-information","modalities":[{"channel":"presentiel"}],\
        "zones":[{"type":"commune","code":"53130"}]}]}
        {"id":"019b76da-a800-7725-8e42-000000000014","name":"Numéro vert","status":"membre","networks":["cio"],"region":"52",\
        "services":[{"id":"019b76da-a800-7725-8e42-0000000000b4","kind":"accueil-information",\
        "modalities":[{"channel":"telephone"}],"zones":[{"type":"region","code":"52"}]}]}
        """

    @Test("by zones where offers have them, else by the territories of whoever lies or takes part there")
    func competence() async throws {
        let lines = Array(Self.structures.utf8)
        try await withServices(structures: lines) { directory, reporting, issuer in
            let served = try await Self.expectAgreement(directory, reporting, issuer)
            #expect(served.isSuperset(of: ["44184", "44109", "53130"]))
            #expect(served.isDisjoint(with: ["49099", "49007", "53007", "72181", "85191"]))
        }
    }

    /// - Returns: the communes for which the search finds someone.
    private static func expectAgreement(
        _ directory: RunningService, _ reporting: RunningService, _ issuer: RunningIssuer
    ) async throws -> Set<String> {
        let communes = try Self.communes().filter { $0.region == "52" }
        #expect(communes.count > 50)
        let region = try await issuer.token(of: "region")
        let lines = communes.map { commune in
            """
            {"external_id":"\(commune.code)","commune":"\(commune.code)","year":2023,\
            "population":\(commune.population),"department":"\(commune.department)","region":"52",\
            "territories":[\(commune.territories.map { "\"\($0)\"" }.joined(separator: ","))]}
            """
        }
        let answer = try await reporting.send(
            .POST, "/v1/contributions/reference-population", token: region,
            headers: [("Content-Type", "application/x-ndjson")], body: Array(lines.joined(separator: "\n").utf8))
        #expect(answer.status == 200, "\(answer.text.prefix(400))")
        let website = try await issuer.token(of: "website")
        var served: Set<String> = []
        for commune in communes {
            let found = try await directory.get(
                "/v1/structures?commune=\(commune.code)&channel=presentiel&limit=100&radius_km=200", token: website)
            let items = try #require(try found.json.object?["items"]?.array).compactMap(\.object)
            let isServed = items.contains { item in
                item["competent"] == true && item["region"] == "52"
                    && !["point-de-contact", "partenaire-ressource"].contains(item["status"]?.string)
            }
            if isServed { served.insert(commune.code) }
        }
        #expect(!served.isEmpty)
        let covered = communes.filter { served.contains($0.code) }.reduce(0) { $0 + $1.population }
        let told = try await directory.get("/v1/coverage?region=52", token: website).json.object
        #expect(told?["covered_population"]?.int == covered)
        let uncovered = (told?["uncovered"]?.array ?? []).compactMap { $0.object?["insee_code"]?.string }
        #expect(Set(uncovered) == Set(communes.map(\.code)).subtracting(served))
        let period = Period(.month, of: ParisClock.today).text
        let reader = try await issuer.token(of: "dashboard")
        try await reporting.validate(
            ["ACC1"], in: "52", publisher: region, decider: try await issuer.token(of: "crefop"))
        var seen: JSONObject?
        try await eventually("the directory's structures are counted") {
            let answer = try await reporting.get("/v1/indicators/ACC1/data?region=52&period=\(period)", token: reader)
            seen = try answer.json.object?["items"]?.array?.first?.object
            return seen?["numerator"]?.int == covered
        }
        #expect(seen?["value"] == told?["covered_percent"])
        #expect(seen?["denominator"]?.int == communes.reduce(0) { $0 + $1.population })
        // Of the broker, too, which tells nothing yet.
        let through = try #require(seen?["data_through"]?.string.flatMap(RFC3339.parse))
        #expect((0..<180).contains(Date().timeIntervalSince(through)))
        return served
    }

    private struct Place {
        let code: String
        let department: String
        let region: String
        let population: Int
        let territories: [String]
    }

    /// The demo data's communes with their territories.
    private static func communes() throws -> [Place] {
        func rows(_ file: String) throws -> [[String]] {
            var reader = CSVReader(
                Array(try Data(contentsOf: URL(filePath: Repository.path("demo/\(file)")))))
            var rows: [[String]] = []
            while let record = try reader.next() { rows.append(record.fields) }
            return Array(rows.dropFirst())
        }
        var territories: [String: [String]] = [:]
        for row in try rows("territories.csv") {
            for commune in row[4].split(separator: " ") {
                territories[String(commune), default: []].append("\(row[3]):\(row[0])")
            }
        }
        return try rows("communes.csv").map { row in
            Place(
                code: row[0], department: row[2], region: row[3], population: Int(row[6]) ?? 0,
                territories: territories[row[0]] ?? [])
        }
    }

    /// The three services over sockets, with the demo data, tokens of the issuer, and the reporting service following.
    ///
    /// - Parameter structures: NDJSON instead of the demo data's.
    private func withServices(
        structures: [UInt8]? = nil,
        _ body: @Sendable @escaping (RunningService, RunningService, RunningIssuer) async throws -> Void
    ) async throws {
        try await withIssuer { issuer in
            @Sendable func running(
                _ definition: ServiceDefinition, with settings: [String: String],
                _ body: @Sendable @escaping (RunningService) async throws -> Void
            ) async throws {
                try await withDatabase(of: definition) { database in
                    if definition.name == "directory" {
                        try await importDemoData(into: database.configuration(for: .runtime), structures: structures)
                    }
                    try await withService(
                        definition, on: database,
                        settings: issuer.settings.merging(definition.ownSettings) { $1 }.merging(settings) { $1 },
                        fetch: KeySetSource.http, body)
                }
            }
            try await running(.directory, with: [:]) { directory in
                try await running(.referral, with: [:]) { referral in
                    let calls = [
                        "SPRO_CLIENT_ID": "reporting-service", "SPRO_CLIENT_SECRET": "reporting-service-secret",
                        "SPRO_DIRECTORY_URL": directory.url, "SPRO_REFERRAL_URL": referral.url,
                    ]
                    try await running(.reporting, with: calls) { reporting in
                        try await body(directory, reporting, issuer)
                    }
                }
            }
        }
    }
}
