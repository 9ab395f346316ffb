import Schema

/// What happens by chance in stories, and the same from the same seed.
struct Chance: RandomNumberGenerator, Sendable {
    private var generator: SplitMix64

    init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    mutating func next() -> UInt64 { generator.next() }

    /// True so many times in a hundred.
    mutating func happens(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

    mutating func number(in range: some RangeExpression<Int>) -> Int {
        Int.random(in: range.relative(to: 0..<Int.max), using: &self)
    }

    /// One of the values, each as often as its weight says.
    mutating func pick<Value>(_ weighted: [(Value, Int)]) -> Value {
        var left = Int.random(in: 0..<weighted.reduce(0) { $0 + $1.1 }, using: &self)
        for (value, weight) in weighted {
            left -= weight
            if left < 0 { return value }
        }
        preconditionFailure("a draw is less than the weights’ sum")
    }
}
