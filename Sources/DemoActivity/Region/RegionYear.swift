import Foundation
import Schema

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
        var chance = Chance(seed: seed)
        var region = RegionStructures(seed: chance.next())
        for _ in 0..<min(max(60, demands / 70), 1000) { try region.addStructure() }
        region.addConventions()
        region.addCoordinations()
        var story = RegionDemands(
            seed: chance.next(), structures: region.structures, persons: demands * 5 / 8)
        for _ in 0..<demands { story.addDemand() }
        story.addErasures()
        directory = region.log.events.disordered(&chance)
        referral = story.log.events.disordered(&chance)
        erased = story.erased
    }

    /// The same told in another order, each event `times` over.
    func shuffled(times: Int, seed: UInt64) -> (directory: [Event], referral: [Event]) {
        var chance = Chance(seed: seed)
        func many(_ events: [Event]) -> [Event] { (0..<times).flatMap { _ in events } }
        return (many(directory).shuffled(using: &chance), many(referral).shuffled(using: &chance))
    }
}

/// Events in the order in which they were written down, each with its number among those of its subject.
struct EventLog: Sendable {
    private(set) var events: [Event] = []
    private var numbers: [String: Int] = [:]

    /// - Parameter id: where it is the same event as another.
    mutating func tell(_ data: EventData, at time: Date, _ chance: inout Chance) {
        let subject = data.payload.subject
        numbers[subject, default: 0] += 1
        events.append(Event(id: chance.uuid(), time: time, sequence: numbers[subject] ?? 1, data: data))
    }
}

extension Date {
    /// In milliseconds, as the wire has it, so many seconds after the beginning of 2026 (UTC).
    static func in2026(_ seconds: Double) -> Date {
        Date(timeIntervalSince1970: ((1_767_225_600 + seconds) * 1000).rounded() / 1000)
    }
}

extension [Event] {
    /// As a feed under way tells them: most in the order of time, some far from it, some twice.
    func disordered(_ chance: inout Chance) -> [Event] {
        var told = sorted { $0.time < $1.time }
        for _ in 0..<(count / 10) {
            told.swapAt(chance.number(in: 0..<count), chance.number(in: 0..<count))
        }
        var places = told.indices.map { (at: Double($0), event: $0) }
        for _ in 0..<(count / 20) {
            places.append(
                (Double.random(in: 0...Double(count), using: &chance), chance.number(in: 0..<count)))
        }
        return places.sorted { $0.at < $1.at }.map { told[$0.event] }
    }
}
