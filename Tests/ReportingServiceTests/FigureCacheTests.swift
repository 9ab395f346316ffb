import Dispatch
import Schema
import Support
import Synchronization
import Testing

@testable import ReportingService

@Suite("Computing tables")
struct FigureCacheTests {
    private static func key(_ number: Int) -> FigureCache.Key {
        FigureCache.Key(
            indicator: "CON1@1.1.0", population: "episodes", region: "52", period: Period(.year, of: ParisClock.today),
            position: "\(number)")
    }

    private static let entry = FigureCache.Entry(
        table: FigureTable(Catalogue.shipped.definitions[0], [], threshold: 11),
        position: "1", isPartial: false)

    /// Computations that take a thread each until they are let go.
    private final class Work: Sendable {
        private let counts = Mutex<(running: Int, most: Int, begun: [Int])>((0, 0, []))
        private let gate = DispatchSemaphore(value: 0)

        var begun: [Int] { counts.withLock { $0.begun } }
        var most: Int { counts.withLock { $0.most } }

        func letGo() { gate.signal() }

        func compute(_ number: Int) -> FigureCache.Entry {
            counts.withLock { counts in
                counts.running += 1
                counts.most = max(counts.most, counts.running)
                counts.begun.append(number)
            }
            gate.wait()
            counts.withLock { $0.running -= 1 }
            return FigureCacheTests.entry
        }
    }

    @Test("is done once for all who ask for the same, one at a time, and takes no thread from other requests")
    func oneAtATime() async throws {
        let (cache, work) = (FigureCache(), Work())
        try await withThrowingTaskGroup(of: Void.self) { group in
            // More tables than the machine has shared threads, each asked for three times.
            for number in 0..<72 {
                group.addTask { _ = try await cache.entry(Self.key(number % 24)) { work.compute(number % 24) } }
            }
            for count in 1...24 {
                // This test runs on the shared threads itself: were they taken, it would never get here.
                try await eventually { work.begun.count == count }
                work.letGo()
            }
            try await group.waitForAll()
        }
        #expect(work.most == 1)
        #expect(work.begun.sorted() == Array(0..<24))
        _ = try await cache.entry(Self.key(7)) { work.compute(7) }
        #expect(work.begun.count == 24)
    }

    @Test("refuses what would wait behind too many, and tries again what failed")
    func queue() async throws {
        struct Failed: Error {}
        let (cache, work) = (FigureCache(queueLimit: 1), Work())
        async let first = cache.entry(Self.key(0)) { work.compute(0) }
        try await eventually { work.begun == [0] }
        let refusal = await #expect(throws: Refusal.self) { _ = try await cache.entry(Self.key(1)) { work.compute(1) } }
        #expect(refusal?.code == .unavailable && refusal?.retryAfter == 5)
        async let same = cache.entry(Self.key(0)) { work.compute(0) }
        work.letGo()
        _ = try await (first, same)
        await #expect(throws: Failed.self) { _ = try await cache.entry(Self.key(1)) { throw Failed() } }
        work.letGo()
        _ = try await cache.entry(Self.key(1)) { work.compute(1) }
        #expect(work.begun == [0, 1])
    }
}
