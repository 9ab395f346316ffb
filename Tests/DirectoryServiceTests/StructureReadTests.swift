import Foundation
import NIOHTTP1
import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("GET /v1/structures/{id}")
struct StructureReadTests {
    @Test("shows one structure with its services and its version as entity tag")
    func show() async throws {
        try await withDirectory(Example.all) { directory in
            let path = "/v1/structures/\(Example.mission.id.text)"
            let answer = try await directory.get(path)
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == ["application/json"])
            let json = try answer.json
            #expect(json["id"] == .string(Example.mission.id.text))
            #expect(json["services"]?[0]?["kind"] == "cep-conseil")
            #expect(json.object?["distance_m"] == nil && json.object?["competent"] == nil)
            let tag = try #require(answer.headers["etag"].first)
            let again = try await directory.get(path, [("If-None-Match", tag)])
            #expect(again.status == 304 && again.body.isEmpty && again.headers["etag"] == [tag])
            #expect(try await directory.get(path, [("If-None-Match", "\"other\"")]).status == 200)
            try expectProblem(try await directory.get(path + "?x=1"), 400, "invalid-parameters", at: ["x"])
            let head = try await directory.service.send(.HEAD, path, token: try await DirectoryFixture.reader)
            #expect(head.status == 200 && head.body.isEmpty && head.headers["etag"] == [tag])
        }
    }

    @Test("says the same of every id that names nothing")
    func absent() async throws {
        try await withDirectory(Example.all) { directory in
            let id = Example.mission.id.text
            var answers: Set<String> = []
            let absent = [
                UUID.v7().text, id.uppercased(), "\(id)0", String(id.dropLast()), id.replacing("-", with: ""),
                "{\(id)}", "x", "%20\(id)", "1", "v1",
            ]
            for text in absent {
                let encoded = text.replacing("{", with: "%7B").replacing("}", with: "%7D")
                let answer = try await directory.get("/v1/structures/\(encoded)")
                try expectProblem(answer, 404, "not-found", "\(text)")
                let members = try #require(try answer.json.object).members
                answers.insert("\(members.filter { !["instance", "request_id"].contains($0.name) })")
                #expect(answer.headers["etag"].isEmpty)
            }
            #expect(answers.count == 1)
        }
    }
}
