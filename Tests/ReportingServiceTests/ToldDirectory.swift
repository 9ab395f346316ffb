import Foundation
import Schema
import Support

@testable import DemoActivity

/// A few structures and conventions as the directory's feed tells of them, told by the test one by one.
struct ToldDirectory {
    private(set) var events: [Event] = []
    private var ids = Chance(seed: 1)
    private var versions: [UUID: Int] = [:]

    mutating func id() -> UUID { ids.uuid() }

    /// The next version of a structure; of a region it lies in its department of that number.
    mutating func tell(
        _ id: UUID, of region: String = "52", network: String? = "cio", status: String = "membre",
        verified: String? = nil, closures: [Closing] = [], at day: String
    ) throws {
        versions[id, default: 0] += 1
        let offer: JSONValue = [
            "id": .string(self.id().text), "service_kind": "accueil-information", "modalities": [], "zones": [],
            "verified_on": verified.map(JSONValue.string) ?? .null, "half_days": .null,
        ]
        let structure: JSONValue = [
            "id": .string(id.text), "version": .number(JSONNumber(versions[id] ?? 1)), "region": .string(region),
            "located_in": [.string("departement:\(region)"), .string("territoire-spro:\(region)-01")],
            "participates_in": [], "networks": .array(network.map { [.string($0)] } ?? []),
            "status": .string(status), "label_state": "aucun", "offers": .array(verified == nil ? [] : [offer]),
            "accessibility": [], "staff": .null, "logo_displayed_on": .null,
            "closures": .array(
                closures.map { closing in
                    [
                        "from": .string(closing.from), "to": .string(closing.to),
                        "announced_on": closing.announced.map(JSONValue.string) ?? .null,
                    ]
                }),
            "location": .null,
        ]
        tell(.structureChanged(try ObjectReader.read(structure, StructureChange.init)), at: day)
    }

    /// Days on which a structure is closed.
    struct Closing {
        let from: String
        let to: String
        var announced: String?
    }

    mutating func end(_ id: UUID, at day: String) {
        versions[id, default: 0] += 1
        tell(.structureRemoved(StructureRemoval(id: id, version: versions[id] ?? 1)), at: day)
    }

    mutating func tellConvention(_ parties: [String], from: String, until: String?, at day: String) {
        let level = parties.contains { UUID(text: $0) != nil } ? "region-reseau-structure" : "region-reseau"
        let change = ConventionChange(
            convention: id(), level: level, parties: parties, validFrom: Self.day(from),
            validUntil: until.map(Self.day))
        tell(.conventionChanged(change), at: day)
    }

    mutating func tellLabel(_ decision: String, of id: UUID, by call: UUID?, filed: String, decided: String) {
        let told = LabelDecision(
            call: call, structure: id, filedAt: Self.noon(filed), decidedAt: Self.noon(decided), decision: decision)
        tell(.labelDecided(told), at: decided)
    }

    private mutating func tell(_ data: EventData, at day: String) {
        events.append(Event(id: id(), time: Self.noon(day), sequence: events.count + 1, data: data))
    }

    static func day(_ text: String) -> CalendarDate { CalendarDate(text: text)! }
    static func noon(_ text: String) -> Date { ParisClock.start(of: day(text)) + 43_200 }
}
