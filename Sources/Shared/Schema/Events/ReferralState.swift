/// Where a referral stands: the states of the broker's machine, by the names that the wire has.
package enum ReferralState: String, Sendable, CaseIterable {
    case draft
    case awaitingConsent = "awaiting_consent"
    case submitted
    case underReview = "under_review"
    case accepted
    case scheduled
    case inProgress = "in_progress"
    case onHold = "on_hold"
    case redirectProposed = "redirect_proposed"
    case redirected
    case completed
    case closedUnfulfilled = "closed_unfulfilled"
    case declined
    case cancelled
    case expired
    case withdrawn
    case enteredInError = "entered_in_error"
}

extension TextRule where Value == ReferralState {
    package static let referralState = TextRule { text throws(Flaw) in
        guard let state = ReferralState(rawValue: text) else {
            throw .unknownCode(ReferralState.allCases.map(\.rawValue))
        }
        return state
    }
}
