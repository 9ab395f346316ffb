import Foundation
import Schema
import Support
import Synchronization
import Testing

@testable import DirectoryService

@Suite("What was made of a moment of the directory")
struct MemoTests {
    private final class Count: Sendable {
        private let made = Mutex(0)
        var value: Int { made.withLock { $0 } }
        func increment() { made.withLock { $0 += 1 } }
    }

    @Test("is made once, however many ask for it at once")
    func singleFlight() async {
        let (memo, count) = (Memo<String, Int>(room: 10) { _ in 1 }, Count())
        let found = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    await memo.value(of: "a") {
                        count.increment()
                        Thread.sleep(forTimeInterval: 0.05)
                        return 7
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(found == Array(repeating: 7, count: 64) && count.value == 1)
    }

    @Test("is kept while there is room, and goes when it was asked for longest ago")
    func room() async {
        let (memo, count) = (Memo<Int, Int>(room: 10) { $0 }, Count())
        func ask(_ key: Int, weight: Int) async -> Bool {
            let before = count.value
            let found = await memo.value(of: key) {
                count.increment()
                return weight
            }
            #expect(found == weight)
            return count.value > before
        }
        // Each with whether it is made.
        let asked = [
            (1, 4, true), (2, 5, true), (1, 4, false), (2, 5, false), (1, 4, false), (3, 3, true), (1, 4, false),
            (3, 3, false), (2, 5, true),
            // Larger than all the room: it alone is kept.
            (4, 50, true), (4, 50, false), (1, 4, true),
        ]
        for (place, (key, weight, isMade)) in asked.enumerated() {
            let made = await ask(key, weight: weight)
            #expect(made == isMade, "\(place)")
        }
    }

    @Test("HSDS's numbers hold nothing of the snapshot that they were made of")
    func release() async throws {
        let memo = Memo<UInt64, HumanServicesCatalogue>(room: 1) { _ in 1 }
        let geography = try DemoData().land.geography
        weak var old: Snapshot?
        func number() async throws -> Int {
            let structures = try [Example.mission, Example.office].map { try $0.structure() }
            let snapshot = Snapshot(
                geography: geography, base: Segment(of: structures, in: geography), overlay: .empty)
            old = snapshot
            return await memo.value(of: snapshot.fingerprint) { HumanServicesCatalogue(snapshot) }.structures.count
        }
        let count = try await number()
        #expect(count == 2)
        try await eventually { old == nil }
    }
}
