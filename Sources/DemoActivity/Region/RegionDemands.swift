import Foundation
import Schema

/// What a broker tells of a region's year: receptions, closings, and who is forgotten; referrals by ``RegionReferral``.
struct RegionDemands {
    private(set) var log = EventLog()
    private(set) var erased: [UUID] = []
    private var chance: Chance
    private let structures: [RegionStructures.Structure]
    private let persons: [Person]

    private struct Person {
        let key: UUID
        let audiences: [String]
        let situations: [String]
        let sex: String?
        let ageBand: String?
        let education: String?
        let commune: String?
    }

    init(seed: UInt64, structures: [RegionStructures.Structure], persons count: Int) {
        chance = Chance(seed: seed)
        self.structures = structures
        var chance = chance
        persons = (0..<max(count, 1)).map { _ in Self.person(&chance) }
        self.chance = chance
    }

    private static func person(_ chance: inout Chance) -> Person {
        let home = chance.one(of: RegionYear.territories)
        return Person(
            key: chance.uuid(),
            audiences: chance.some(
                chance.pick([(0, 5), (1, 75), (2, 20)]), of: Vocabulary.audience.codes),
            situations: chance.some(
                chance.pick([(0, 70), (1, 24), (2, 6)]), of: Vocabulary.situation.codes),
            sex: chance.pick([
                ("femme", 50), ("homme", 42), ("autre", 2), ("non-communique", 4), (nil, 2),
            ]),
            ageBand: chance.oneIn(20) ? nil : chance.one(of: Vocabulary.ageBand.codes),
            education: chance.oneIn(12) ? nil : chance.one(of: Vocabulary.education.codes),
            commune: chance.pick([(chance.one(of: home.communes), 84), ("35238", 4), (nil, 12)]))
    }

    mutating func addDemand() {
        let demand = chance.uuid()
        let person = chance.one(of: persons)
        // Who comes anonymously may have an alias, by which they are known again.
        let isAnonymous = chance.happens(9)
        let key =
            isAnonymous ? (chance.oneIn(4) ? person.key : nil) : chance.oneIn(60) ? nil : person.key
        let urgency = chance.pick([("normale", 80), ("haute", 12), ("immediate", 8)])
        var at = chance.seconds(-200_000...31_400_000)
        let opened = at
        var visited: [RegionStructures.Structure] = []
        for _ in 0..<chance.pick([(1, 76), (2, 18), (3, 6)]) {
            // Sometimes the structure is one that the directory has never told of.
            let stranger = RegionStructures.Structure(id: chance.uuid(), network: "cio", territory: nil)
            let again = visited.last.flatMap { chance.oneIn(3) ? $0 : nil }
            let structure = again ?? (chance.oneIn(80) ? stranger : chance.one(of: structures))
            visited.append(structure)
            receive(demand, person, key, isAnonymous, at: structure, urgency, received: at)
            at += chance.seconds(600...2_000_000)
        }
        var helpers = Set(visited.map(\.id))
        if chance.happens(key == nil ? 4 : 16) {
            var referral = RegionReferral(
                demand: demand, person: key, sender: visited[0], urgency: urgency, structures: structures)
            referral.tell(at: opened + chance.seconds(60...80_000), to: &log, &chance)
            helpers.formUnion(referral.helpers)
        }
        close(demand, key, after: at, visited.count, helpers.count)
    }

    private mutating func receive(
        _ demand: UUID, _ person: Person, _ key: UUID?, _ isAnonymous: Bool,
        at structure: RegionStructures.Structure, _ urgency: String, received: Double
    ) {
        let channel = chance.pick([
            ("presentiel", 58), ("telephone", 16), ("visio", 9), ("courriel", 7), ("tchat", 5),
            ("en-ligne", 5),
        ])
        let preferred =
            chance.oneIn(3) ? nil : chance.oneIn(3) ? chance.one(of: Vocabulary.channel.codes) : channel
        let wait = chance.seconds(urgency == "normale" ? 0...1_800_000 : 0...150_000)
        let opening = ReceptionOpening(
            demand: demand, structure: structure.id, network: structure.network,
            territory: structure.territory,
            channel: channel,
            access: chance.pick([("flux", 44), ("rendez-vous", 36), ("asynchrone", 12), (nil, 8)]),
            preferredChannel: preferred, urgency: urgency,
            requestedAt: chance.oneIn(3) ? nil : .in2026(received - wait), receivedAt: .in2026(received),
            isAnonymous: isAnonymous, isInScope: chance.happens(92), person: key,
            audiences: person.audiences,
            situations: person.situations, sex: person.sex, ageBand: person.ageBand,
            education: person.education,
            residenceCommune: person.commune)
        // Most are told at once, some weeks later.
        let told =
            received + (chance.oneIn(20) ? chance.seconds(100_000...3_500_000) : chance.seconds(0...900))
        log.tell(.receptionOpened(opening), at: .in2026(told), &chance)
    }

    /// Some stay open, some are closed a second time.
    private mutating func close(
        _ demand: UUID, _ key: UUID?, after: Double, _ receptions: Int, _ helpers: Int
    ) {
        var at = after
        for _ in 0..<chance.pick([(0, 8), (1, 86), (2, 6)]) {
            at += chance.seconds(600...3_000_000)
            let isProposed = chance.happens(42)
            let closing = DemandClosing(
                demand: demand,
                outcome: chance.pick([
                    ("satisfaite", 60), ("partielle", 18), ("insatisfaite", 10), ("abandonnee", 12),
                ]),
                structuresCount: helpers, receptionsCount: receptions, isSummaryGiven: chance.happens(70),
                isCharged: chance.pick([(false, 68), (true, 2), (nil, 30)]),
                isCounsellingProposed: isProposed,
                isCounsellingAccepted: isProposed ? chance.pick([(true, 64), (false, 30), (nil, 6)]) : nil,
                isAppointmentRequested: chance.happens(26), person: key)
            log.tell(.demandClosed(closing), at: .in2026(at), &chance)
        }
    }

    /// One person of two hundred is forgotten, somewhere in the year.
    mutating func addErasures() {
        for person in chance.some(max(persons.count / 200, 1), of: persons) {
            erased.append(person.key)
            let (erasure, at) = (chance.uuid(), chance.seconds(0...33_000_000))
            let asked = chance.some(chance.number(in: 0...3), of: structures).map(\.id)
            let request = ErasureRequest(erasure: erasure, structures: asked, person: person.key)
            log.tell(.erasureRequested(request), at: .in2026(at), &chance)
            for structure in asked {
                let answer = ErasureAcknowledgement(
                    erasure: erasure, structure: structure,
                    answer: chance.one(of: ErasureAcknowledgement.answers),
                    retainedUntil: chance.oneIn(2) ? nil : RegionStructures.day(21_000), person: person.key)
                log.tell(
                    .erasureAcknowledged(answer), at: .in2026(at + chance.seconds(600...900_000)), &chance)
            }
        }
    }
}
