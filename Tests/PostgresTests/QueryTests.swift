import Postgres
import Support
import Testing

struct SmokeTests {
    @Test("a statement gives its rows")
    func smoke() async throws {
        try await withDatabase { database in
            let connection = try await Connection.open(database.configuration(for: .runtime))
            let rows = try await connection.query("select \(1) + \(2), \("x")")
            #expect(try rows[0].decode((Int, String).self) == (3, "x"))
            await connection.close()
        }
    }
}
