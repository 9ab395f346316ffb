import Foundation
import Schema
import Support

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
    private var random: SeededGenerator
    private let calls: [UUID]

    static let networks = [
        "mission-locale", "cio", "cap-emploi", "apec", "france-travail", "crij", "transitions-pro", "suio",
    ]

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        var random = SeededGenerator(seed: seed + 1)
        calls = (0..<4).map { _ in random.uuid() }
    }

    mutating func addStructure() throws {
        let isForeign = random.oneIn(40)
        let territory = random.pick(RegionYear.territories)
        let department = isForeign ? "35" : territory.department
        let networks = random.some(random.weighted([0: 6, 1: 80, 2: 14]), of: Self.networks)
        var sketch = StructureSketch(
            id: random.uuid(), region: isForeign ? "53" : RegionYear.region, networks: networks)
        sketch.locatedIn = ["departement:\(department)"] + (isForeign || random.oneIn(25) ? [] : [territory.key])
        sketch.participatesIn = random.oneIn(6) ? [random.pick(RegionYear.territories).key] : []
        sketch.status = random.weighted([
            "membre": 50, "signataire": 24, "membre-associe": 8, "partenaire-ressource": 7, "point-de-contact": 8,
            "service-dematerialise": 3,
        ])
        sketch.accessibility = random.some(random.int(0...3), of: Vocabulary.accessibility.codes)
        sketch.location = random.oneIn(12) ? nil : point(near: territory.department)
        sketch.staff = random.oneIn(5) ? nil : random.int(1...40)
        sketch.qualified = random.oneIn(5) ? nil : sketch.staff.map { random.int(0...$0) }
        for _ in 0..<random.weighted([0: 6, 1: 30, 2: 34, 3: 20, 4: 10]) {
            sketch.offers.append(StructureSketch.Offer(&random, in: territory))
        }
        var at = random.seconds(-31_000_000...12_000_000)
        let label = random.chance(40) ? random.int(1...3) : 0
        for version in 1...(random.int(1...4) + label) {
            sketch.version = version
            sketch.age(until: at, &random)
            if version <= label { decide(&sketch, turn: version, at: at) }
            log.tell(.structureChanged(try sketch.change()), at: .in2026(at), &random)
            at += random.seconds(300_000...12_000_000)
        }
        end(sketch, at: at)
        structures.append(
            Structure(
                id: sketch.id, network: CountedUnder.network(among: networks),
                territory: CountedUnder.territory(among: sketch.locatedIn)))
    }

    /// The region decides, and the structure has the label from its next version on.
    private mutating func decide(_ sketch: inout StructureSketch, turn: Int, at: Double) {
        let decision =
            switch sketch.label {
            case "accorde": random.pick(["suspendu", "retire"])
            case "suspendu": random.pick(["accorde", "retire"])
            default: random.weighted(["accorde": 7, "refuse": 3])
            }
        let filed = random.oneIn(10) ? nil : Date.in2026(at - random.seconds(1_000_000...10_000_000))
        let told = LabelDecision(
            call: random.oneIn(9) ? nil : random.pick(calls), structure: sketch.id, filedAt: filed,
            decidedAt: .in2026(at - random.seconds(0...500_000)), decision: decision)
        log.tell(.labelDecided(told), at: .in2026(at), &random)
        // That it was refused is nobody's business.
        if decision != "refuse" { sketch.label = decision }
    }

    private mutating func end(_ sketch: StructureSketch, at: Double) {
        let version = sketch.version + 1
        if random.oneIn(16) {
            log.tell(.structureRemoved(StructureRemoval(id: sketch.id, version: version)), at: .in2026(at), &random)
        } else if random.oneIn(12), let other = structures.last {
            let merger = StructureMerger(id: sketch.id, version: version, into: other.id)
            log.tell(.structureMerged(merger), at: .in2026(at), &random)
        }
    }

    private mutating func point(near department: String) -> Coordinate? {
        let middle = [
            "44": (47.3, -1.7), "49": (47.4, -0.5), "53": (48.1, -0.7), "72": (48.0, 0.2), "85": (46.7, -1.4),
        ]
        let (latitude, longitude) = middle[department] ?? (47, -1)
        func degrees(_ centre: Double) -> Double {
            ((centre + Double.random(in: -0.3...0.3, using: &random)) * 100_000).rounded() / 100_000
        }
        return Coordinate(latitude: degrees(latitude), longitude: degrees(longitude))
    }

    // MARK: Conventions and coordinations

    mutating func addConventions() {
        for _ in 0..<(structures.count / 2) {
            let id = random.uuid()
            let level = random.weighted(["etat-region": 1, "region-reseau": 3, "region-reseau-structure": 6])
            let structure = random.pick(structures)
            let network = structure.network ?? random.pick(Self.networks)
            let parties =
                switch level {
                case "etat-region": ["etat", "region:52"]
                case "region-reseau": ["region:52", network]
                default: ["region:52", network, structure.id.text]
                }
            let from = random.int(19_800...20_700)
            var until = random.oneIn(5) ? nil : from + random.int(90...800)
            var at = Double(from - 20_454) * 86_400 + random.seconds(0...2_000_000)
            for _ in 0..<random.weighted([1: 6, 2: 3, 3: 1]) {
                let change = ConventionChange(
                    convention: id, level: level, parties: parties, validFrom: Self.day(from),
                    validUntil: until.map(Self.day))
                log.tell(.conventionChanged(change), at: .in2026(at), &random)
                at += random.seconds(1_000_000...9_000_000)
                until = until.map { $0 + random.int(-60...365) }.map { max($0, from) }
            }
            if random.oneIn(14) {
                log.tell(.conventionRemoved(ConventionRemoval(convention: id)), at: .in2026(at), &random)
            }
        }
    }

    mutating func addCoordinations() {
        for (place, territory) in RegionYear.territories.enumerated() {
            // One of which nobody has ever written.
            var at = random.seconds(-20_000_000...2_000_000)
            for _ in 0..<random.int(2...9) {
                let own = structures.filter { $0.territory == territory.key }.map(\.id)
                let change = TerritoryChange(
                    code: territory.key, coordinatorDesignated: place == 7 ? nil : random.chance(75),
                    committeeStructures: place == 7 ? [] : random.some(random.int(0...own.count), of: own))
                log.tell(.territoryChanged(change), at: .in2026(at), &random)
                at += random.seconds(500_000...9_000_000)
            }
        }
        let listed = TerritoryChange(code: "epci:244400404", coordinatorDesignated: nil, committeeStructures: [])
        log.tell(.territoryChanged(listed), at: .in2026(-5_000_000), &random)
    }

    static func day(_ sinceEpoch: Int) -> CalendarDate { CalendarDate(daysSinceEpoch: sinceEpoch)! }
}
