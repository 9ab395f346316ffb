import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("Structures that entries of lists name")
struct NamedStructureTests {
    private static let (mission, office, townHall) = (
        Example.mission.id.text, Example.office.id.text, Example.townHall.id.text
    )

    /// An event of the structure, and a scheme that it and others carry out.
    private func name(
        _ structure: String, in directory: DirectoryFixture
    ) async throws -> (event: String, scheme: String) {
        let event = try await directory.add(
            "agenda", Entry.event("Forum", with: #""place":{"commune":"44184"},"organiser_id":"\#(structure)""#))
        let others = [Self.townHall, structure, Self.office].map { "\"\($0)\"" }.joined(separator: ",")
        let scheme = try await directory.add("schemes", Entry.scheme("Bilan", with: #""structures":[\#(others)]"#))
        return ("/v1/agenda/\(event.text)", "/v1/schemes/\(scheme.text)")
    }

    @Test("are followed into their successor, once, at once, and its editors write the entry")
    func merger() async throws {
        try await withDirectory(Example.all) { directory in
            let region = try await DirectoryFixture.region()
            let (event, scheme) = try await name(Self.mission, in: directory)
            let untouched = try await directory.add("schemes", Entry.scheme("Autre"))
            let tag = try #require(try await directory.get(event).headers["etag"].first)
            let merged = try await directory.send(
                .POST, "/v1/structures/\(Self.mission)/merger", #"{"into":"\#(Self.office)"}"#, token: region,
                ifMatch: "\"v1\"")
            try #require(merged.status == 204, "\(merged.text)")
            let shown = try await directory.get(event, [("If-None-Match", tag)])
            #expect(shown.status == 200)
            #expect(try shown.json["organiser_id"] == .string(Self.office) && shown.json["version"] == 2)
            #expect(try await directory.titles("/v1/agenda?organiser=\(Self.office)") == ["Forum"])
            #expect(try await directory.titles("/v1/agenda?organiser=\(Self.mission)") == [])
            let named = try await directory.get(scheme).json
            #expect(named["structures"] == [.string(Self.townHall), .string(Self.office)] && named["version"] == 2)
            #expect(try await directory.get("/v1/schemes/\(untouched.text)").json["version"] == 1)
            let body = Entry.event("Salon", with: #""place":{"commune":"44184"},"organiser_id":"\#(Self.office)""#)
            let partner = try await DirectoryFixture.partner(Example.office.id)
            #expect(
                try await directory.send(.PUT, event, body, token: partner, ifMatch: "\"v2\"").status == 204)
            #expect(try await directory.listingHistory.count { $0.hasPrefix("2 region-52") } == 2)
        }
    }

    @Test("are named no more once they are removed: the entry stays")
    func removal() async throws {
        try await withDirectory(Example.all) { directory in
            let region = try await DirectoryFixture.region()
            let (event, scheme) = try await name(Self.mission, in: directory)
            let removed = try await directory.send(
                .DELETE, "/v1/structures/\(Self.mission)", token: region, ifMatch: "\"v1\"")
            try #require(removed.status == 204, "\(removed.text)")
            let shown = try await directory.get(event).json
            #expect(shown["organiser_id"] == JSONValue.null && shown["title"] == "Forum" && shown["version"] == 2)
            let named = try await directory.get(scheme).json
            #expect(named["structures"] == [.string(Self.townHall), .string(Self.office)])
            // What is shown can be written back.
            let body = Entry.event("Salon")
            #expect(try await directory.send(.PUT, event, body, token: region, ifMatch: "\"v2\"").status == 204)
        }
    }

    @Test("do not end unseen by who names them at that moment")
    func race() async throws {
        try await withDirectory(Example.all) { directory in
            let region = try await DirectoryFixture.region()
            let pool = directory.database.pool(for: .runtime)
            let id = UUID.v7()
            let document = JSONB(
                Array(
                    Entry.event("Forum", with: #""place":{"commune":"44184"},"organiser_id":"\#(Self.mission)""#).utf8))
            let removal = try await pool.withTransaction { transaction in
                _ = try await NamedStructureRepository.hold([Example.mission.id], in: transaction)
                let removal = Task {
                    try await directory.send(
                        .DELETE, "/v1/structures/\(Self.mission)", token: region, ifMatch: "\"v1\"")
                }
                try await ParentRaceTests.waiting(for: 1, in: directory.database)
                try await transaction.query(
                    "insert into listings (id, list, document) values (\(id), 'agenda', \(document))")
                return removal
            }
            #expect(try await removal.value.status == 204)
            #expect(try await directory.get("/v1/agenda/\(id.text)").json["organiser_id"] == JSONValue.null)
            // Whoever has judged an entry before that cannot store it now.
            let draft = try ObjectReader.read(try JSONValue(parsing: document.bytes)) { AgendaEventDraft($0) }
            let refusal = await #expect(throws: Refusal.self) {
                try await ListingRepository<AgendaEventDraft>(pool: pool).update(id, to: draft, from: 2, by: "test")
            }
            #expect(refusal?.violations.map(\.pointer) == ["/organiser_id"])
        }
    }

    @Test("that had ended before they were followed are followed by the migration")
    func migration() async throws {
        let before = DirectoryMigrations.all.filter { $0.number < 12 }
        try await withDatabase(service: "directory", migrations: before) { database in
            let (first, second, gone, standing) = (UUID.v7(), UUID.v7(), UUID.v7(), UUID.v7())
            let (event, scheme) = (UUID.v7(), UUID.v7())
            try await Connection.with(database.superuserConfiguration) { connection in
                for id in [standing, second, first, gone] {
                    try await connection.query(
                        """
                        insert into structures (id, region, name, status, document)
                        values (\(id), '52', 'S', 'membre', '{"location":null}')
                        """)
                }
                for (id, successor, hour) in [(first, second, 1), (second, standing, 2), (gone, nil, 3)]
                    as [(UUID, UUID?, Int)]
                {
                    try await connection.query(
                        """
                        update structures set successor_id = \(successor),
                            removed_at = '2026-01-01T00:00:00Z'::timestamptz + \(hour) * interval '1 hour'
                        where id = \(id)
                        """)
                }
                let named = [first, gone, standing, second].map { "\"\($0.text)\"" }.joined(separator: ",")
                for (id, list, json) in [
                    (event, "agenda", #"{"organiser_id":"\#(gone.text)"}"#),
                    (scheme, "schemes", #"{"structures":[\#(named)]}"#),
                ] {
                    try await connection.query(
                        "insert into listings (id, list, document) values (\(id), \(list), \(JSONB(Array(json.utf8))))")
                }
            }
            try await Connection.with(database.configuration(for: .owner)) { connection in
                _ = try await Migrator(migrations: DirectoryMigrations.all).apply(on: connection)
            }
            try await Connection.with(database.superuserConfiguration) { connection in
                let documents = try await connection.query("select document::text from listings order by list")
                    .decode(String.self)
                #expect(
                    documents == [
                        #"{"organiser_id": null}"#, #"{"structures": ["\#(standing.text)"]}"#,
                    ])
            }
        }
    }
}
