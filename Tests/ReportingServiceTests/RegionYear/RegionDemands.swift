import Foundation
import Schema
import Support

/// What a broker tells of a region's year: receptions, closings, and who is forgotten; referrals by ``RegionReferral``.
struct RegionDemands {
    private(set) var log = EventLog()
    private(set) var erased: [UUID] = []
    private var random: SeededGenerator
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
        random = SeededGenerator(seed: seed)
        self.structures = structures
        var random = random
        persons = (0..<max(count, 1)).map { _ in Self.person(&random) }
        self.random = random
    }

    private static func person(_ random: inout SeededGenerator) -> Person {
        let home = random.pick(RegionYear.territories)
        return Person(
            key: random.uuid(),
            audiences: random.some(random.weighted([0: 5, 1: 75, 2: 20]), of: Vocabulary.audience.codes),
            situations: random.some(random.weighted([0: 70, 1: 24, 2: 6]), of: Vocabulary.situation.codes),
            sex: random.weighted(["femme": 50, "homme": 42, "autre": 2, "non-communique": 4, nil: 2]),
            ageBand: random.oneIn(20) ? nil : random.pick(Vocabulary.ageBand.codes),
            education: random.oneIn(12) ? nil : random.pick(Vocabulary.education.codes),
            commune: random.weighted([random.pick(home.communes): 84, "35238": 4, nil: 12]))
    }

    mutating func addDemand() {
        let demand = random.uuid()
        let person = random.pick(persons)
        // Who comes anonymously may have an alias, by which they are known again.
        let isAnonymous = random.chance(9)
        let key = isAnonymous ? (random.oneIn(4) ? person.key : nil) : random.oneIn(60) ? nil : person.key
        let urgency = random.weighted(["normale": 80, "haute": 12, "immediate": 8])
        var at = random.seconds(-200_000...31_400_000)
        let opened = at
        var visited: [RegionStructures.Structure] = []
        for _ in 0..<random.weighted([1: 76, 2: 18, 3: 6]) {
            // Sometimes the structure is one that the directory has never told of.
            let stranger = RegionStructures.Structure(id: random.uuid(), network: "cio", territory: nil)
            let again = visited.last.flatMap { random.oneIn(3) ? $0 : nil }
            let structure = again ?? (random.oneIn(80) ? stranger : random.pick(structures))
            visited.append(structure)
            receive(demand, person, key, isAnonymous, at: structure, urgency, received: at)
            at += random.seconds(600...2_000_000)
        }
        var helpers = Set(visited.map(\.id))
        if random.chance(key == nil ? 4 : 16) {
            var referral = RegionReferral(
                demand: demand, person: key, sender: visited[0], urgency: urgency, structures: structures)
            referral.tell(at: opened + random.seconds(60...80_000), to: &log, &random)
            helpers.formUnion(referral.helpers)
        }
        close(demand, key, after: at, visited.count, helpers.count)
    }

    private mutating func receive(
        _ demand: UUID, _ person: Person, _ key: UUID?, _ isAnonymous: Bool,
        at structure: RegionStructures.Structure, _ urgency: String, received: Double
    ) {
        let channel = random.weighted([
            "presentiel": 58, "telephone": 16, "visio": 9, "courriel": 7, "tchat": 5, "en-ligne": 5,
        ])
        let preferred = random.oneIn(3) ? nil : random.oneIn(3) ? random.pick(Vocabulary.channel.codes) : channel
        let wait = random.seconds(urgency == "normale" ? 0...1_800_000 : 0...150_000)
        let opening = ReceptionOpening(
            demand: demand, structure: structure.id, network: structure.network, territory: structure.territory,
            channel: channel, access: random.weighted(["flux": 44, "rendez-vous": 36, "asynchrone": 12, nil: 8]),
            preferredChannel: preferred, urgency: urgency,
            requestedAt: random.oneIn(3) ? nil : .in2026(received - wait), receivedAt: .in2026(received),
            isAnonymous: isAnonymous, isInScope: random.chance(92), person: key, audiences: person.audiences,
            situations: person.situations, sex: person.sex, ageBand: person.ageBand, education: person.education,
            residenceCommune: person.commune)
        // Most are told at once, some weeks later.
        let told = received + (random.oneIn(20) ? random.seconds(100_000...3_500_000) : random.seconds(0...900))
        log.tell(.receptionOpened(opening), at: .in2026(told), &random)
    }

    /// Some stay open, some are closed a second time.
    private mutating func close(_ demand: UUID, _ key: UUID?, after: Double, _ receptions: Int, _ helpers: Int) {
        var at = after
        for _ in 0..<random.weighted([0: 8, 1: 86, 2: 6]) {
            at += random.seconds(600...3_000_000)
            let isProposed = random.chance(42)
            let closing = DemandClosing(
                demand: demand,
                outcome: random.weighted(["satisfaite": 60, "partielle": 18, "insatisfaite": 10, "abandonnee": 12]),
                structuresCount: helpers, receptionsCount: receptions, isSummaryGiven: random.chance(70),
                isCharged: random.weighted([false: 68, true: 2, nil: 30]), isCounsellingProposed: isProposed,
                isCounsellingAccepted: isProposed ? random.weighted([true: 64, false: 30, nil: 6]) : nil,
                isAppointmentRequested: random.chance(26), person: key)
            log.tell(.demandClosed(closing), at: .in2026(at), &random)
        }
    }

    /// One person of two hundred is forgotten, somewhere in the year.
    mutating func addErasures() {
        for person in random.some(max(persons.count / 200, 1), of: persons) {
            erased.append(person.key)
            let (erasure, at) = (random.uuid(), random.seconds(0...33_000_000))
            let asked = random.some(random.int(0...3), of: structures).map(\.id)
            let request = ErasureRequest(erasure: erasure, structures: asked, person: person.key)
            log.tell(.erasureRequested(request), at: .in2026(at), &random)
            for structure in asked {
                let answer = ErasureAcknowledgement(
                    erasure: erasure, structure: structure, answer: random.pick(ErasureAcknowledgement.answers),
                    retainedUntil: random.oneIn(2) ? nil : RegionStructures.day(21_000), person: person.key)
                log.tell(.erasureAcknowledged(answer), at: .in2026(at + random.seconds(600...900_000)), &random)
            }
        }
    }
}
