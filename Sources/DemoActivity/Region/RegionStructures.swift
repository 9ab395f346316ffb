import Foundation
import Schema

/// What a directory tells of a region in two years: structures with their labels, conventions, coordinations.
struct RegionStructures {
    struct Structure: Sendable {
        let id: UUID
        /// Under which it counts.
        let network: String?
        let territory: String?
    }

    private(set) var structures: [Structure] = []
    private(set) var log = EventLog()
    private var chance: Chance
    private let calls: [UUID]

    static let networks = [
        "mission-locale", "cio", "cap-emploi", "apec", "france-travail", "crij", "transitions-pro",
        "suio",
    ]

    init(seed: UInt64) {
        chance = Chance(seed: seed)
        var chance = Chance(seed: seed + 1)
        calls = (0..<4).map { _ in chance.uuid() }
    }

    mutating func addStructure() throws {
        let isForeign = chance.oneIn(40)
        let territory = chance.one(of: RegionYear.territories)
        let department = isForeign ? "35" : territory.department
        let networks = chance.some(chance.pick([(0, 6), (1, 80), (2, 14)]), of: Self.networks)
        var sketch = StructureSketch(
            id: chance.uuid(), region: isForeign ? "53" : RegionYear.region, networks: networks)
        sketch.locatedIn =
            ["departement:\(department)"] + (isForeign || chance.oneIn(25) ? [] : [territory.key])
        sketch.participatesIn = chance.oneIn(6) ? [chance.one(of: RegionYear.territories).key] : []
        sketch.status = chance.pick([
            ("membre", 50), ("signataire", 24), ("membre-associe", 8), ("partenaire-ressource", 7),
            ("point-de-contact", 8), ("service-dematerialise", 3),
        ])
        sketch.accessibility = chance.some(chance.number(in: 0...3), of: Vocabulary.accessibility.codes)
        sketch.location = chance.oneIn(12) ? nil : point(near: territory.department)
        sketch.staff = chance.oneIn(5) ? nil : chance.number(in: 1...40)
        sketch.qualified = chance.oneIn(5) ? nil : sketch.staff.map { chance.number(in: 0...$0) }
        for _ in 0..<chance.pick([(0, 6), (1, 30), (2, 34), (3, 20), (4, 10)]) {
            sketch.offers.append(StructureSketch.Offer(&chance, in: territory))
        }
        var at = chance.seconds(-31_000_000...12_000_000)
        let label = chance.happens(40) ? chance.pick([(1, 5), (2, 2), (3, 2), (4, 1)]) : 0
        let call = chance.oneIn(9) ? nil : chance.one(of: calls)
        for version in 1...(chance.number(in: 1...4) + label) {
            sketch.version = version
            sketch.age(until: at, &chance)
            if version <= label { decide(&sketch, of: call, at: at) }
            log.tell(.structureChanged(try sketch.change()), at: .in2026(at), &chance)
            at += chance.seconds(300_000...12_000_000)
        }
        end(sketch, at: at)
        structures.append(
            Structure(
                id: sketch.id, network: CountedUnder.network(among: networks),
                territory: CountedUnder.territory(among: sketch.locatedIn)))
    }

    /// The region decides, and the structure has the label from its next version on.
    private mutating func decide(_ sketch: inout StructureSketch, of call: UUID?, at: Double) {
        let decision =
            switch sketch.label {
            case "accorde": chance.one(of: ["suspendu", "retire"])
            case "suspendu": chance.one(of: ["accorde", "retire"])
            default: chance.pick([("accorde", 7), ("refuse", 3)])
            }
        let filed = chance.oneIn(10) ? nil : Date.in2026(at - chance.seconds(1_000_000...10_000_000))
        let told = LabelDecision(
            call: chance.oneIn(6) ? chance.one(of: calls) : call, structure: sketch.id, filedAt: filed,
            decidedAt: .in2026(at - chance.seconds(0...500_000)), decision: decision)
        log.tell(.labelDecided(told), at: .in2026(at), &chance)
        // That it was refused is nobody's business.
        if decision != "refuse" { sketch.label = decision }
    }

    private mutating func end(_ sketch: StructureSketch, at: Double) {
        let version = sketch.version + 1
        if chance.oneIn(16) {
            log.tell(
                .structureRemoved(StructureRemoval(id: sketch.id, version: version)), at: .in2026(at),
                &chance)
        } else if chance.oneIn(12), let other = structures.last {
            let merger = StructureMerger(id: sketch.id, version: version, into: other.id)
            log.tell(.structureMerged(merger), at: .in2026(at), &chance)
        }
    }

    private mutating func point(near department: String) -> Coordinate? {
        let middle = [
            "44": (47.3, -1.7), "49": (47.4, -0.5), "53": (48.1, -0.7), "72": (48.0, 0.2),
            "85": (46.7, -1.4),
        ]
        let (latitude, longitude) = middle[department] ?? (47, -1)
        func degrees(_ centre: Double) -> Double {
            ((centre + Double.random(in: -0.3...0.3, using: &chance)) * 100_000).rounded() / 100_000
        }
        return Coordinate(latitude: degrees(latitude), longitude: degrees(longitude))
    }

    // MARK: Conventions and coordinations

    mutating func addConventions() {
        for _ in 0..<(structures.count / 2) {
            let id = chance.uuid()
            let level = chance.pick([
                ("etat-region", 1), ("region-reseau", 3), ("region-reseau-structure", 6),
            ])
            let structure = chance.one(of: structures)
            let network = structure.network ?? chance.one(of: Self.networks)
            // Another region signs with networks and structures of its own, some of which act here, too.
            let region = "region:\(chance.oneIn(4) ? "53" : RegionYear.region)"
            let parties =
                switch level {
                case "etat-region": ["etat", region]
                case "region-reseau": [region, network]
                default: [region, network, structure.id.text]
                }
            let from = chance.number(in: 19_800...20_700)
            var until = chance.oneIn(5) ? nil : from + chance.number(in: 90...800)
            var at = Double(from - 20_454) * 86_400 + chance.seconds(0...2_000_000)
            for _ in 0..<chance.pick([(1, 6), (2, 3), (3, 1)]) {
                let change = ConventionChange(
                    convention: id, level: level, parties: parties, validFrom: Self.day(from),
                    validUntil: until.map(Self.day))
                log.tell(.conventionChanged(change), at: .in2026(at), &chance)
                at += chance.seconds(1_000_000...9_000_000)
                until = until.map { $0 + chance.number(in: -60...365) }.map { max($0, from) }
            }
            if chance.oneIn(14) {
                log.tell(.conventionRemoved(ConventionRemoval(convention: id)), at: .in2026(at), &chance)
            }
        }
    }

    mutating func addCoordinations() {
        for (place, territory) in RegionYear.territories.enumerated() {
            // One of which nobody has ever written.
            var at = chance.seconds(-20_000_000...2_000_000)
            for _ in 0..<chance.number(in: 2...9) {
                let own = structures.filter { $0.territory == territory.key }.map(\.id)
                let change = TerritoryChange(
                    code: territory.key, coordinatorDesignated: place == 7 ? nil : chance.happens(75),
                    committeeStructures: place == 7
                        ? [] : chance.some(chance.number(in: 0...own.count), of: own))
                log.tell(.territoryChanged(change), at: .in2026(at), &chance)
                at += chance.seconds(500_000...9_000_000)
            }
        }
        let listed = TerritoryChange(
            code: "epci:244400404", coordinatorDesignated: nil, committeeStructures: [])
        log.tell(.territoryChanged(listed), at: .in2026(-5_000_000), &chance)
    }

    static func day(_ sinceEpoch: Int) -> CalendarDate { CalendarDate(daysSinceEpoch: sinceEpoch)! }
}
