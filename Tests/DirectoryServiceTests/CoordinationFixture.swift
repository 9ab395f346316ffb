import Foundation
import NIOHTTP1
import Schema
import Support
import Testing

@testable import DirectoryService

extension DirectoryFixture {
    func coordination(of territory: String) async throws -> (json: JSONValue, tag: String) {
        let answer = try await get("/v1/territories/\(territory)/coordination")
        return (try answer.json, answer.headers["etag"].first ?? "")
    }

    /// Replaces what is written of a territory; of the version that is there unless another is given.
    func coordinate(
        _ territory: String, _ json: String, token: String, ifMatch: String? = nil
    ) async throws -> RunningService.Answer {
        let tag: String
        if let ifMatch { tag = ifMatch } else { tag = try await coordination(of: territory).tag }
        return try await send(.PUT, "/v1/territories/\(territory)/coordination", json, token: token, ifMatch: tag)
    }

    /// The ids of the structures of a territory, of some statuses.
    func structures(in territory: String, _ statuses: String = "signataire,membre") async throws -> [UUID] {
        let answer = try await get("/v1/structures?territory=\(territory)&status=\(statuses)&limit=100")
        return try (answer.json["items"]?.array ?? []).compactMap { $0["id"]?.string.flatMap { UUID(text: $0) } }
            .sorted { $0.text < $1.text }
    }

    /// What was told of territories, the last of each, once it is enough.
    func territoriesTold(
        until isEnough: ([String: TerritoryChange]) -> Bool
    ) async throws -> [String: TerritoryChange] {
        func last(_ events: [Event]) -> [String: TerritoryChange] {
            var changes: [String: TerritoryChange] = [:]
            for event in events {
                if case .territoryChanged(let change) = event.data { changes[change.code] = change }
            }
            return changes
        }
        return last(try await everythingTold { isEnough(last($0)) })
    }

    /// Speaks for a territory.
    static func coordinator(of territories: String..., region: String? = nil) async throws -> String {
        try await TestIssuer.shared.token(
            scopes: [.directoryRead, .directoryWrite], clientID: "coordinator", region: region,
            territories: territories)
    }
}

/// A territory's coordination, as bodies of requests.
enum CoordinationBody {
    static func text(
        _ coordinator: UUID? = nil, role: String = "coordinateur-local", committee: [UUID] = [],
        dossier: String = "null"
    ) -> String {
        let named = coordinator.map { #"{"structure_id":"\#($0.text)","role":"\#(role)"}"# } ?? "null"
        let members = committee.map { #"{"structure_id":"\#($0.text)"}"# }.joined(separator: ",")
        return #"{"coordinator":\#(named),"committee":[\#(members)],"dossier":\#(dossier)}"#
    }

    static func dossier(actions: Int) -> String {
        let actions = (0..<actions).map { #"{"title":"Action \#($0 + 1)"}"# }.joined(separator: ",")
        return """
            {"perimeter":"Le pays d’Arles","diagnosis":"Une mission locale,\\nun CIO.",\
            "support_needs":"Se connaître.","actions":[\(actions)]}
            """
    }
}

/// The directory with all of the demo data's structures.
func withDemoDirectory(_ body: @Sendable @escaping (DirectoryFixture) async throws -> Void) async throws {
    try await withDirectoryDatabase { database in
        try await load(.structures, try DemoData.bytes("structures.ndjson"), into: database)
        try await withService(.directory, on: database, settings: DirectoryFixture.settings) { service in
            try await body(DirectoryFixture(service: service, database: database))
        }
    }
}
