import Foundation
import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("The order of a search")
struct SortKeyTests {
    private func key(_ rank: Int, _ chord: Double, _ tie: UInt64, _ last: String = "0") -> SortKey {
        SortKey(
            rank: rank, squaredChord: chord, tie: tie,
            id: UUID(uuidString: "019B76DA-A800-7725-8E42-DFF071B6FC4\(last)")!)
    }

    @Test("is competence, distance, the day's hash, id, each before the next")
    func order() {
        let ordered = [
            key(0, 0, .max, "F"), key(0, 1e-300, 0), key(0, 1e-12, 5, "0"), key(0, 1e-12, 5, "A"),
            key(0, 1e-12, 6, "0"), key(0, .infinity, 0), key(1, 0, 0), key(1, 0.5, 9), key(1, .infinity, .max, "F"),
        ]
        for (place, left) in ordered.enumerated() {
            for (other, right) in ordered.enumerated() {
                #expect((left < right) == (place < other), "\(left) \(right)")
                #expect((left == right) == (place == other))
            }
        }
    }

    @Test("of a day is sorted once, and today's stays however old the lists are that others read on")
    func days() {
        var random = SeededGenerator(seed: 8)
        let ids = (0..<100).map { _ in UUID.random(&random) }
        let order = DayOrder()
        let today = order.ordinals(on: 20_000, of: ids)
        #expect(
            today.map { SortKey.tie(of: ids[Int($0)], on: 20_000) }
                == ids.map { SortKey.tie(of: $0, on: 20_000) }.sorted())
        for day in 19_900..<19_950 {
            _ = order.ordinals(on: day, of: ids)
            #expect(order.days.count <= DayOrder.limit && order.days.isSuperset(of: [20_000, day]))
        }
        for _ in 0..<3 { for day in [19_990, 19_991] { _ = order.ordinals(on: day, of: ids) } }
        #expect(order.days.isSuperset(of: [20_000, 19_990, 19_991]))
        #expect(order.ordinals(on: 20_000, of: ids) == today)
        // Tomorrow comes.
        _ = order.ordinals(on: 20_001, of: ids)
        for day in 19_900..<19_910 { _ = order.ordinals(on: day, of: ids) }
        #expect(order.days.contains(20_001))
    }

    @Test("survives a cursor to the last bit")
    func cursor() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<2000 {
            let chord = random.oneIn(5) ? .infinity : Double.random(in: 0...4, using: &random)
            let key = SortKey(
                rank: Int.random(in: 0...1, using: &random), squaredChord: chord, tie: random.next(),
                id: .random(&random))
            #expect(SortKey(text: key.text) == key)
        }
        #expect(SortKey(text: key(0, .leastNonzeroMagnitude, 0).text)?.squaredChord == .leastNonzeroMagnitude)
    }

    @Test(
        "is not read from anything else",
        arguments: [
            "", "|||", "0|0|0", "0|0|0|019B76DA-A800-7725-8E42-DFF071B6FC41",
            "0|0|-1|019b76da-a800-7725-8e42-dff071b6fc41",
            "x|0|0|019b76da-a800-7725-8e42-dff071b6fc41", "0|0.5|0|019b76da-a800-7725-8e42-dff071b6fc41",
            "0|0|0|019b76da-a800-7725-8e42-dff071b6fc41|",
        ])
    func malformed(text: String) { #expect(SortKey(text: text) == nil) }

    @Test("changes the order of equals every day, and gives everyone a turn")
    func turns() {
        var random = SeededGenerator(seed: 2)
        let ids = (0..<4).map { _ in UUID.random(&random) }
        func first(on day: Int) -> UUID? { ids.min { SortKey.tie(of: $0, on: day) < SortKey.tie(of: $1, on: day) } }
        let firsts = Dictionary(grouping: 20_000..<20_400, by: first).mapValues(\.count)
        #expect(firsts.count == 4)
        // A fair draw of 400 gives each 100 ± 9.
        for (_, times) in firsts { #expect((55...145).contains(times)) }
    }

    @Test("tells distances in whole metres, and none where there is none")
    func metres() throws {
        let here = try #require(Coordinate(latitude: 47, longitude: 0))
        let there = try #require(Coordinate(latitude: 47.1, longitude: 0))
        // A tenth of a degree of a meridian.
        #expect(key(0, here.squaredChord(to: there), 0).metres == 11_120)
        #expect(key(0, 0, 0).metres == 0)
        #expect(key(0, .infinity, 0).metres == nil)
        #expect(key(0, 4, 0).metres == 20_015_114)
    }

    /// The published algorithms' own values: a replica of another build must agree.
    @Test("hashes as published")
    func hash() {
        #expect(StableHash.mix(0) == 0xE220_A839_7B1D_CDAF)
        #expect(StableHash.of("foobar") == StableHash.mix(0x8594_4171_F739_67E8))
        #expect(StableHash.of("") == StableHash.mix(0xCBF2_9CE4_8422_2325))
    }
}
