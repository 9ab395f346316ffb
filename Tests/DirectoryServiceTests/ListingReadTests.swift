import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("Reading the directory's lists")
struct ListingReadTests {
    @Test("schemes by name, those of today, by theme, situation and network")
    func schemes() async throws {
        try await withDirectory(Example.all) { directory in
            let today = ParisClock.today
            func day(_ shift: Int) throws -> String {
                try #require(CalendarDate(daysSinceEpoch: today.daysSinceEpoch + shift)).text
            }
            let (yesterday, tomorrow) = (try day(-1), try day(1))
            func add(_ name: String, _ more: String) async throws {
                _ = try await directory.add("schemes", Entry.scheme(name, with: more))
            }
            try await add("élan", #""themes":["vae"],"situations":["parent"],"networks":["cio"]"#)
            try await add("Zénith", #""themes":["emploi","vae"],"valid_until":"\#(today.text)""#)
            try await add("Appui", #""networks":["mission-locale"],"valid_from":"\#(today.text)""#)
            try await add("passé", #""valid_until":"\#(yesterday)""#)
            try await add("futur", #""valid_from":"\#(tomorrow)""#)
            func titles(_ query: String) async throws -> [String] {
                try await directory.titles("/v1/schemes?limit=1&\(query)")
            }
            #expect(try await titles("") == ["Appui", "élan", "Zénith"])
            #expect(try await titles("on=\(yesterday)") == ["élan", "passé", "Zénith"])
            #expect(try await titles("on=\(tomorrow)") == ["Appui", "élan", "futur"])
            #expect(try await titles("theme=vae") == ["élan", "Zénith"])
            #expect(try await titles("theme=emploi,metiers") == ["Zénith"])
            #expect(try await titles("situation=parent") == ["élan"])
            #expect(try await titles("network=mission-locale&network=cio") == ["Appui", "élan"])
            #expect(try await titles("network=information-jeunesse") == [])
            let unknown = try await directory.get("/v1/schemes?network=cio,none-such")
            try expectProblem(unknown, 400, "invalid-parameters", at: ["network"])
            #expect(try unknown.json["errors"]?[0]?["code"] == "unknown-network")
            #expect(try await titles("kind=aide") == [])
            try expectProblem(
                try await directory.get("/v1/schemes?theme=x&situation=y&network=Z&on=1&from=2026-01-01"), 400,
                "invalid-parameters", at: ["theme", "situation", "network", "on", "from"])
        }
    }

    @Test("resources by title and language")
    func resources() async throws {
        try await withDirectory(Example.all) { directory in
            let long = String(repeating: "é", count: 200)
            for (title, more) in [
                ("Guide", #""languages":["fr"]"#), ("annuaire", #""languages":["fr","ar"]"#), (long, #""source":"s""#),
                (long, #""source":"t""#),
            ] { _ = try await directory.add("resources", Entry.resource(title, with: more)) }
            #expect(try await directory.titles("/v1/resources?limit=1") == ["annuaire", long, long, "Guide"])
            #expect(try await directory.titles("/v1/resources?language=ar") == ["annuaire"])
            #expect(try await directory.titles("/v1/resources?language=ar,fr&kind=guide") == ["annuaire", "Guide"])
            try expectProblem(
                try await directory.get("/v1/resources?language=xx"), 400, "invalid-parameters", at: ["language"])
        }
    }

    @Test("another replica sees what was written and what was deleted, also what was committed late")
    func replicas() async throws {
        try await withDirectoryDatabase(Example.all) { database in
            try await withService(.directory, on: database, settings: DirectoryFixture.settings) { one in
                try await withService(.directory, on: database, settings: DirectoryFixture.settings) { other in
                    let first = DirectoryFixture(service: one, database: database)
                    let second = DirectoryFixture(service: other, database: database)
                    let region = try await DirectoryFixture.region()
                    let ids = [
                        try await first.add("resources", Entry.resource("a")),
                        try await first.add("resources", Entry.resource("b")),
                    ]
                    try await eventually { try await second.titles("/v1/resources") == ["a", "b"] }
                    try await Connection.with(database.configuration(for: .runtime)) { connection in
                        try await connection.withTransaction { transaction in
                            try await transaction.query(
                                """
                                update listings set document = jsonb_set(document, '{title}', '"late"'),
                                    version = version + 1, changed_xid = pg_current_xact_id()
                                where id = \(ids[0])
                                """)
                            let path = "/v1/resources/\(ids[1].text)"
                            let deleted = try await first.send(.DELETE, path, token: region, ifMatch: "\"v1\"")
                            #expect(deleted.status == 204)
                            try await eventually { try await second.titles("/v1/resources") == ["a"] }
                        }
                    }
                    for replica in [first, second] {
                        try await eventually(within: .seconds(5)) {
                            try await replica.titles("/v1/resources") == ["late"]
                        }
                    }
                    let tag = try await first.get("/v1/resources").headers["etag"]
                    #expect(try await second.get("/v1/resources").headers["etag"] == tag)
                }
            }
        }
    }

    @Test("a stored entry that cannot be read keeps no other from being found")
    func unreadable() async throws {
        try await withDirectoryDatabase(Example.all) { database in
            try await Connection.with(database.superuserConfiguration) { connection in
                for document in [#"{"title":1}"#, Entry.resource("b")] {
                    _ = try await connection.query(
                        """
                        insert into listings (id, list, document)
                        values (\(UUID.v7()), 'resources', \(JSONB(Array(document.utf8))))
                        """)
                }
            }
            try await withService(.directory, on: database, settings: DirectoryFixture.settings) { service in
                let directory = DirectoryFixture(service: service, database: database)
                let titles = try await directory.titles("/v1/resources")
                #expect(titles == ["b"])
            }
        }
    }
}
