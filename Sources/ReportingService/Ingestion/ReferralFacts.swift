import Foundation
import Postgres
import Schema

/// What the broker tells of receptions, demands and referrals (R1 to R5), as rows of the tables of
/// ``ReferralFactRepository``; and who is to be linked to nothing any more.
struct ReferralFacts {
    private(set) var receptions = CopyRows()
    private(set) var demandClosings = CopyRows()
    private(set) var referrals = CopyRows()
    private(set) var referralMoves = CopyRows()
    private(set) var appointments = CopyRows()
    private(set) var erasedPersons: [UUID] = []

    mutating func add(_ reception: ReceptionOpening, by event: UUID) throws {
        try receptions.append(
            event, reception.demand, reception.structure, reception.network, reception.receivedAt, reception.channel,
            reception.access, reception.preferredChannel, reception.urgency, reception.requestedAt,
            reception.isAnonymous, reception.isInScope, reception.isLinkable, reception.person,
            reception.audiences.sorted(), reception.situations.sorted(), reception.sex, reception.ageBand,
            reception.education, reception.residenceCommune)
    }

    mutating func add(_ closing: DemandClosing, at instant: Date, by event: UUID) throws {
        try demandClosings.append(
            closing.demand, event, instant, closing.outcome, closing.structuresCount, closing.isLinkable,
            closing.person, closing.receptionsCount, closing.isSummaryGiven, closing.isCharged,
            closing.isCounsellingProposed, closing.isCounsellingAccepted, closing.isAppointmentRequested)
    }

    mutating func add(_ referral: ReferralSubmission, at instant: Date, by event: UUID) throws {
        try referrals.append(
            referral.referral, event, instant, referral.sender.structure, referral.sender.network,
            referral.recipient.structure, referral.recipient.network, referral.isLinkable, referral.person,
            referral.demand, referral.serviceKind, referral.cepLevel, referral.cepFramework, referral.theme,
            referral.urgency)
    }

    mutating func add(_ move: ReferralMove, at instant: Date, by event: UUID) throws {
        try referralMoves.append(
            event, move.referral, move.to.rawValue, instant, move.from?.rawValue, move.actorRole, move.reasonCode)
    }

    mutating func add(_ appointment: AppointmentRecord, at instant: Date, by event: UUID) throws {
        try appointments.append(
            event, appointment.referral, appointment.scheduledFor, appointment.attendance, instant)
    }

    mutating func erase(_ person: UUID?) { if let person { erasedPersons.append(person) } }
}

extension EventPayload {
    /// Whether it was somebody who can be, or could be before they were forgotten, told from others.
    fileprivate var isLinkable: Bool { person != nil || isPersonErased }
}
