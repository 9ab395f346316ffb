import Logging
import Postgres
import Support
import Synchronization
import Testing
import Web

@testable import DirectoryService

@Suite("Following the changes")
struct ChangeFollowerTests {
    private final class Looks: Sendable {
        private let counted = Mutex(0)
        var count: Int { counted.withLock { $0 } }
        func look() { counted.withLock { $0 += 1 } }
    }

    @Test("reads together what is told together")
    func coalescing() async throws {
        try await withDirectoryDatabase { database in
            let looks = Looks()
            let follower = ChangeFollower(
                refresh: { looks.look() }, configuration: database.configuration(for: .runtime),
                logger: Logger(label: "test"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await follower.run() }
                // The second look is that of the poll: it listens by now.
                try await eventually { looks.count >= 2 }
                let before = looks.count
                try await Connection.with(database.configuration(for: .runtime)) { connection in
                    _ = try await connection.query(
                        "select pg_notify(\(ChangeRepository.channel.name), turn::text) from generate_series(1, 60) turn"
                    )
                }
                try await eventually { looks.count > before }
                // One after the other they would keep it busy for more than a second.
                try await Task.sleep(for: .milliseconds(600))
                #expect(looks.count - before < 8, "60 notifications")
                group.cancelAll()
            }
        }
    }
}
