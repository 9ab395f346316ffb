import Postgres

/// What somebody does to a referral.
enum ReferralCommand: String, Sendable, CaseIterable, Bindable, Readable {
    case submit, cancel
    case startReview = "start_review"
    case accept, decline, start, complete
    case closeUnfulfilled = "close_unfulfilled"
    case withdraw
    case markEnteredInError = "mark_entered_in_error"

    /// The member that its body must have.
    var argument: String? {
        switch self {
        case .submit: "consent_id"
        case .decline, .closeUnfulfilled: "reason_code"
        case .complete: "outcome"
        case .cancel, .startReview, .accept, .start, .withdraw, .markEnteredInError: nil
        }
    }
}

/// In which part somebody does it.
enum ReferralActor: String, Sendable, CaseIterable, Bindable, Readable {
    /// Through their consent: to withdraw it withdraws every open referral that rests on it.
    case person
    case sender
    case recipient
}
