import Foundation
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

    /// True once in so many times.
    mutating func oneIn(_ times: Int) -> Bool { number(in: 0..<times) == 0 }

    mutating func one<Value>(of values: [Value]) -> Value { values[number(in: 0..<values.count)] }

    /// Up to so many different ones.
    mutating func some<Value>(_ count: Int, of values: [Value]) -> [Value] {
        Array(values.shuffled(using: &self).prefix(count))
    }

    /// Whole ones.
    mutating func seconds(_ range: ClosedRange<Double>) -> Double {
        Double.random(in: range, using: &self).rounded()
    }

    mutating func uuid() -> UUID {
        func bytes() -> [UInt8] { withUnsafeBytes(of: next().bigEndian) { Array($0) } }
        let b = bytes() + bytes()
        return UUID(
            uuid: (
                b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13],
                b[14], b[15]
            ))
    }
}
