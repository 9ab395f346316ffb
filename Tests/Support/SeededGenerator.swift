import Foundation

/// SplitMix64: random, and the same from the same seed, everywhere.
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// True so many times in a hundred.
    package mutating func chance(_ percent: Int) -> Bool { int(0...99) < percent }

    /// True once in so many times.
    package mutating func oneIn(_ times: Int) -> Bool { int(0...times - 1) == 0 }

    package mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    package mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &self)]
    }

    /// Up to `count` different elements.
    package mutating func some<Element>(_ count: Int, of elements: [Element]) -> [Element] {
        Array(elements.shuffled(using: &self).prefix(count))
    }
}

/// Runs of a random test: twenty times as many where `SPRO_FULL` is set.
package func runs(_ count: Int) -> Int { runs(count, full: count * 20) }

/// Trials of a battery: `full` of them where `SPRO_FULL` is set.
package func runs(_ count: Int, full: Int) -> Int {
    ProcessInfo.processInfo.environment["SPRO_FULL"] == nil ? count : full
}
