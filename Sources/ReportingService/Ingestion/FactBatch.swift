import Foundation
import Postgres
import Schema

/// What a page of events says that figures need, as rows to be copied; the rest of a person's attributes is not kept.
struct FactBatch {
    var structureStates = CopyRows()
    var labelDecisions = CopyRows()
    var receptions = CopyRows()
    var demandClosings = CopyRows()
    var referrals = CopyRows()
    var referralMoves = CopyRows()
    var appointments = CopyRows()
    private(set) var erasedPersons: [UUID] = []
    /// When the latest of the events had happened.
    private(set) var through: Date?

    init(_ events: [Event]) throws {
        for event in events { try add(event) }
        through = events.map(\.time).max()
    }

    private mutating func add(_ event: Event) throws {
        switch event.data {
        case .structureChanged(let structure): try add(structure, since: event.time)
        case .structureRemoved(let removal): try addGone(removal.id, removal.version, since: event.time)
        case .structureMerged(let merger): try addGone(merger.id, merger.version, since: event.time)
        case .labelDecided(let label):
            try labelDecisions.append(event.id, label.structure, label.decidedAt, label.decision)
        case .receptionOpened(let reception):
            try receptions.append(
                event.id, reception.demand, reception.structure, reception.network, reception.receivedAt)
        case .demandClosed(let closing):
            try demandClosings.append(
                closing.demand, event.id, event.time, closing.outcome, closing.structuresCount,
                closing.person != nil || closing.isPersonErased, closing.person)
        case .referralSubmitted(let referral):
            try referrals.append(
                referral.referral, event.id, event.time, referral.sender.structure, referral.sender.network,
                referral.recipient.structure, referral.recipient.network,
                referral.person != nil || referral.isPersonErased, referral.person)
        case .referralMoved(let move):
            try referralMoves.append(event.id, move.referral, move.to.rawValue, event.time)
        case .appointmentRecorded(let appointment):
            try appointments.append(
                event.id, appointment.referral, appointment.scheduledFor, appointment.attendance)
        case .erasureRequested(let erasure): erasedPersons += [erasure.person].compactMap(\.self)
        case .erasureAcknowledged(let answer): erasedPersons += [answer.person].compactMap(\.self)
        case .conventionChanged, .conventionRemoved, .territoryChanged, .cepEpisode, .psadCase, .consentGranted,
            .consentWithdrawn, .consentExpired:
            // No figure needs them yet. Who adds one rebuilds the source.
            break
        }
    }

    private mutating func add(_ structure: StructureChange, since instant: Date) throws {
        let counted = structure.offers.filter { DeliveryManner.faceToFace.isOf($0.modalities) }
        let served = ServedPlaces(
            offers: counted.map { $0.zones.map(\.key) }, participatesIn: structure.participatesIn,
            locatedIn: structure.locatedIn)
        let values: (region: String?, status: String?, label: String?) =
            (structure.region, structure.status, structure.labelState)
        try structureStates.append(
            structure.id, structure.version, instant, false, values.region, values.status, values.label,
            structure.locatedIn.sorted(), served.zones.sorted(), served.territories.sorted())
    }

    private mutating func addGone(_ structure: UUID, _ version: Int, since instant: Date) throws {
        let (none, nowhere): (String?, [String]) = (nil, [])
        try structureStates.append(
            structure, version, instant, true, none, none, none, nowhere, nowhere, nowhere)
    }
}
