import Postgres
import Schema

extension ReferralState: Bindable, Readable, ArrayElement {}

/// What a state means to those who have a part in the referral.
extension ReferralState {
    /// Still to be dealt with by somebody.
    var isOpen: Bool {
        switch self {
        case .draft, .awaitingConsent, .submitted, .underReview, .accepted, .scheduled, .inProgress, .onHold,
            .redirectProposed:
            true
        case .redirected, .completed, .closedUnfulfilled, .declined, .cancelled, .expired, .withdrawn,
            .enteredInError:
            false
        }
    }

    /// The most that the recipient may see in this state; nil: nothing, not even that the referral exists.
    var tier: DisclosureTier? {
        switch self {
        case .draft, .awaitingConsent, .withdrawn, .enteredInError: nil
        case .submitted, .redirected, .completed, .closedUnfulfilled, .declined, .cancelled, .expired: .need
        case .underReview, .redirectProposed: .relay
        case .accepted, .scheduled, .inProgress, .onHold: .record
        }
    }

    /// The same where the state before matters: a redirect is proposed out of one in which more was seen, or less.
    func tier(after previous: ReferralState?) -> DisclosureTier? {
        self == .redirectProposed && previous == .inProgress ? previous?.tier : tier
    }
}
