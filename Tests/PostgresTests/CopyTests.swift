import Foundation
import Postgres
import Support
import Testing

@Suite("COPY")
struct CopyTests {
    private static let table = Migration(
        number: 1, name: "event",
        sql: "create table event (id bigint primary key, kind text, at timestamptz, person uuid, level integer)")

    @Test("stores many rows in a transaction, and none where one is refused")
    func rows() async throws {
        try await withDatabase(migrations: [Self.table]) { database in
            let pool = database.pool(for: .runtime)
            let columns: [Identifier] = ["id", "kind", "at", "person", "level"]
            let person = UUID()
            var rows = CopyRows()
            for id in 0..<50_000 {
                try rows.append(
                    id, id % 2 == 0 ? "even" : nil, Date(timeIntervalSince1970: Double(id)), person, Int32(7))
            }
            let copied = try await pool.withTransaction { transaction in
                let copied = try await transaction.copy(into: "event", columns: columns, rows: rows)
                // Statements go on after it.
                try await transaction.query("update event set level = 8 where id = \(3)")
                return copied
            }
            #expect(copied == 50_000)
            let (count, kinds, last, level) = try await pool.query(
                "select count(*), count(kind), max(at), max(level) from event where person = \(person)")[0]
                .decode((Int, Int, Date, Int).self)
            #expect(count == 50_000 && kinds == 25_000 && level == 8)
            #expect(last == Date(timeIntervalSince1970: 49_999))

            let twice = await kind {
                try await pool.withTransaction { transaction in
                    try await transaction.query("delete from event")
                    var rows = CopyRows()
                    for _ in 0..<2 { try rows.append(1, "a", Date.now, person, Int32(1)) }
                    _ = try? await transaction.copy(into: "event", columns: columns, rows: rows)
                }
            }
            #expect(twice == .constraint(name: "event_pkey", kind: .unique))
            #expect(try await pool.query("select count(*) from event")[0].decode(Int.self) == 50_000)
        }
    }

    @Test("takes bytes in the format that its statement says")
    func bytes() async throws {
        try await withDatabase(migrations: [Self.table]) { database in
            let pool = database.pool(for: .worker)
            let csv = "1,a\n2,\"b,c\"\n"
            let copied = try await pool.withTransaction {
                try await $0.copy("copy event (id, kind) from stdin (format csv)", bytes: Array(csv.utf8))
            }
            #expect(copied == 2)
            #expect(try await pool.query("select kind from event order by id").decode(String.self) == ["a", "b,c"])
            // What is not a COPY is refused, and the connection goes on.
            let other = await kind { try await pool.withTransaction { try await $0.copy("select 1", bytes: []) } }
            #expect(other == .other)
            #expect(try await pool.query("select count(*) from event")[0].decode(Int.self) == 2)
        }
    }

    @Test("inside a pipeline is refused")
    func pipeline() async throws {
        try await withDatabase(migrations: [Self.table]) { database in
            let pool = database.pool(for: .runtime)
            await #expect(throws: DatabaseError.self) { try await pool.query("copy event from stdin") }
            let count = try await pool.query("select count(*) from event")[0].decode(Int.self)
            #expect(count == 0)
        }
    }

    @Test("refuses a value that cannot be stored, and keeps the rows before it")
    func unbindable() throws {
        var rows = CopyRows()
        try rows.append(1, "a")
        #expect(throws: BindError(position: 2, reason: .nulCharacter)) { try rows.append(2, "b\0") }
        try rows.append(3, "c")
        #expect(rows.count == 2)
    }
}
