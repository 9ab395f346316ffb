import Postgres
import Support
import Testing

@Suite("A configuration")
struct ConfigurationTests {
    @Test("is read from a URL, with nothing in it that is not understood")
    func parsing() throws {
        let address = try DatabaseConfiguration(parsing: "postgresql://u:p%40ss@db.example:5433/spro")
        #expect(
            address.host == "db.example" && address.port == 5433 && address.user == "u" && address.database == "spro")
        #expect(address.password != nil)
        let socket = try DatabaseConfiguration(parsing: "postgresql:///postgres?host=/run/pg&user=postgres")
        #expect(socket.host == "/run/pg" && socket.port == 5432 && socket.password == nil)
        for text in ["postgresql://u@h/d?sslmode=require", "nonsense", "postgresql://h/d", "postgresql://u@/d", "%"] {
            #expect(throws: DatabaseError.self, "\(text)") { try DatabaseConfiguration(parsing: text) }
        }
    }

    @Test("never shows its password")
    func secrecy() throws {
        let configuration = try DatabaseConfiguration(parsing: "postgresql://u:canary@h/d")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("canary"))
        }
    }

    @Test("tells the server who we are and how long it may take")
    func session() async throws {
        try await withDatabase { database in
            var configuration = database.configuration(for: .runtime)
            configuration.applicationName = "it's \\me"
            configuration.statementTimeout = .milliseconds(1234)
            configuration.idleInTransactionTimeout = .seconds(7)
            let connection = try await Connection.open(configuration)
            let names = [
                "application_name", "statement_timeout", "idle_in_transaction_session_timeout", "TimeZone",
                "client_encoding", "tcp_user_timeout", "tcp_keepalives_idle",
            ]
            let values = try await connection.query(
                "select current_setting(name) from unnest(\(names)) with ordinality as t(name, n) order by n")
            #expect(try values.decode(String.self).prefix(5) == ["it's \\me", "1234ms", "7s", "UTC", "UTF8"])
            let longer = try await connection.query(
                "select current_setting('statement_timeout')", timeout: .seconds(90))
            #expect(try longer[0].decode(String.self) == "90s")
            #expect(try await connection.query("select pg_sleep(1.5)", timeout: .seconds(3)).count == 1)
            try await connection.script("select pg_sleep(1.5)", timeout: .seconds(3))
            let usual = try await connection.query("select current_setting('statement_timeout')")
            #expect(try usual[0].decode(String.self) == "1234ms")
            await connection.close()
        }
    }

    @Test("that leads nowhere is an error that says where, and no secret")
    func unreachable() async throws {
        var configuration = try DatabaseServer.admin()
        configuration.user = "nobody_of_that_name"
        configuration.password = "canary"
        let error = await #expect(throws: DatabaseError.self) { _ = try await Connection.open(configuration) }
        #expect(error?.kind == .connectionLost)
        #expect(String(reflecting: error).contains("nobody_of_that_name"))
        #expect(!String(reflecting: error).contains("canary"))
    }
}
