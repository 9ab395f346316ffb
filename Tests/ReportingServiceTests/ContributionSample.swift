import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Web

@testable import ReportingService

/// The structures and territories of the tests of contributions, as the directory's feed would have told of them.
enum ContributionGround {
    static let north = uuid(1), south = uuid(2), elsewhere = uuid(3), gone = uuid(4), unknown = uuid(9)

    static func uuid(_ number: Int) -> UUID { UUID(text: "019b76da-a800-7000-8000-00000000000\(number)")! }

    /// Two of Pays de la Loire, one of Bretagne, and one that is gone from Pays de la Loire.
    static func prepare(_ database: Database) async throws {
        try await Connection.with(database.superuserConfiguration) { connection in
            func tell(
                _ id: UUID, _ version: Int, _ region: String, _ territory: String, _ network: String
            ) async throws {
                try await connection.query(
                    """
                    insert into structure_states (structure, version, since, is_gone, region, status, label_state,
                        located_in, participates_in, zones, territories, networks, accessibility)
                    values (\(id), \(version), now(), false, \(region), 'membre', 'aucun', \([territory]), '{}', '{}',
                        '{}', \([network]), '{}')
                    """)
            }
            try await tell(north, 1, "53", "territoire-spro:53-09", "apec")
            try await tell(north, 2, "52", "territoire-spro:52-01", "mission-locale")
            try await tell(south, 1, "52", "territoire-spro:52-02", "cio")
            try await tell(elsewhere, 1, "53", "territoire-spro:53-01", "cio")
            try await tell(gone, 1, "52", "territoire-spro:52-01", "cap-emploi")
            try await connection.query(
                """
                insert into structure_states (structure, version, since, is_gone, located_in, participates_in, zones,
                    territories, networks, accessibility)
                values (\(gone), 2, now(), true, '{}', '{}', '{}', '{}', '{}', '{}')
                """)
        }
    }
}

/// A sound record of one kind with every member, and what may be wrong with one.
struct ContributionSample: Sendable {
    let kind: any Contribution.Type
    let members: JSONObject
    /// Another sound value of a member: a record of the same external id that differs.
    let change: (name: String, value: JSONValue)
    /// Members that are replaced (null leaves one out), and every violation that comes of it.
    let flaws: [(members: JSONObject, errors: [String])]

    var name: String { kind.kind }

    /// The record with other members; null leaves one out.
    func record(_ other: JSONObject = [:]) -> JSONObject {
        let kept = members.members.filter { other[$0.name] == nil } + other.members
        return JSONObject(members: kept.filter { $0.value != .null })
    }

    /// A second record beside the first, where only one may have what the first has.
    func another(_ id: String) -> JSONObject {
        switch name {
        case "reference-population":
            record(["external_id": .string(id), "commune": "44184"])
        case "reference-groups": record(["external_id": .string(id), "code": "homme"])
        default: record(["external_id": .string(id)])
        }
    }

    func csv(_ records: [JSONObject], without left: [String] = []) -> String {
        let columns = kind.members.map(\.name).filter { !left.contains($0) }.reversed()
        func field(_ value: JSONValue?) -> String {
            switch value {
            case .string(let text): "\"\(text.replacing("\"", with: "\"\""))\""
            case .number(let number): number.text
            case .bool(let flag): "\(flag)"
            case .array(let values): values.compactMap(\.string).joined(separator: " ")
            default: ""
            }
        }
        return
            ([columns.joined(separator: ",")]
            + records.map { record in columns.map { field(record[$0]) }.joined(separator: ",") }).joined(
                separator: "\r\n")
    }

    static func lines(_ records: [JSONObject]) -> String { records.map(text).joined(separator: "\n") }

    static func text(_ record: JSONObject) -> String {
        var json = JSONWriter()
        json.value(.object(record))
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// Every kind: a new one cannot be forgotten (``ContributionFormatTests`` compares).
    static let all = ContributionSamples.surveys + ContributionSamples.work + ContributionSamples.counts
}

extension Reporting {
    /// Everything that is stored of a kind but when, whatever the order.
    func stored(_ kind: any Contribution.Type) async throws -> [String] {
        try await Connection.with(database.superuserConfiguration) { connection in
            try await connection.query(
                "select (to_jsonb(t) - 'contributed_at')::text from \(kind.table.name) t order by 1",
                timeout: .seconds(30)
            ).decode(String.self)
        }
    }

    func position(_ kind: any Contribution.Type) async throws -> Int {
        try await Connection.with(database.superuserConfiguration) { connection in
            try await connection.query("select position from contribution_kinds where kind = \(kind.kind)")[0].decode(
                Int.self)
        }
    }

    func contribute(_ records: [JSONObject], _ kind: String, token: String? = nil) async throws
        -> RunningService.Answer
    {
        try await contribute(ContributionSample.lines(records), token: token, kind: kind)
    }

    func remove(_ id: String, _ kind: String, token: String? = nil) async throws -> RunningService.Answer {
        let region = try await Self.region
        return try await service.send(.DELETE, "/v1/contributions/\(kind)/\(id)", token: token ?? region)
    }
}

extension RunningService.Answer {
    /// `pointer code` of each violation.
    var errors: [String] {
        get throws {
            (try json.object?["errors"]?.array ?? []).compactMap(\.object).map { error in
                "\(error["pointer"]?.string ?? "") \(error["code"]?.string ?? "")"
            }
        }
    }

    /// Received, created, updated, unchanged.
    var counts: [Int?] {
        get throws { ["received", "created", "updated", "unchanged"].map { try? json.object?[$0]?.int } }
    }
}
