import Support
import Testing

@testable import Tokens

@Suite("Least recently used")
struct LeastRecentlyUsedTests {
    @Test("Agrees with a list that is searched and reordered by hand", arguments: [1, 2, 3, 17])
    func oracle(capacity: Int) {
        var generator = SeededGenerator(seed: UInt64(capacity))
        var cache = LeastRecentlyUsed<Int, Int>(capacity: capacity)
        var list: [(key: Int, value: Int)] = []
        for step in 0..<5_000 {
            let key = Int.random(in: 0..<(capacity * 2), using: &generator)
            let held = list.firstIndex { $0.key == key }.map { list.remove(at: $0) }
            switch Int.random(in: 0..<5, using: &generator) {
            case 0, 1:
                cache[key] = step
                list.append((key, step))
                if list.count > capacity { list.removeFirst() }
            case 2:
                cache[key] = nil
            default:
                #expect(cache[key] == held?.value)
                if let held { list.append(held) }
            }
            #expect(cache.count == list.count)
        }
    }
}
