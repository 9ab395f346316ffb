import Foundation
import NIOHTTP1
import Schema
import Support
import Testing

@testable import DirectoryService

/// What files of imports are made of.
enum ImportSample {
    static let newline = UInt8(ascii: "\n")

    static func lines(_ sketches: [Sketch]) -> [UInt8] { Array(sketches.map(\.line).joined(separator: "\n").utf8) }

    static func with(_ sketch: Sketch, _ change: (inout Sketch) -> Void) -> Sketch {
        var sketch = sketch
        change(&sketch)
        return sketch
    }

    /// Of a confidential address.
    static let refuge = with(Example.mission) {
        ($0.street, $0.postalCode, $0.siret) = ("7 impasse Canari", "44613", "35600000000048")
        $0.isConfidential = true
    }
}

extension DirectoryFixture {
    /// Sends a file as region 52.
    func send(
        file: [UInt8], as type: String = "application/x-ndjson", _ query: String = ""
    ) async throws -> RunningService.Answer {
        try await service.send(
            .POST, "/v1/imports\(query)", token: try await Self.region(),
            headers: [("Content-Type", type)], body: file)
    }

    /// What became of an import that was accepted.
    func end(_ answer: RunningService.Answer, within patience: Duration = .seconds(60)) async throws -> JSONValue {
        try #require(answer.status == 202, "\(answer.text)")
        let id = try #require(UUID(text: try answer.json["id"]?.string ?? ""))
        let location: String = try #require(answer.headers.first(name: "location"))
        #expect(location == "/v1/imports/\(id.text)")
        return try await end(id, within: patience)
    }

    func end(_ id: UUID, within patience: Duration = .seconds(60)) async throws -> JSONValue {
        var last = JSONValue.null
        try await eventually(within: patience) {
            last = try await service.get("/v1/imports/\(id.text)", token: try await Self.region()).json
            return last["ended_at"]?.string != nil
        }
        return last
    }
}
