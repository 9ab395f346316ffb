import Foundation
import Schema
import Support

/// A year of a region's guidance as the two feeds tell it: every type of event, every member and every code, some of it
/// late, twice or out of order; always the same from the same seed. Some three events for each demand.
struct RegionYear: Sendable {
    let directory: [Event]
    let referral: [Event]
    /// Asked to be forgotten somewhere in the referral feed.
    let erased: [UUID]

    static let region = "52"
    static let territories: [Territory] = (0..<12).map { place in
        let department = ["44", "44", "49", "53", "72", "85"][place % 6]
        return Territory(
            key: "territoire-spro:52-\(place < 9 ? "0" : "")\(place + 1)", department: department,
            communes: (0..<8).map { "\(department)\(101 + place * 8 + $0)" })
    }

    struct Territory: Sendable {
        let key: String
        let department: String
        let communes: [String]
    }

    /// - Parameter demands: 7,000 make some 25,000 events.
    init(seed: UInt64, demands: Int) throws {
        var random = SeededGenerator(seed: seed)
        var region = RegionStructures(seed: random.next())
        for _ in 0..<min(max(60, demands / 70), 1000) { try region.addStructure() }
        region.addConventions()
        region.addCoordinations()
        var story = RegionDemands(seed: random.next(), structures: region.structures, persons: demands * 5 / 8)
        for _ in 0..<demands { story.addDemand() }
        story.addErasures()
        directory = random.disordered(region.log.events)
        referral = random.disordered(story.log.events)
        erased = story.erased
    }

    /// The same told in another order, each event `times` over.
    func shuffled(times: Int, seed: UInt64) -> (directory: [Event], referral: [Event]) {
        var random = SeededGenerator(seed: seed)
        func many(_ events: [Event]) -> [Event] { (0..<times).flatMap { _ in events } }
        return (many(directory).shuffled(using: &random), many(referral).shuffled(using: &random))
    }
}

/// Events in the order in which they were written down, each with its number among those of its subject.
struct EventLog: Sendable {
    private(set) var events: [Event] = []
    private var numbers: [String: Int] = [:]

    /// - Parameter id: where it is the same event as another.
    mutating func tell(_ data: EventData, at time: Date, _ random: inout SeededGenerator) {
        let subject = data.payload.subject
        numbers[subject, default: 0] += 1
        events.append(Event(id: random.uuid(), time: time, sequence: numbers[subject] ?? 1, data: data))
    }
}

extension Date {
    /// In milliseconds, as the wire has it, so many seconds after the beginning of 2026 (UTC).
    static func in2026(_ seconds: Double) -> Date {
        Date(timeIntervalSince1970: ((1_767_225_600 + seconds) * 1000).rounded() / 1000)
    }
}

extension SeededGenerator {
    mutating func uuid() -> UUID {
        func bytes() -> [UInt8] { withUnsafeBytes(of: next().bigEndian) { Array($0) } }
        let b = bytes() + bytes()
        return UUID(
            uuid: (
                b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]
            ))
    }

    /// One of some values, each as often as its weight says.
    mutating func weighted<Value>(_ values: KeyValuePairs<Value, Int>) -> Value {
        var left = int(0...values.reduce(0) { $0 + $1.value } - 1)
        for (value, weight) in values {
            if left < weight { return value }
            left -= weight
        }
        return values[0].key
    }

    /// In whole seconds.
    mutating func seconds(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &self).rounded() }

    /// Most in the order of time, some far from it, some told twice.
    mutating func disordered(_ events: [Event]) -> [Event] {
        var told = events.sorted { $0.time < $1.time }
        for _ in 0..<(events.count / 10) { told.swapAt(int(0...told.count - 1), int(0...told.count - 1)) }
        var places = told.indices.map { (at: Double($0), event: $0) }
        for _ in 0..<(events.count / 20) {
            places.append((Double.random(in: 0...Double(told.count), using: &self), int(0...told.count - 1)))
        }
        return places.sorted { $0.at < $1.at }.map { told[$0.event] }
    }
}
