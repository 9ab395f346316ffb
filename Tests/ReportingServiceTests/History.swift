import Foundation
import Schema
import Support

@testable import DemoActivity

/// A year of a small region's guidance as the two feeds tell it: events that come late, twice and out of order.
struct History {
    private(set) var directory: [Event] = []
    private(set) var referral: [Event] = []
    /// Asked to be forgotten somewhere in the referral feed.
    private(set) var erased: [UUID] = []

    private var random: SeededGenerator
    private var ids: Chance
    private var structures: [(id: UUID, network: String?, territory: String)] = []
    private var persons: [UUID] = []

    static let networks = ["mission-locale", "cio", "cap-emploi", "apec", "france-travail"]
    /// Territory and department; one department is a territory of its own.
    static let territories = [("52-01", "44"), ("52-02", "44"), ("52-03", "49"), ("52-04", "85"), ("52-05", "85")]

    init(seed: UInt64, demands: Int, persons count: Int? = nil) throws {
        random = SeededGenerator(seed: seed)
        ids = Chance(seed: seed)
        persons = (0..<(count ?? demands * 2 / 3)).map { _ in ids.uuid() }
        for place in 0..<40 { addStructure(place) }
        for _ in 0..<demands { addDemand() }
        for person in persons.shuffled(using: &random).prefix(persons.count / 200) {
            erased.append(person)
            let request = ErasureRequest(erasure: ids.uuid(), structures: [], person: person)
            referral.append(event(.erasureRequested(request), at: instant()))
        }
        directory = directory.disordered(&ids)
        referral = referral.disordered(&ids)
    }

    // MARK: What happens

    private mutating func addStructure(_ place: Int) {
        let id = ids.uuid()
        let (territory, department) = Self.territories[place % Self.territories.count]
        // The last one of all lies in another region, and one belongs to no network.
        let isForeign = place == 39
        let network = place == 38 ? nil : Self.networks[place % Self.networks.count]
        // Without zones they would serve all of their departments, and nothing were left to tell apart.
        let hasZones = place % 9 != 8 && place % 20 != 0
        let versions = Int.random(in: 1...3, using: &random)
        var at = Date(timeIntervalSince1970: 1_735_689_600 + Double(place) * 1_500_000)  // from 2025-01-01 on
        for version in 1...versions {
            let change = StructureChange(
                id: id, version: version, region: isForeign ? "53" : "52",
                locatedIn: (hasZones ? ["departement:\(isForeign ? "35" : department)"] : [])
                    + (isForeign || place == 37 ? [] : ["territoire-spro:\(territory)"]),
                participatesIn: place == 36 ? ["territoire-spro:52-01"] : [], networks: network.map { [$0] } ?? [],
                status: place == 35 ? "point-de-contact" : "membre", labelState: "aucun",
                offers: place % 9 == 8 ? [] : [offer(place)], accessibility: [], staff: nil, logoDisplayedOn: nil,
                closures: [], location: nil)
            directory.append(event(.structureChanged(change), at: at, sequence: version))
            at += Double.random(in: 1_000_000...40_000_000, using: &random).rounded()
        }
        if place % 13 == 12 {
            directory.append(
                event(
                    .structureRemoved(StructureRemoval(id: id, version: versions + 1)), at: at, sequence: versions + 1)
            )
        }
        structures.append((id, network, territory))
    }

    private mutating func offer(_ place: Int) -> StructureChange.Offer {
        let zones: [Zone] =
            switch place % 4 {
            case 0 where place % 20 == 0: []
            case 1: [Zone(type: "commune", code: "44\(100 + place)"), Zone(type: "commune", code: "44109")]
            case 2: [Zone(type: "epci", code: "24440\(1000 + place)")]
            default: place == 27 ? [Zone(type: "departement", code: "85")] : [Zone(type: "commune", code: "49007")]
            }
        // Some are had from afar alone, some do not say how.
        let channels = place % 5 == 4 ? ["telephone"] : place % 7 == 6 ? [] : ["telephone", "presentiel"]
        return StructureChange.Offer(
            id: ids.uuid(), serviceKind: "accueil-information", modalities: channels.map { Modality(channel: $0) },
            zones: zones, verifiedOn: nil, halfDays: nil)
    }

    private mutating func addDemand() {
        let demand = ids.uuid()
        let person = random.oneIn(15) ? nil : random.pick(persons)
        let opened = instant()
        let receptions = random.oneIn(4) ? 2 : 1
        // Sometimes the structure is one that the directory has never told of.
        var visited: [(id: UUID, network: String?, territory: String)] = []
        for turn in 0..<receptions {
            let structure = random.oneIn(60) ? (ids.uuid(), "cio", "52-01") : random.pick(structures)
            visited.append(structure)
            let received = opened + Double(turn) * 86_400
            let opening = ReceptionOpening(
                demand: demand, structure: structure.id, network: structure.network,
                territory: "territoire-spro:\(structure.territory)", channel: "presentiel", access: "flux",
                preferredChannel: nil, urgency: "normale", requestedAt: nil, receivedAt: received,
                isAnonymous: person == nil, isInScope: true, person: person, audiences: ["salarie"], situations: [],
                sex: "femme", ageBand: "26-30", education: nil, residenceCommune: nil)
            referral.append(event(.receptionOpened(opening), at: received))
        }
        var at = opened
        if random.oneIn(3) { addReferral(of: demand, from: visited[0], person, at: opened + 600) }
        // Some stay open, some are closed a second time.
        for _ in 0..<(random.oneIn(8) ? 0 : random.oneIn(20) ? 2 : 1) {
            at += Double.random(in: 3_600...4_000_000, using: &random).rounded()
            let closing = DemandClosing(
                demand: demand, outcome: random.pick(Vocabulary.outcome.codes + ["satisfaite", "satisfaite"]),
                structuresCount: random.oneIn(5) ? 3 : Int.random(in: 1...2, using: &random),
                receptionsCount: receptions, isSummaryGiven: true, isCharged: nil, isCounsellingProposed: false,
                isCounsellingAccepted: nil, isAppointmentRequested: false, person: person)
            referral.append(event(.demandClosed(closing), at: at))
        }
    }

    private mutating func addReferral(
        of demand: UUID, from sender: (id: UUID, network: String?, territory: String), _ person: UUID?, at: Date
    ) {
        let id = ids.uuid()
        let recipient = random.pick(structures)
        let submission = ReferralSubmission(
            referral: id, demand: demand,
            sender: .init(structure: sender.id, network: sender.network, territory: nil),
            recipient: .init(structure: recipient.id, network: recipient.network, territory: nil),
            serviceKind: "cep-conseil", cepLevel: nil, cepFramework: nil, theme: nil, urgency: "normale",
            person: person)
        referral.append(event(.referralSubmitted(submission), at: at))
        // A second telling under another id is no second referral.
        if random.oneIn(30) { referral.append(event(.referralSubmitted(submission), at: at + 3_000_000)) }
        var moment = at
        func move(_ from: ReferralState, _ to: ReferralState) {
            moment += Double.random(in: 60...500_000, using: &random).rounded()
            let move = ReferralMove(
                referral: id, from: from, to: to, actorRole: "recipient", reasonCode: nil, delaySeconds: nil)
            referral.append(event(.referralMoved(move), at: moment))
        }
        if random.oneIn(40) { return move(.submitted, .enteredInError) }
        move(.submitted, .underReview)
        if random.oneIn(4) { return move(.underReview, .declined) }
        move(.underReview, .accepted)
        if random.oneIn(2) {
            let scheduled = moment + Double.random(in: 3_600...900_000, using: &random).rounded()
            let attendance = random.pick([nil, "seen", "seen", "noshow"])
            let record = AppointmentRecord(referral: id, scheduledFor: scheduled, attendance: attendance)
            referral.append(event(.appointmentRecorded(record), at: moment + 60))
        }
        if !random.oneIn(3) { move(.accepted, .inProgress) }
    }

    // MARK: How it is told

    private mutating func event(_ data: EventData, at time: Date, sequence: Int = 1) -> Event {
        Event(id: ids.uuid(), time: time, sequence: sequence, data: data)
    }

    /// In 2026, to the millisecond.
    private mutating func instant() -> Date {
        Date(
            timeIntervalSince1970: Double(Int.random(in: 1_767_200_000_000...1_798_700_000_000, using: &random)) / 1000)
    }
}
