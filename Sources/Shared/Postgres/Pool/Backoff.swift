/// How long to leave a server alone that could not be reached: twice as long each time, up to a ceiling, and at random
/// within the upper half, so that many processes do not come back at the same instant.
struct Backoff {
    static let first = Duration.milliseconds(50)
    static let ceiling = Duration.seconds(2)

    private(set) var failures = 0

    mutating func reset() { failures = 0 }

    mutating func next() -> Duration {
        var generator = SystemRandomNumberGenerator()
        return next(using: &generator)
    }

    mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        let whole = min(Self.first * (1 << min(failures, 10)), Self.ceiling)
        failures += 1
        return whole * Double.random(in: 0.5...1, using: &generator)
    }
}
