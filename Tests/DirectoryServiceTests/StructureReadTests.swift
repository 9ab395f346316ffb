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

    @Test("is read again from a release with another contract, whose tags its writers may still name")
    func contract() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let text = try String(contentsOfFile: Repository.path("openapi/directory.yaml"), encoding: .utf8)
        try (text + "# of tomorrow\n").write(
            to: folder.appending(path: "directory.yaml"), atomically: true, encoding: .utf8)
        try await withDirectory(Example.all) { directory in
            let event = try await directory.add("agenda", Entry.event())
            let structure = "/v1/structures/\(Example.mission.id.text)"
            let paths = [
                structure, structure + "/openings", "/v1/agenda/\(event.text)", "/v1/structures?q=mission",
            ]
            let settings = DirectoryFixture.settings.merging(["SPRO_OPENAPI": folder.path]) { $1 }
            try await withService(.directory, on: directory.database, settings: settings) { service in
                let next = DirectoryFixture(service: service, database: directory.database)
                try await leaveTimeInThisMinute()
                for path in paths {
                    let tag = try #require(try await directory.get(path).headers["etag"].first)
                    #expect(try await next.get(path, [("If-None-Match", tag)]).status == 200, "\(path)")
                    #expect(try await directory.get(path, [("If-None-Match", tag)]).status == 304, "\(path)")
                }
                let region = try await DirectoryFixture.region()
                let tag = try await directory.get(structure).headers["etag"].first
                let answer = try await next.update(
                    Example.mission.id, Example.mission.body, token: region, ifMatch: tag)
                #expect(answer.status == 204)
            }
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
