import Postgres

/// What somebody does to a referral, in the order of the vocabulary `referral_command`.
enum ReferralCommand: String, Sendable, CaseIterable, Bindable, Readable {
    case requestConsent = "request_consent"
    case submit, cancel
    case startReview = "start_review"
    case accept, decline
    case proposeRedirect = "propose_redirect"
    case confirmRedirect = "confirm_redirect"
    case refuseRedirect = "refuse_redirect"
    case schedule
    case recordAttendance = "record_attendance"
    case start, hold, resume, complete
    case closeUnfulfilled = "close_unfulfilled"
    case withdraw, reopen
    case markEnteredInError = "mark_entered_in_error"
    /// Those of delays: nobody sends them.
    case expire, remind, alert

    /// It ends what was passed on, whatever anybody else does to it at that moment.
    var takesBack: Bool { [.cancel, .withdraw, .markEnteredInError].contains(self) }
    /// Its keys lead to the person: it makes a draft that follows the referral, or writes the referral's row twice, for
    /// which PostgreSQL looks at all that the row refers to.
    var holdsPerson: Bool {
        [.confirmRedirect, .reopen, .requestConsent, .schedule, .recordAttendance].contains(self)
    }

    /// The member that its body must have; nil: none.
    func argument(of actor: ReferralActor) -> String? {
        self == .refuseRedirect && actor == .person ? nil : argument
    }

    /// The same where a structure sends it: what the person said needs a witness.
    var argument: String? {
        switch self {
        case .requestConsent: "chosen_structure_id"
        case .submit, .confirmRedirect: "consent_id"
        case .decline, .closeUnfulfilled: "reason_code"
        case .proposeRedirect: "target_structure_id"
        case .schedule: "starts_at"
        case .recordAttendance: "attendance"
        case .hold: "resume_by"
        case .complete: "outcome"
        case .refuseRedirect: "witness"
        case .cancel, .startReview, .accept, .start, .resume, .withdraw, .reopen,
            .markEnteredInError, .expire, .remind, .alert:
            nil
        }
    }
}

/// In which part somebody does it.
enum ReferralActor: String, Sendable, CaseIterable, Bindable, Readable {
    /// In their follow-up, or through their consent: to withdraw it withdraws every open referral that rests on it.
    case person
    case sender
    case recipient
    /// Of a territory in which one of both structures is.
    case coordinator
    case timer
}
