import Foundation
import NIOHTTP1
import Schema
import Support
import Web

@testable import ReportingService

/// The clients of one region (and of none) at the versions of one indicator.
struct VersionDesk: Sendable {
    let service: RunningService
    var region = "52"
    var code = "ACC1"

    init(_ reporting: Reporting, region: String = "52") {
        service = reporting.service
        self.region = region
    }

    init(_ service: RunningService) { self.service = service }

    /// The catalogue's version.
    static let shipped = "2.0.0"

    // MARK: Who asks

    var publisher: String {
        get async throws {
            try await TestIssuer.shared.token(
                scopes: [.reportingRead, .reportingPublish], clientID: "region", region: region)
        }
    }

    var decider: String {
        get async throws {
            try await TestIssuer.shared.token(
                scopes: [.reportingRead, .crefopDecide], clientID: "crefop", region: region)
        }
    }

    // MARK: What they do

    /// The catalogue's document with other members; a member that is nil is left out.
    static func document(
        _ version: String = shipped, code: String = "ACC1", _ changes: [String: JSONValue?] = [:]
    ) -> JSONValue {
        var changes = changes
        changes["version"] = .some(.string(version))
        guard let definition = Catalogue.shipped.definition(code) else { return .null }
        let kept = definition.document.members.filter { changes[$0.name] == nil }
        let new = changes.sorted { $0.key < $1.key }.compactMap { name, value in value.map { (name: name, value: $0) } }
        return .object(JSONObject(members: kept + new))
    }

    /// Other words of the formula: another text, the same formula.
    static func words(_ fr: String) -> [String: JSONValue?] { ["formula": ["fr": .string(fr), "en": "other words"]] }

    /// Another formula.
    static let remote: [String: JSONValue?] = [
        "measures": [
            [
                "name": "coverage", "label": ["fr": "Population couverte", "en": "Population covered"],
                "ratio": ["of": "served or distance <= 5", "over": ""], "target": true,
            ]
        ]
    ]

    func path(_ version: String) -> String { "/v1/indicators/\(code)/versions/\(version)" }

    func put(
        _ version: String, _ document: JSONValue, seen tag: String? = nil, token: String? = nil
    ) async throws -> RunningService.Answer {
        let publisher = try await publisher
        return try await service.send(
            .PUT, path(version), token: token ?? publisher, headers: tag.map { [("If-Match", $0)] } ?? [],
            json: Self.text(document))
    }

    func propose(
        _ version: String = shipped, seen tag: String? = nil, token: String? = nil
    ) async throws -> RunningService.Answer {
        let publisher = try await publisher
        return try await service.send(
            .POST, path(version) + "/proposal", token: token ?? publisher,
            headers: tag.map { [("If-Match", $0)] } ?? [])
    }

    /// - Parameter tag: nil for no `If-Match` at all.
    func decide(
        _ version: String = shipped, _ decision: String = "validated", seen tag: String?, body: String = "crefop",
        region: String? = nil, session: String = ParisClock.today.text, comment: String? = nil, token: String? = nil
    ) async throws -> RunningService.Answer {
        var json = JSONWriter()
        json.object { json in
            json.member("region", region ?? self.region)
            json.member("body", body)
            json.member("session_date", session)
            json.member("decision", decision)
            if let comment { json.member("comment", comment) }
        }
        let decider = try await decider
        return try await service.send(
            .POST, path(version) + "/decision", token: token ?? decider,
            headers: tag.map { [("If-Match", $0)] } ?? [], json: String(decoding: json.bytes, as: UTF8.self))
    }

    /// Proposes and validates.
    @discardableResult
    func validate(_ version: String = shipped) async throws -> RunningService.Answer {
        let proposed = try await propose(version)
        return try await decide(version, seen: proposed.tag)
    }

    // MARK: What they see

    func show(_ version: String = shipped) async throws -> RunningService.Answer {
        try await service.get(path(version) + "?region=\(region)", token: try await Reporting.reader)
    }

    /// `version state` of each.
    var states: [String] {
        get async throws {
            let answer = try await service.get(
                "/v1/indicators/\(code)/versions?region=\(region)", token: try await Reporting.reader)
            return (try answer.json.object?["items"]?.array ?? []).compactMap(\.object).map {
                "\($0["version"]?.string ?? "") \($0["state"]?.string ?? "")"
            }
        }
    }

    /// The steps of a version.
    func steps(_ version: String = shipped) async throws -> [String] {
        (try await show(version).json.object?["steps"]?.array ?? []).compactMap { $0.object?["step"]?.string }
    }

    func data(
        _ more: String = "", of year: Int = 2025, token: String? = nil, tag: String? = nil
    ) async throws -> RunningService.Answer {
        let reader = try await Reporting.reader
        return try await service.get(
            "/v1/indicators/\(code)/data?region=\(region)&period=\(year)\(more)", token: token ?? reader,
            headers: tag.map { [("If-None-Match", $0)] } ?? [])
    }

    private static func text(_ value: JSONValue) -> String {
        var json = JSONWriter()
        json.value(value)
        return String(decoding: json.bytes, as: UTF8.self)
    }
}

extension RunningService.Answer {
    var tag: String? { headers["etag"].first }
    var code: String? { (try? json)?.object?["code"]?.string }
    var state: String? { (try? json)?.object?["state"]?.string }

    /// `pointer code` of each violation.
    var flaws: [String] {
        ((try? json)?.object?["errors"]?.array ?? []).compactMap(\.object).map {
            "\($0["pointer"]?.string ?? "") \($0["code"]?.string ?? "")"
        }
    }

    /// The version that the rows of figures name, and whether they are experimental.
    var served: String? {
        let row = (try? json)?.object?["items"]?.array?.first?.object
        guard let version = row?["definition_version"]?.string else { return nil }
        return version + (row?["experimental"] == true ? " experimental" : "")
    }
}
