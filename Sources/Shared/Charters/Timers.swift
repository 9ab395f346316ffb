import Schema

/// Delays of the referral broker: the charter's where it sets them, the product's elsewhere. Days are counted from the
/// event that the name says.
package struct Timers: Sendable, Equatable {
    /// Hours after which the coordinator is told of an urgent referral that nobody has touched.
    package let urgentUntouchedHours: Int
    /// Days after submission on which the recipient is reminded, ascending.
    package let reminderDays: [Int]
    /// Days after submission on which the sender is warned.
    package let senderWarnedDays: Int
    /// Days after submission on which an unanswered referral expires.
    package let unansweredExpiresDays: Int
    /// Days after acceptance without contact on which the coordinator is told.
    package let uncontactedAlertDays: Int
    /// Days after acceptance without contact on which the referral expires.
    package let uncontactedExpiresDays: Int
    /// Days after which a referral that waits for consent expires.
    package let consentExpiresDays: Int
    /// Days without a reception or a step of a referral after which an open demand counts as abandoned, and is closed.
    package let demandAbandonedDays: Int
    /// Days after which a draft that nobody moves on expires.
    package let draftExpiresDays: Int
    /// Days after the proposal of a redirect on which the sender and the coordinator are told that nobody has answered.
    package let redirectAlertDays: Int
    /// Days after the proposal of a redirect on which it lapses: the referral is where it was before.
    package let redirectExpiresDays: Int
    /// The passages of the delays that the charter sets, by key; a delay without one is the product's.
    package let quotes: [String: String]

    /// What holds where a charter sets nothing.
    package static let productDefaults = Timers()

    private init() {
        (urgentUntouchedHours, reminderDays, senderWarnedDays, unansweredExpiresDays) = (24, [3, 10], 15, 30)
        (uncontactedAlertDays, uncontactedExpiresDays, consentExpiresDays) = (15, 60, 14)
        demandAbandonedDays = 180
        (draftExpiresDays, redirectAlertDays, redirectExpiresDays) = (30, 15, 30)
        quotes = [:]
    }

    init?(_ object: ObjectReader) {
        let names = [
            "urgent_untouched_hours", "reminder_days", "sender_warned_days", "unanswered_expires_days",
            "uncontacted_alert_days", "uncontacted_expires_days", "consent_expires_days",
            "demand_abandoned_days", "draft_expires_days", "redirect_alert_days", "redirect_expires_days",
        ]
        let rules = QuotedRules(object, names: names)
        let usual = Self.productDefaults
        var quotes: [String: String] = [:]
        func read<Value: Sendable & Equatable>(_ name: String, _ rule: ValueRule<Value>, or usual: Value) -> Value {
            guard let delay = rules.read(name, rule) else { return usual }
            quotes[name] = delay.quote
            return delay.value
        }
        urgentUntouchedHours = read(names[0], .int(1...720), or: usual.urgentUntouchedHours)
        reminderDays = read(names[1], .set(0...10, of: .int(1...365)), or: usual.reminderDays)
        senderWarnedDays = read(names[2], .int(1...365), or: usual.senderWarnedDays)
        unansweredExpiresDays = read(names[3], .int(1...365), or: usual.unansweredExpiresDays)
        uncontactedAlertDays = read(names[4], .int(1...365), or: usual.uncontactedAlertDays)
        uncontactedExpiresDays = read(names[5], .int(1...365), or: usual.uncontactedExpiresDays)
        consentExpiresDays = read(names[6], .int(1...365), or: usual.consentExpiresDays)
        demandAbandonedDays = read(names[7], .int(1...1095), or: usual.demandAbandonedDays)
        draftExpiresDays = read(names[8], .int(1...365), or: usual.draftExpiresDays)
        redirectAlertDays = read(names[9], .int(1...365), or: usual.redirectAlertDays)
        redirectExpiresDays = read(names[10], .int(1...365), or: usual.redirectExpiresDays)
        self.quotes = quotes
        reportDisorder(to: object)
    }

    /// A warning that comes after the expiry would never come.
    private func reportDisorder(to object: ObjectReader) {
        let lastWarning = max(senderWarnedDays, reminderDays.max() ?? 0)
        if unansweredExpiresDays <= lastWarning {
            object.report(.outOfRange("\(lastWarning + 1)", "365"), at: "unanswered_expires_days")
        }
        if uncontactedExpiresDays <= uncontactedAlertDays {
            object.report(.outOfRange("\(uncontactedAlertDays + 1)", "365"), at: "uncontacted_expires_days")
        }
        if redirectExpiresDays <= redirectAlertDays {
            object.report(.outOfRange("\(redirectAlertDays + 1)", "365"), at: "redirect_expires_days")
        }
        if reminderDays != reminderDays.sorted() {
            object.report(.format("des jours croissants", "ascending days"), at: "reminder_days")
        }
    }
}
