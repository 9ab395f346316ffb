import Foundation
import Postgres
import Schema

/// What the directory tells of structures, labels, conventions and territories (D1 to D4), as rows of the tables of
/// ``DirectoryFactRepository``. Sets are sorted: their order says nothing.
struct DirectoryFacts {
    private(set) var structureStates = CopyRows()
    private(set) var structureOffers = CopyRows()
    private(set) var structureClosures = CopyRows()
    private(set) var labelDecisions = CopyRows()
    private(set) var conventionStates = CopyRows()
    private(set) var territoryStates = CopyRows()

    mutating func add(_ structure: StructureChange, since instant: Date) throws {
        let counted = structure.offers.filter { DeliveryManner.faceToFace.isOf($0.modalities) }
        let served = ServedPlaces(
            offers: counted.map { $0.zones.map(\.key) }, participatesIn: structure.participatesIn,
            locatedIn: structure.locatedIn)
        let values: (region: String?, status: String?, label: String?) =
            (structure.region, structure.status, structure.labelState)
        try structureStates.append(
            structure.id, structure.version, instant, false, values.region, values.status, values.label,
            structure.locatedIn.sorted(), served.zones.sorted(), served.territories.sorted(),
            structure.networks.sorted(), structure.participatesIn.sorted(), structure.accessibility.sorted(),
            structure.staff?.declared, structure.staff?.qualified, structure.logoDisplayedOn.map(Day.init),
            structure.location?.latitude, structure.location?.longitude)
        for offer in structure.offers {
            try structureOffers.append(
                structure.id, structure.version, offer.id, offer.serviceKind,
                Set(offer.modalities.map(\.channel)).sorted(), Set(offer.modalities.compactMap(\.access)).sorted(),
                offer.zones.map(\.key).sorted(), offer.verifiedOn.map(Day.init), offer.halfDays)
        }
        // Of two closures on the same days the one that was announced first.
        let closures = structure.closures.sorted { Self.order($0) < Self.order($1) }
        for (place, closure) in closures.enumerated() {
            if place > 0, closures[place - 1].from == closure.from, closures[place - 1].to == closure.to { continue }
            try structureClosures.append(
                structure.id, structure.version, Day(closure.from), Day(closure.to), closure.announcedOn.map(Day.init))
        }
    }

    private static func order(_ closure: Closure) -> (Int, Int, Int) {
        (
            closure.from.daysSinceEpoch, closure.to.daysSinceEpoch,
            closure.announcedOn?.daysSinceEpoch ?? Int.max
        )
    }

    mutating func addGone(_ structure: UUID, _ version: Int, since instant: Date) throws {
        let (text, number, day, degrees): (String?, Int?, Day?, Double?) = (nil, nil, nil, nil)
        let none: [String] = []
        try structureStates.append(
            structure, version, instant, true, text, text, text, none, none, none, none, none, none, number, number,
            day, degrees, degrees)
    }

    mutating func add(_ label: LabelDecision, by event: UUID) throws {
        try labelDecisions.append(
            event, label.structure, label.decidedAt, label.decision, label.call, label.filedAt)
    }

    mutating func add(_ convention: ConventionChange, since instant: Date, by event: UUID) throws {
        let (level, validFrom): (String?, Day?) = (convention.level, Day(convention.validFrom))
        try conventionStates.append(
            event, convention.convention, instant, false, level, convention.parties.sorted(), validFrom,
            convention.validUntil.map(Day.init))
    }

    mutating func addGone(convention: UUID, since instant: Date, by event: UUID) throws {
        let (level, parties, day): (String?, [String], Day?) = (nil, [], nil)
        try conventionStates.append(event, convention, instant, true, level, parties, day, day)
    }

    mutating func add(_ territory: TerritoryChange, since instant: Date, by event: UUID) throws {
        try territoryStates.append(
            event, territory.code, instant, territory.coordinatorDesignated,
            territory.committeeStructures.sorted { $0.text < $1.text })
    }
}

extension Day {
    fileprivate init(_ date: CalendarDate) { self.init(daysSinceEpoch: date.daysSinceEpoch) }
}
