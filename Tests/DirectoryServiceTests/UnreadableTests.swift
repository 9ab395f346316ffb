import Foundation
import Logging
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("A stored document that cannot be read")
struct UnreadableTests {
    private func spoil(_ sketch: Sketch, in database: Database) async throws {
        try await Connection.with(database.superuserConfiguration) { connection in
            _ = try await connection.query(
                """
                update structures set document = '{"name": 1}', version = version + 1,
                    changed_xid = pg_current_xact_id()
                where id = \(sketch.id)
                """)
        }
    }

    @Test("is left out at the start, and keeps nobody else from being found")
    func start() async throws {
        try await withDirectoryDatabase(Example.all) { database in
            try await spoil(Example.office, in: database)
            try await withService(.directory, on: database, settings: DirectoryFixture.settings) { service in
                let directory = DirectoryFixture(service: service, database: database)
                let all = try await directory.get("/v1/structures?region=52&status=membre,signataire").json
                #expect(all["items"]?.array?.map { $0["id"]?.string } == [Example.mission.id.text])
                let path = "/v1/structures/\(Example.office.id.text)"
                try expectProblem(try await directory.get(path), 404, "not-found")
            }
        }
    }

    /// Whether another release has stored it as a newer or as an older one would.
    @Test(
        "is replaced or removed by its region, which its history tells the version", .timeLimit(.minutes(2)),
        arguments: [
            #"{"name": 1}"#, #"[]"#, #"{"name":"S","status":"of-tomorrow","networks":["cio"],"parent_id":"x"}"#,
        ])
    func mend(document: String) async throws {
        try await withDirectoryDatabase(Example.all) { database in
            try await Connection.with(database.superuserConfiguration) { connection in
                _ = try await connection.query(
                    """
                    update structures set document = \(JSONB(Array(document.utf8))), version = version + 1,
                        changed_xid = pg_current_xact_id()
                    where id in (\(Example.office.id), \(Example.mission.id))
                    """)
            }
            try await withService(.directory, on: database, settings: DirectoryFixture.settings) { service in
                let directory = DirectoryFixture(service: service, database: database)
                let region = try await DirectoryFixture.region()
                let path = "/v1/structures/\(Example.office.id.text)"
                let history = try await directory.service.get("\(path)/history", token: region)
                #expect(history.status == 200)
                // What nobody can read has no status that it could keep: the new one is the charter's.
                var office = Example.office
                office.status = "signataire"
                let body = office.body
                func update(_ token: String) async throws -> RunningService.Answer {
                    try await directory.update(Example.office.id, body, token: token, ifMatch: "\"v2\"")
                }
                // Its editors cannot be held to what only the region changes.
                let editor = try await DirectoryFixture.partner(Example.office.id)
                try expectProblem(try await update(editor), 403, "forbidden")
                try expectProblem(
                    try await directory.send(.DELETE, path, token: editor, ifMatch: "\"v2\""), 403, "forbidden")
                try expectProblem(try await update(try await DirectoryFixture.region("53")), 403, "forbidden")
                let replaced = try await update(region)
                #expect(replaced.status == 204, "\(replaced.text)")
                #expect(try await directory.get(path).json["name"] == .string(Example.office.name))
                let removed = try await directory.send(
                    .DELETE, "/v1/structures/\(Example.mission.id.text)", token: region, ifMatch: "\"v2\"")
                #expect(removed.status == 204, "\(removed.text)")
                try expectProblem(
                    try await directory.get("/v1/structures/\(Example.mission.id.text)"), 410, "gone")
            }
        }
    }

    @Test("leaves its earlier version where it changes while others do")
    func change() async throws {
        try await withDirectoryDatabase(Example.all) { database in
            let index = DirectoryIndex(
                repository: ChangeRepository(pool: database.pool(for: .runtime)), logger: Logger(label: "test"),
                overlayLimit: 1)
            try await index.refresh()
            try await spoil(Example.office, in: database)
            try await index.refresh()
            let (segment, ordinal) = try #require(index.snapshot.find(Example.office.id))
            #expect(segment.versions[ordinal] == 1 && index.snapshot.count == Example.all.count)
            // More changes than an overlay holds, of which one cannot be read: all are read anew.
            for sketch in [Example.office, Example.townHall] { try await spoil(sketch, in: database) }
            try await index.refresh()
            #expect(index.snapshot.count == Example.all.count - 2)
        }
    }
}
