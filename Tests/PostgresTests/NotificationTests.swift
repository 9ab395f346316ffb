import Postgres
import Support
import Testing

@Suite("Notifications")
struct NotificationTests {
    @Test("reach those who listen, in order, and only what was committed")
    func delivery() async throws {
        try await withDatabase { database in
            let pool = database.pool(for: .runtime)
            let connection = try await Connection.open(database.configuration(for: .runtime))
            let notifications = try await connection.notifications(on: "changes")
            let listener = Task {
                var payloads: [String] = []
                for try await notification in notifications {
                    payloads.append(notification.payload)
                    if payloads.count == 4 { break }
                }
                return payloads
            }
            try await pool.query("select pg_notify('changes', \("1"))")
            try await pool.query("select pg_notify('others', \("x"))")
            try? await pool.withTransaction { transaction in
                try await transaction.query("select pg_notify('changes', \("rolled back"))")
                throw CancellationError()
            }
            try await pool.transact(["select pg_notify('changes', \("2"))", "select pg_notify('changes', \("3"))"])
            try await pool.query("notify changes")
            #expect(try await listener.value == ["1", "2", "3", ""])
            await connection.close()
        }
    }

    @Test("that do not come are waited for as long as one said, or until cancelled")
    func waiting() async throws {
        try await withDatabase { database in
            let connection = try await Connection.open(database.configuration(for: .runtime))
            try await connection.listen(on: "changes")
            let start = ContinuousClock.now
            #expect(try await connection.nextNotification(within: .milliseconds(100)) == nil)
            #expect(start.duration(to: .now) >= .milliseconds(100))
            let waiting = Task { try await connection.nextNotification(within: .seconds(60)) }
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            let deeper = Task {
                for try await _ in try await connection.notifications(on: "changes") {}
            }
            try await Task.sleep(for: .milliseconds(50))
            deeper.cancel()
            await #expect(throws: CancellationError.self) { try await deeper.value }
            #expect(start.duration(to: .now) < .seconds(5))
            // The connection is as good as before.
            try await connection.query("select pg_notify('changes', 'own')")
            #expect(try await connection.nextNotification(within: .seconds(5))?.payload == "own")
            await connection.close()
        }
    }

    @Test("end with an error when the connection is lost, even silently")
    func lost() async throws {
        try await withDatabase { database in
            var configuration = database.configuration(for: .runtime)
            let proxy = FaultyProxy(to: configuration.port)
            defer { proxy.close() }
            configuration.host = "127.0.0.1"
            configuration.port = proxy.port
            configuration.statementTimeout = .seconds(1)
            let admin = try await Connection.open(database.superuserConfiguration)

            let first = try await Connection.open(configuration)
            let process = try await first.query("select pg_backend_pid()")[0].decode(Int32.self)
            let notifications = try await first.notifications(on: "changes")
            let terminated = Task { for try await _ in notifications {} }
            try await admin.query("select pg_terminate_backend(\(process), 5000)")
            let termination = await kind { try await terminated.value }
            #expect(termination == .connectionLost)

            let second = try await Connection.open(configuration)
            let silent = try await second.notifications(on: "changes", heartbeat: .milliseconds(50))
            let stalled = Task { for try await _ in silent {} }
            proxy.fault = .stall
            await #expect(throws: DatabaseError.self) { try await stalled.value }
            await admin.close()
        }
    }
}
