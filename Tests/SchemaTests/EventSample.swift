import Foundation
import Support

@testable import Schema

/// Events of every type, with and without what may be absent.
struct EventSample {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func event(of type: EventType) -> Event {
        Event(id: id(), time: instant(), sequence: generator.int(1...1_000_000), data: data(of: type))
    }

    mutating func data(of type: EventType) -> EventData {
        switch type {
        case .structureChanged: .structureChanged(structure())
        case .structureRemoved: .structureRemoved(StructureRemoval(id: id(), version: count()))
        case .structureMerged: .structureMerged(StructureMerger(id: id(), version: count(), into: id()))
        case .labelDecided:
            .labelDecided(
                LabelDecision(
                    call: maybe { $0.id() }, structure: id(), filedAt: maybe { $0.instant() }, decidedAt: instant(),
                    decision: code(.labelState)))
        case .conventionChanged:
            .conventionChanged(
                ConventionChange(
                    convention: id(), level: code(.conventionLevel), parties: ["etat", "region:52"],
                    validFrom: date(), validUntil: maybe { $0.date() }))
        case .conventionRemoved: .conventionRemoved(ConventionRemoval(convention: id()))
        case .territoryChanged:
            .territoryChanged(
                TerritoryChange(
                    code: "territoire-spro:52-02", coordinatorDesignated: maybe { $0.flag() },
                    committeeStructures: [id(), id()]))
        case .receptionOpened: .receptionOpened(reception())
        case .demandClosed:
            .demandClosed(
                DemandClosing(
                    demand: id(), outcome: code(.outcome), structuresCount: count(), receptionsCount: count(),
                    isSummaryGiven: flag(), isCharged: maybe { $0.flag() }, isCounsellingProposed: flag(),
                    isCounsellingAccepted: maybe { $0.flag() }, isAppointmentRequested: flag(),
                    person: maybe { $0.id() }, isPersonErased: maybe { _ in true } ?? false))
        case .referral(.submitted): .referralSubmitted(submission())
        case .referral(let state):
            .referralMoved(
                ReferralMove(
                    referral: id(), from: maybe { $0.generator.pick(ReferralState.allCases) }, to: state,
                    actorRole: generator.pick(ReferralMove.actorRoles), reasonCode: maybe { $0.code(.declineReason) },
                    delaySeconds: maybe { $0.count() }))
        case .appointmentRecorded:
            .appointmentRecorded(
                AppointmentRecord(
                    referral: id(), scheduledFor: instant(),
                    attendance: maybe { $0.generator.pick(AppointmentRecord.attendances) }))
        case .cepEpisode:
            .cepEpisode(
                CEPEpisode(
                    episode: id(), structure: id(), level: generator.int(1...3), framework: code(.cepFramework),
                    openedOn: date(), closedOn: maybe { $0.date() }, acts: count(), person: maybe { $0.id() },
                    isPersonErased: maybe { _ in true } ?? false,
                    sex: maybe { $0.code(.sex) }, ageBand: maybe { $0.code(.ageBand) }, audiences: codes(.audience)))
        case .psadCase:
            .psadCase(
                PSADCase(
                    psadCase: id(), platform: id(), identifiedOn: date(), contactedOn: maybe { $0.date() },
                    receivedOn: maybe { $0.date() }, solutionOn: maybe { $0.date() }))
        case .consentGranted: .consentGranted(consent())
        case .consentWithdrawn: .consentWithdrawn(consent())
        case .consentExpired: .consentExpired(consent())
        case .erasureRequested:
            .erasureRequested(
                ErasureRequest(
                    erasure: id(), structures: [id()], person: maybe { $0.id() },
                    isPersonErased: maybe { _ in true } ?? false))
        case .erasureAcknowledged:
            .erasureAcknowledged(
                ErasureAcknowledgement(
                    erasure: id(), structure: id(), answer: generator.pick(ErasureAcknowledgement.answers),
                    retainedUntil: maybe { $0.date() }, person: maybe { $0.id() },
                    isPersonErased: maybe { _ in true } ?? false))
        }
    }

    // MARK: Larger payloads

    private mutating func structure() -> StructureChange {
        let offer = StructureChange.Offer(
            id: id(), serviceKind: code(.serviceKind), modalities: [read { Modality($0) }],
            zones: [Zone(type: "region", code: "52"), Zone(type: "commune", code: "44184")],
            verifiedOn: maybe { $0.date() }, halfDays: maybe { $0.generator.int(0...14) })
        return StructureChange(
            id: id(), version: count(), region: "52", locatedIn: ["territoire-spro:52-02", "departement:44"],
            participatesIn: [], networks: ["mission-locale"], status: code(.structureStatus),
            labelState: code(.labelState), offers: flag() ? [offer] : [], accessibility: codes(.accessibility),
            staff: maybe { $0.read { Staff($0) } }, logoDisplayedOn: maybe { $0.date() },
            closures: flag() ? [read { Closure($0) }] : [],
            location: maybe { _ in Coordinate(latitude: 47.2184, longitude: -1.5536)! })
    }

    private mutating func reception() -> ReceptionOpening {
        ReceptionOpening(
            demand: id(), structure: id(), network: maybe { _ in "cio" },
            territory: maybe { _ in "territoire-spro:52-02" }, channel: code(.channel),
            access: maybe { $0.code(.access) }, preferredChannel: maybe { $0.code(.channel) }, urgency: code(.urgency),
            requestedAt: maybe { $0.instant() }, receivedAt: instant(), isAnonymous: flag(), isInScope: flag(),
            person: maybe { $0.id() }, isPersonErased: maybe { _ in true } ?? false, audiences: codes(.audience),
            situations: codes(.situation),
            sex: maybe { $0.code(.sex) }, ageBand: maybe { $0.code(.ageBand) },
            education: maybe { $0.code(.education) }, residenceCommune: maybe { _ in "44184" })
    }

    private mutating func submission() -> ReferralSubmission {
        ReferralSubmission(
            referral: id(), demand: id(), sender: party(), recipient: party(), serviceKind: code(.serviceKind),
            cepLevel: maybe { $0.generator.int(1...3) }, cepFramework: maybe { $0.code(.cepFramework) },
            theme: maybe { $0.code(.theme) }, urgency: code(.urgency), person: maybe { $0.id() },
            isPersonErased: maybe { _ in true } ?? false)
    }

    private mutating func party() -> ReferralSubmission.Party {
        .init(structure: id(), network: maybe { _ in "cio" }, territory: maybe { _ in "epci:244400404" })
    }

    private mutating func consent() -> ConsentNotice {
        ConsentNotice(consent: id(), recipients: [id()], purposes: codes(.purpose))
    }

    // MARK: Values

    private mutating func id() -> UUID { UUID.v7(at: instant()) }
    private mutating func count() -> Int { generator.int(1...10_000) }
    private mutating func flag() -> Bool { generator.chance(50) }
    private mutating func code(_ vocabulary: Vocabulary) -> String { generator.pick(vocabulary.codes) }

    private mutating func codes(_ vocabulary: Vocabulary) -> [String] {
        vocabulary.codes.filter { _ in generator.chance(40) }
    }

    /// To the millisecond, as the wire has it.
    private mutating func instant() -> Date {
        Date(timeIntervalSince1970: Double(generator.int(1_577_836_800_000...1_893_456_000_000)) / 1000)
    }

    private mutating func date() -> CalendarDate { CalendarDate(daysSinceEpoch: generator.int(18_000...21_000))! }

    private mutating func maybe<Value>(_ make: (inout EventSample) -> Value) -> Value? {
        generator.chance(60) ? make(&self) : nil
    }

    /// Parts that only reading makes.
    private func read<Value>(_ build: (ObjectReader) -> Value?) -> Value {
        let members: JSONValue =
            switch Value.self {
            case is Modality.Type: ["channel": "visio", "access": "rendez-vous", "format": nil]
            case is Staff.Type: ["declared": 7, "qualified": 3]
            default: ["from": "2026-08-01", "to": "2026-08-15", "announced_on": nil]
            }
        return try! ObjectReader.read(members, build)
    }
}
