/// SplitMix64 (Steele, Lea and Flood 2014): small, seedable, the same everywhere.
struct Chance: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// True so many times in a hundred.
    mutating func happens(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

    /// One of the values, each as often as its weight says.
    mutating func pick<Value>(_ weighted: [(Value, Int)]) -> Value {
        var left = Int.random(in: 0..<weighted.reduce(0) { $0 + $1.1 }, using: &self)
        for (value, weight) in weighted {
            left -= weight
            if left < 0 { return value }
        }
        preconditionFailure("weights add up to more than any draw")
    }
}
