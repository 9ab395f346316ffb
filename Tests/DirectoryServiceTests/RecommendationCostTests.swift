import Foundation
import Schema
import Support
import Testing

@testable import DemoActivity
@testable import DirectoryService

@Suite("What recommendations cost")
struct RecommendationCostTests {
    /// A directory of fictional structures.
    private func snapshot(_ count: Int) async throws -> Snapshot {
        let geography = try DemoData().land.geography
        var author = CrowdAuthor(places: try CrowdPlace.read(try DemoData.bytes("communes.csv")), seed: 6500)
        let file = (0..<count).map { _ in author.structure() }.joined(separator: [UInt8(ascii: "\n")])
        var report = ImportReport(subject: "structures")
        var reader = StructureImport.reader(
            LineReader(Array(file)), rules: StructureRules(geography: geography, networks: try .test()))
        let structures = try await reader.rest(&report).map { line in
            Structure(id: line.id, draft: line.draft, version: 1, updatedAt: Date(timeIntervalSince1970: 0))
        }
        return Snapshot(geography: geography, base: Segment(of: structures, in: geography), overlay: .empty)
    }

    @Test("the best of a large region cost a part of what all of them do, and are the same")
    func best() async throws {
        let snapshot = try await snapshot(6500)
        let need = try Need(commune: "44109", radius: 200, service: "cep-conseil").draft
        let recommending = Recommending(
            need, for: snapshot.geography.commune("44109"), in: snapshot, excluding: [],
            now: ParisTime.wall(at: Date(timeIntervalSince1970: 1_790_000_000)))
        let clock = ContinuousClock()
        var (all, few) = (Duration.seconds(3600), Duration.seconds(3600))
        for _ in 0..<7 {
            var (whole, best) = (recommending.suited(upTo: 0), recommending.suited(upTo: 0))
            all = min(all, clock.measure { whole = recommending.suited(upTo: .max) })
            few = min(few, clock.measure { best = recommending.suited(upTo: 20) })
            #expect(whole.best.count == whole.count && best.count == whole.count && whole.count > 500)
            #expect(best.best.map(\.plain) == Array(whole.best.prefix(20)).map(\.plain))
        }
        print("of 6,500 structures the best 20: \(few), all that suit: \(all)")
        #expect(few * 10 < all * 8)
    }

    @Test("keep the least, so many at most, and count all", arguments: [0, 1, 7, 100])
    func least(limit: Int) {
        var random = SeededGenerator(seed: UInt64(limit) + 1)
        for _ in 0..<50 {
            let numbers = (0..<random.int(0...60)).map { _ in random.int(0...20) }
            var least = Least<Int>(limit)
            for number in numbers { least.insert(number) }
            #expect(least.sorted == Array(numbers.sorted().prefix(limit)) && least.count == numbers.count)
        }
    }
}
