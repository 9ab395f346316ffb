import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("PUT /v1/structures/{id}")
struct StructureUpdateTests {
    private static func renamed(_ sketch: Sketch, _ name: String) -> String {
        var sketch = sketch
        sketch.name = name
        return sketch.body
    }

    @Test("replaces what the version that was read says, and shows it at once")
    func update() async throws {
        try await withDirectory(Example.all) { directory in
            let partner = try await DirectoryFixture.partner(Example.mission.id)
            let path = "/v1/structures/\(Example.mission.id.text)"
            var tag = try #require(try await directory.get(path).headers["etag"].first)
            for turn in 2...6 {
                let body = Self.renamed(Example.mission, "Nom \(turn)")
                let answer = try await directory.update(Example.mission.id, body, token: partner, ifMatch: tag)
                #expect(answer.status == 204 && answer.body.isEmpty)
                tag = try #require(answer.headers["etag"].first)
                let shown = try await directory.get(path)
                #expect(shown.headers["etag"] == [tag])
                #expect(try shown.json["name"] == .string("Nom \(turn)"))
                #expect(try shown.json["version"]?.int == turn)
                let found = try await directory.get("/v1/structures?commune=44184").json
                #expect(found["items"]?[0]?["name"] == .string("Nom \(turn)"))
            }
            let history = try await Self.history(of: Example.mission.id, in: directory)
            #expect(history == ["import", "partner", "partner", "partner", "partner", "partner"])
        }
    }

    @Test("demands If-Match with the present version")
    func preconditions() async throws {
        try await withDirectory(Example.all) { directory in
            let partner = try await DirectoryFixture.partner(Example.mission.id)
            let body = Self.renamed(Example.mission, "Nom")
            let before = try await directory.stored
            func update(_ ifMatch: String?) async throws -> RunningService.Answer {
                try await directory.update(Example.mission.id, body, token: partner, ifMatch: ifMatch)
            }
            try expectProblem(try await update(nil), 428, "precondition-required")
            for tag in ["\"v2\"", "\"v0\"", "\"1\"", "W/\"v1\"", "\"\"", "\"v-1\""] {
                try expectProblem(try await update(tag), 412, "precondition-failed", "\(tag)")
            }
            for tag in ["v1", "*", "\"v1", "\"v1\", \"v2\""] {
                try expectProblem(try await update(tag), 400, "invalid-parameters", at: ["If-Match"], "\(tag)")
            }
            #expect(try await directory.stored == before)
            #expect(try await update("\"v1\"").status == 204)
            try expectProblem(try await update("\"v1\""), 412, "precondition-failed")
            let absent = try await directory.update(UUID.v7(), body, token: partner, ifMatch: "\"v1\"")
            try expectProblem(absent, 404, "not-found")
        }
    }

    @Test("lets one of many through where they all read the same version")
    func concurrent() async throws {
        try await withDirectory(Example.all) { directory in
            let partner = try await DirectoryFixture.partner(Example.mission.id)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for turn in 0..<32 {
                    group.addTask {
                        let body = Self.renamed(Example.mission, "Nom \(turn)")
                        return try await directory.update(
                            Example.mission.id, body, token: partner, ifMatch: "\"v1\""
                        ).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [204] + Array(repeating: 412, count: 31))
            #expect(try await Self.history(of: Example.mission.id, in: directory).count == 2)
        }
    }

    /// The route looks before it writes; what decides is the statement that writes.
    @Test("lets one of many through where nobody has looked before")
    func stale() async throws {
        try await withDirectoryDatabase(Example.all) { database in
            let repository = StructureRepository(pool: database.pool(for: .runtime))
            let (id, draft) = (Example.mission.id, try Example.mission.structure().draft)
            let outcomes = await withTaskGroup(of: Result<Int, any Error>.self) { group in
                // No more than the pool has connections for, or lets wait.
                for _ in 0..<6 {
                    group.addTask {
                        do {
                            return .success(
                                try await repository.update(
                                    id, to: draft, region: "52", from: 1,
                                    by: Author(client: "partner")))
                        } catch {
                            return .failure(error)
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.compactMap { try? $0.get() } == [2])
            for case .failure(let error) in outcomes {
                #expect(error as? Refusal == Refusal.staleVersion, "\(String(reflecting: error))")
            }
            #expect(try await repository.find(id)?.version == 2)
        }
    }

    @Test("is for the structure, its networks and its region; what is the region's stays as it is")
    func policy() async throws {
        try await withDirectory(Example.all) { directory in
            let before = try await directory.stored
            func update(_ token: String, _ change: (inout Sketch) -> Void) async throws -> RunningService.Answer {
                var sketch = Example.mission
                sketch.name = "Nom"
                change(&sketch)
                return try await directory.update(sketch.id, sketch.body, token: token, ifMatch: "\"v1\"")
            }
            let foreign = [
                try await DirectoryFixture.partner(Example.office.id), try await DirectoryFixture.partner(),
                try await DirectoryFixture.partner(networks: ["cio"]), try await DirectoryFixture.region("53"),
            ]
            for token in foreign { try expectProblem(try await update(token) { _ in }, 403, "forbidden") }
            let partner = try await DirectoryFixture.partner(Example.mission.id)
            let reserved: [(Set<String>, (inout Sketch) -> Void)] = [
                (["/status"], { $0.status = "membre" }), (["/networks"], { $0.networks.append("cio") }),
                (["/parent_id"], { $0.parent = Example.bretonne.id }),
                (["/status", "/networks"], { ($0.status, $0.networks) = ("membre", ["mission-locale", "apec"]) }),
                // Into another region: not the editor's to decide, nor one region's alone.
                ([], { ($0.commune, $0.point) = ("35238", nil) }),
            ]
            for (pointers, change) in reserved {
                try expectProblem(try await update(partner, change), 403, "forbidden", at: pointers)
            }
            let region = try await DirectoryFixture.region()
            let moved = try await update(region) { ($0.commune, $0.point) = ("35238", nil) }
            try expectProblem(moved, 403, "forbidden")
            #expect(try moved.json["detail"]?.string?.hasPrefix("Une structure ne change pas de région") == true)
            let wide = try await update(partner) { sketch in
                sketch.offers = [
                    Sketch.Offer(
                        id: UUID.v7(), kind: "cep-conseil", channels: [],
                        zones: [Sketch.Zone(type: "region", code: "52")])
                ]
            }
            try expectProblem(wide, 403, "forbidden", at: ["/services/0/zones/0"])
            try expectProblem(
                try await update(region) { $0.parent = $0.id }, 422, "invalid-body", at: ["/parent_id"])
            try expectProblem(
                try await update(region) { $0.parent = UUID.v7() }, 422, "invalid-body", at: ["/parent_id"])
            #expect(try await directory.stored == before)
            let all: (inout Sketch) -> Void = {
                ($0.status, $0.networks, $0.siret) = (
                    "service-dematerialise", ["mission-locale", "cio"], "35600000000048"
                )
            }
            #expect(try await update(region, all).status == 204)
        }
    }

    @Test("keeps the label, which no editor writes")
    func label() async throws {
        let label = #"{"label":{"state":"accorde","charter":"28@1.0.0","decided_on":"2026-01-05"},"#
        let line = label + Example.mission.line.dropFirst()
        try await withDirectoryDatabase { database in
            try await load(.structures, Array(line.utf8), into: database)
            try await withService(.directory, on: database, settings: DirectoryFixture.settings) { service in
                let directory = DirectoryFixture(service: service, database: database)
                let partner = try await DirectoryFixture.partner(Example.mission.id)
                let body = Self.renamed(Example.mission, "Nom")
                let answer = try await directory.update(Example.mission.id, body, token: partner, ifMatch: "\"v1\"")
                #expect(answer.status == 204)
                let shown = try await directory.get("/v1/structures/\(Example.mission.id.text)").json
                #expect(
                    shown["label"] == ["state": "accorde", "charter": "28@1.0.0", "decided_on": "2026-01-05"])
            }
        }
    }

    private static func history(of id: UUID, in directory: DirectoryFixture) async throws -> [String] {
        try await Connection.with(directory.database.superuserConfiguration) { connection in
            try await connection.query(
                "select changed_by from structure_versions where structure_id = \(id) order by version"
            ).decode(String.self)
        }
    }
}
