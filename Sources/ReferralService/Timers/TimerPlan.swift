import Charters
import Foundation
import Schema

/// What becomes due of a referral that nobody moves on, and when: the delays of its region's charter, counted from where
/// it stands.
struct TimerPlan: Sendable {
    /// What the delays are counted from.
    struct Standing: Sendable {
        var state: ReferralState
        /// The state before.
        var previous: ReferralState?
        var urgency: String
        var submittedAt: Date?
        var changedAt: Date
        var resumeBy: CalendarDate?
    }

    enum Act: Sendable, Hashable {
        case expire
        case tell(Notice)
    }

    /// A code of the vocabulary `notice_kind`, told once for each delay and beginning.
    struct Notice: Sendable, Hashable {
        let kind: String
        /// In seconds.
        let delay: Int
        let since: Date
    }

    /// What is due, the earliest first: nothing more behind an expiry.
    let due: [Act]
    /// When there is something to do next; nil: never, unless the referral moves.
    let next: Date?

    init(of standing: Standing, after told: Set<Notice>, by timers: Timers, at now: Date) {
        let acts = Self.acts(of: standing, timers).sorted { $0.at < $1.at }
        let past = acts.filter { $0.at <= now }
        if past.contains(where: { $0.act == .expire }) {
            (due, next) = ([.expire], nil)
            return
        }
        due = past.map(\.act).filter { act in
            guard case .tell(let notice) = act else { return true }
            return !told.contains(notice)
        }
        next = acts.first { $0.at > now }?.at
    }

    private static func acts(of standing: Standing, _ timers: Timers) -> [(at: Date, act: Act)] {
        func after(_ seconds: Int, _ since: Date, _ kind: String?) -> (at: Date, act: Act) {
            let act = kind.map { Act.tell(Notice(kind: $0, delay: seconds, since: since)) } ?? .expire
            return (since.addingTimeInterval(Double(seconds)), act)
        }
        let day = 86_400
        switch standing.state {
        case .draft: return [after(timers.draftExpiresDays * day, standing.changedAt, nil)]
        case .awaitingConsent: return [after(timers.consentExpiresDays * day, standing.changedAt, nil)]
        case .submitted, .underReview:
            // Back from a proposal, the recipient has as long as at first: it could not answer meanwhile.
            let isBack = standing.previous == .redirectProposed
            let since = isBack ? standing.changedAt : standing.submittedAt ?? standing.changedAt
            var acts = timers.reminderDays.map { after($0 * day, since, "reminder") }
            acts.append(after(timers.senderWarnedDays * day, since, "sender-warning"))
            acts.append(after(timers.unansweredExpiresDays * day, since, nil))
            if standing.state == .submitted, standing.urgency != "normale" {
                acts.append(after(timers.urgentUntouchedHours * 3600, since, "urgent-untouched"))
            }
            return acts
        case .accepted:
            return [
                after(timers.uncontactedAlertDays * day, standing.changedAt, "uncontacted"),
                after(timers.uncontactedExpiresDays * day, standing.changedAt, nil),
            ]
        case .onHold:
            // At the beginning of the day on which it was to be resumed.
            return standing.resumeBy.map { [after(0, ParisClock.start(of: $0), "hold-over")] } ?? []
        case .redirectProposed:
            let told = timers.redirectAlertDays * day
            return [
                after(told, standing.changedAt, "sender-warning"),
                after(told, standing.changedAt, "redirect-unanswered"),
                after(timers.redirectExpiresDays * day, standing.changedAt, nil),
            ]
        case .scheduled, .inProgress, .redirected, .completed, .closedUnfulfilled, .declined, .cancelled, .expired,
            .withdrawn, .enteredInError:
            return []
        }
    }
}
