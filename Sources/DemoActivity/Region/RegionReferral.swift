import Foundation
import Schema

/// A referral of a ``RegionYear`` through the broker's states, with its appointments and its consent.
struct RegionReferral {
    private let demand: UUID
    private let person: UUID?
    private let sender: RegionStructures.Structure
    private let urgency: String
    private let structures: [RegionStructures.Structure]
    /// Who accepted it.
    private(set) var helpers: Set<UUID> = []

    private var id = UUID()
    private var state: ReferralState?
    private var submitted: Double?
    private var at = 0.0

    init(
        demand: UUID, person: UUID?, sender: RegionStructures.Structure, urgency: String,
        structures: [RegionStructures.Structure]
    ) {
        (self.demand, self.person, self.sender) = (demand, person, sender)
        (self.urgency, self.structures) = (urgency, structures)
    }

    /// - Parameter beginning: seconds after the beginning of 2026.
    mutating func tell(at beginning: Double, to log: inout EventLog, _ chance: inout Chance) {
        (id, state, submitted, at) = (chance.uuid(), nil, nil, beginning)
        if chance.oneIn(9) {
            move(.draft, by: "sender", to: &log, &chance)
            move(.awaitingConsent, by: "sender", to: &log, &chance)
            if chance.oneIn(6) { return move(.cancelled, by: "person", to: &log, &chance) }
        }
        let recipient = chance.one(of: structures)
        submit(to: recipient, &log, &chance)
        switch chance.number(in: 0...99) {
        case 0...2: return move(.withdrawn, by: "person", to: &log, &chance)
        case 3...4: return move(.cancelled, by: "sender", to: &log, &chance)
        case 5...8: return move(.expired, by: "timer", to: &log, &chance)
        case 9...10: return move(.enteredInError, by: "sender", to: &log, &chance)
        case 11...13: return
        default: move(.underReview, by: "recipient", to: &log, &chance)
        }
        if chance.happens(13) {
            let reason = chance.one(of: Vocabulary.declineReason.codes)
            return move(.declined, by: "recipient", reason, to: &log, &chance)
        }
        if chance.happens(9) {
            let reason = chance.one(of: ["mauvaise-orientation", "complet", "non-mobile"])
            move(
                .redirectProposed, by: chance.oneIn(9) ? "coordinator" : "recipient", reason, to: &log,
                &chance)
            if chance.happens(60) {
                move(.redirected, by: "person", to: &log, &chance)
                // Another one takes its place.
                return tell(at: at + chance.seconds(30...90_000), to: &log, &chance)
            }
            move(.underReview, by: "person", to: &log, &chance)
        }
        move(.accepted, by: "recipient", to: &log, &chance)
        helpers.insert(recipient.id)
        serve(&log, &chance)
    }

    /// From its acceptance on.
    private mutating func serve(_ log: inout EventLog, _ chance: inout Chance) {
        var isSeen = chance.happens(25)
        if chance.happens(62) {
            move(.scheduled, by: "recipient", to: &log, &chance)
            for _ in 0..<chance.number(in: 1...2) where !isSeen { isSeen = meet(&log, &chance) }
        }
        guard isSeen, chance.happens(85) else { return }
        move(.inProgress, by: "recipient", to: &log, &chance)
        if chance.oneIn(7) {
            move(.onHold, by: "recipient", to: &log, &chance)
            move(.inProgress, by: "recipient", to: &log, &chance)
        }
        switch chance.number(in: 0...9) {
        case 0...5: move(.completed, by: "recipient", to: &log, &chance)
        case 6...7:
            let reason = chance.one(of: Vocabulary.declineReason.codes)
            move(
                .closedUnfulfilled, by: chance.oneIn(6) ? "timer" : "recipient", reason, to: &log, &chance)
        case 8 where chance.oneIn(2): move(.withdrawn, by: "person", to: &log, &chance)
        default: break
        }
    }

    /// - Returns: whether the person came.
    private mutating func meet(_ log: inout EventLog, _ chance: inout Chance) -> Bool {
        let scheduled = at + chance.seconds(3_600...2_400_000)
        let made = AppointmentRecord(referral: id, scheduledFor: .in2026(scheduled), attendance: nil)
        log.tell(.appointmentRecorded(made), at: .in2026(at + 1), &chance)
        let attendance = chance.pick([
            ("seen", 66), ("excused", 9), ("revoked", 7), ("noshow", 12), (nil, 6),
        ])
        at = scheduled + chance.seconds(600...90_000)
        guard let attendance else { return false }
        let kept = AppointmentRecord(
            referral: id, scheduledFor: .in2026(scheduled), attendance: attendance)
        log.tell(.appointmentRecorded(kept), at: .in2026(at), &chance)
        return attendance == "seen"
    }

    private mutating func submit(
        to recipient: RegionStructures.Structure, _ log: inout EventLog, _ chance: inout Chance
    ) {
        let kind = chance.pick([
            ("cep-conseil", 40), ("cep-accompagnement", 20), ("orientation-scolaire", 10),
            ("conseil-vae", 8), ("creation-reprise", 6), ("appui-decrocheurs", 6),
            ("information-jeunesse", 6), ("accueil-personnalise", 4),
        ])
        let framework = chance.pick([("2019", 9), ("2014", 1)])
        let isCEP = kind.hasPrefix("cep-")
        let submission = ReferralSubmission(
            referral: id, demand: demand,
            sender: .init(structure: sender.id, network: sender.network, territory: sender.territory),
            recipient: .init(
                structure: recipient.id, network: recipient.network, territory: recipient.territory),
            serviceKind: kind,
            cepLevel: isCEP ? chance.number(in: 1...(framework == "2014" ? 3 : 2)) : nil,
            cepFramework: isCEP ? framework : nil,
            theme: chance.oneIn(8) ? nil : chance.one(of: Vocabulary.theme.codes),
            urgency: urgency, person: person)
        log.tell(.referralSubmitted(submission), at: .in2026(at), &chance)
        // A second telling under another id is no second referral.
        if chance.oneIn(50) {
            log.tell(.referralSubmitted(submission), at: .in2026(at + 2_000_000), &chance)
        }
        (state, submitted) = (.submitted, at)
        let notice = ConsentNotice(
            consent: chance.uuid(), recipients: [recipient.id],
            purposes: chance.some(3, of: Vocabulary.purpose.codes))
        log.tell(.consentGranted(notice), at: .in2026(at), &chance)
        if chance.oneIn(20) { log.tell(.consentWithdrawn(notice), at: .in2026(at + 900_000), &chance) }
        if chance.oneIn(15) { log.tell(.consentExpired(notice), at: .in2026(at + 2_592_000), &chance) }
    }

    private mutating func move(
        _ next: ReferralState, by role: String, _ reason: String? = nil, to log: inout EventLog,
        _ chance: inout Chance
    ) {
        at += chance.seconds(60...(urgency == "normale" ? 500_000 : 90_000))
        let told = ReferralMove(
            referral: id, from: state, to: next, actorRole: role, reasonCode: reason,
            delaySeconds: submitted.map { Int(at - $0) })
        log.tell(.referralMoved(told), at: .in2026(at), &chance)
        state = next
    }
}
