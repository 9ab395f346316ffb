import Foundation
import Logging
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DemoActivity
@testable import DirectoryService

@Suite("Imports by a region: their life")
struct ImportsLifeTests {
    @Test("go on where a replica fell, one at a time for a region, and every replica tells of them")
    func replicas() async throws {
        let region = try await DirectoryFixture.region()
        try await withDirectoryDatabase { database in
            // What a replica leaves that fell while it was reading.
            let id = UUID.v7()
            let file = ImportSample.lines([Example.office, Example.townHall])
            try await Connection.with(database.superuserConfiguration) { connection in
                try await connection.query(
                    """
                    insert into imports (id, region, client, format, is_dry_run, state, attempts, bytes)
                    values (\(id), '52', 'region-52', 'lines', false, 'running', 1, \(file.count))
                    """)
                for (number, piece) in [file.prefix(100), file.dropFirst(100)].enumerated() {
                    try await connection.query(
                        "insert into import_pieces (import_id, number, bytes) values (\(id), \(number), \(Array(piece)))"
                    )
                }
                // It still holds it, as far as anybody knows.
                let held = try await connection.query(
                    "select pg_try_advisory_lock(1768779887, hashtext(\(id.text)))")
                #expect(try held[0].decode(Bool.self))
                try await withService(.directory, on: database, settings: DirectoryFixture.settings) { first in
                    try await withService(.directory, on: database, settings: DirectoryFixture.settings) { second in
                        let one = DirectoryFixture(service: first, database: database)
                        let other = DirectoryFixture(service: second, database: database)
                        try expectProblem(try await one.send(file: file), 409, "conflict")
                        try await Task.sleep(for: .milliseconds(1500))
                        let waiting = try await second.get("/v1/imports/\(id.text)", token: region).json
                        #expect(waiting["state"] == "running")
                        _ = try await Connection.with(database.superuserConfiguration) { killer in
                            try await killer.query(
                                """
                                select pg_terminate_backend(pid) from pg_locks
                                where locktype = 'advisory' and classid = 1768779887::oid and granted
                                """)
                        }
                        for directory in [one, other] {
                            let ended = try await directory.end(id)
                            #expect(ended["state"] == "done" && ended["changed"]?.int == 2, "\(ended)")
                            try await eventually {
                                try await directory.get("/v1/structures/\(Example.office.id.text)").status == 200
                            }
                        }
                        #expect(try await one.stored.updates == 2)
                        let next = try await other.end(try await one.send(file: file))
                        #expect(next["state"] == "done" && next["changed"]?.int == 0)
                    }
                }
            }
        }
    }

    @Test("take a whole country's structures, of which little is held at a time")
    func crowd() async throws {
        let count = ProcessInfo.processInfo.environment["SPRO_FULL"] == nil ? 2_000 : 65_000
        let communes = try DemoData.bytes("communes.csv")
        let ours = String(decoding: communes, as: UTF8.self).split(separator: "\n").enumerated()
            .filter { $0.offset == 0 || $0.element.split(separator: ",", omittingEmptySubsequences: false)[3] == "52" }
            .map(\.element).joined(separator: "\n")
        var author = CrowdAuthor(places: try CrowdPlace.read(Array(ours.utf8)), seed: 52)
        var file: [UInt8] = []
        for _ in 0..<count {
            // Labels are the procedure's.
            let line = String(decoding: author.structure(), as: UTF8.self)
            file += Array(line.replacing(#/"label":\{[^}]*\},?/#, with: "").utf8) + [ImportSample.newline]
        }
        try await withDirectory { [file] directory in
            let started = ContinuousClock.now
            let id = try await directory.send(file: file)
            let sent = ContinuousClock.now - started
            let ended = try await directory.end(id, within: .seconds(900))
            let took = ContinuousClock.now - started
            #expect(ended["state"] == "done" && ended["changed"]?.int == count, "\(ended)")
            #expect(ended["bytes_read"]?.int == file.count && ended["bytes"]?.int == file.count)
            let again = try await directory.end(try await directory.send(file: file), within: .seconds(900))
            #expect(again["changed"]?.int == 0)
            print("\(count) structures, \(file.count >> 20) MiB: received in \(sent), stored in \(took)")
        }
    }

    @Test("are forgotten in their time, whoever of the replicas does it; files before their reports")
    func retention() async throws {
        try await withDirectoryDatabase { database in
            // How many days ago it began, and ended.
            let rows: [(state: String, begun: Int, ended: Int?)] = [
                ("done", 400, 181), ("refused", 190, 182), ("done", 200, 179), ("waiting", 4, nil),
                ("running", 4, nil), ("running", 4, nil), ("waiting", 2, nil),
            ]
            let regions = ["52", "52", "52", "52", "53", "24", "28"]
            var ids: [UUID] = []
            for (row, region) in zip(rows, regions) {
                ids.append(UUID.v7())
                try await insert(ids[ids.count - 1], of: region, row, into: database)
            }
            // One is being carried out.
            let holder = try await Connection.open(database.superuserConfiguration)
            try await holder.query("select pg_advisory_lock(1768779887, hashtext(\(ids[5].text)))")
            let pool = Pool(configuration: database.configuration(for: .runtime), logger: Logger(label: "test"))
            let retention = ImportRetention(
                repository: ImportRetentionRepository(pool: pool, chunk: 1), periods: .init(),
                logger: Logger(label: "test"))
            let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 { group.addTask { try await retention.sweep() } }
                return try await group.reduce(0, +)
            }
            #expect(counts == 2)
            #expect(try await retention.sweep() == 0)
            let left = try await Connection.with(database.superuserConfiguration) { connection in
                try await connection.query(
                    """
                    select id, state, (select count(*) from import_pieces where import_id = id) from imports
                    where ended_at is null = (state in ('waiting', 'running')) order by id
                    """
                ).decode((UUID, String, Int).self)
            }
            #expect(left.map(\.0) == Array(ids[2...]))
            #expect(left.map(\.1) == ["done", "failed", "failed", "running", "waiting"])
            #expect(left.map(\.2) == [1, 0, 0, 1, 1])
            await holder.close()
        }
    }

    private func insert(
        _ id: UUID, of region: String, _ row: (state: String, begun: Int, ended: Int?), into database: Database
    ) async throws {
        try await Connection.with(database.superuserConfiguration) { connection in
            try await connection.query(
                """
                insert into imports (id, region, client, format, is_dry_run, state, received_at, ended_at)
                values (\(id), \(region), 'region', 'lines', false, \(row.state),
                    now() - make_interval(days => \(row.begun)::integer),
                    now() - make_interval(days => \(row.ended)::integer))
                """)
            try await connection.query(
                "insert into import_pieces (import_id, number, bytes) values (\(id), 0, \(Array("x".utf8)))")
        }
    }
}
