import Logging
import Postgres
import Support
import Synchronization
import Testing

@testable import DirectoryService

@Suite("A change that is stored")
struct ChangePublicationTests {
    private final class Seen: Sendable {
        let count = Mutex(0)
        var times: Int { count.withLock { $0 } }
        func again() { count.withLock { $0 += 1 } }
    }

    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test("is seen before the writer is answered, who waits no longer than patience lasts")
    func patience() async throws {
        try await withDirectoryDatabase { database in
            let changes = ChangeRepository(pool: database.pool(for: .runtime))
            let seen = Seen()
            let quick = ChangePublication(changes: changes, refresh: { seen.again() }, patience: .seconds(60))
            await quick.publish(logger)
            #expect(seen.times == 1)

            // As while everything is read anew.
            let (end, ending) = AsyncStream.makeStream(of: Void.self)
            let slow = ChangePublication(
                changes: changes,
                refresh: {
                    for await _ in end {}
                    seen.again()
                }, patience: .milliseconds(50))
            let start = ContinuousClock.now
            await slow.publish(logger)
            #expect(ContinuousClock.now - start < .seconds(5))
            #expect(seen.times == 1)
            ending.finish()
            try await eventually { seen.times == 2 }
        }
    }

    @Test("stays stored where it cannot be shown")
    func failure() async throws {
        struct Away: Error {}
        try await withDirectoryDatabase { database in
            let changes = ChangeRepository(pool: database.pool(for: .runtime))
            await ChangePublication(changes: changes, refresh: { throw Away() }).publish(logger)
        }
    }
}
