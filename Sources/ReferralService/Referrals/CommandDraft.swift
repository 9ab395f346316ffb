import Foundation
import Schema

/// What the body of a command says, before the directory has been asked.
struct CommandDraft: Sendable {
    var arguments = ReferralHandling.Arguments()
    /// Whom the person chose, or the recipient proposes.
    var structure: UUID?

    /// Nobody holds a person longer than this.
    private static let longestHold = TimeInterval(366 * 86_400)

    /// - Parameter isByPerson: whether the person sends it themselves.
    init?(_ object: ObjectReader, of command: ReferralCommand, isByPerson: Bool, now: Date) {
        switch command {
        case .requestConsent:
            structure = object.required("chosen_structure_id", .string(.uuid))
            arguments.options =
                object.optional("options", .array(1...20, of: .object(OfferedOption.init))) ?? []
            let offered = arguments.options.map(\.structure)
            if Set(offered).count < offered.count { object.report(.duplicateItem, at: "options") }
            if let structure, !offered.isEmpty, !offered.contains(structure) {
                object.report(ReferralDraft.notOffered, at: "chosen_structure_id")
            }
        case .submit:
            arguments.consent = object.required("consent_id", .string(.uuid))
            arguments.exceedsLimitByChoice = object.optional("exceeds_limit_by_choice", .bool) ?? false
        case .confirmRedirect: arguments.consent = object.required("consent_id", .string(.uuid))
        case .decline, .closeUnfulfilled:
            arguments.reason = object.required("reason_code", .code(Vocabulary.declineReason.codes))
        case .proposeRedirect:
            structure = object.required("target_structure_id", .string(.uuid))
            arguments.reason = object.optional("reason_code", .code(Vocabulary.declineReason.codes))
        case .schedule: arguments.appointment = AppointmentDraft(object, now: now)
        case .recordAttendance:
            arguments.attendance = object.required("attendance", .code(Vocabulary.attendance.codes))
        case .hold:
            arguments.resumeBy = object.required("resume_by", .date)
            if let day = arguments.resumeBy { report(day, now, to: object) }
        case .complete: arguments.outcome = object.required("outcome", .code(Vocabulary.outcome.codes))
        case .refuseRedirect: if !isByPerson { arguments.word = WitnessedWord(object) }
        case .cancel, .startReview, .accept, .start, .resume, .withdraw, .reopen,
            .markEnteredInError, .expire, .remind, .alert:
            break
        }
    }

    /// A hold ends on a day to come, by the clocks of Paris.
    private func report(_ day: CalendarDate, _ now: Date, to object: ObjectReader) {
        let (first, last) = (ParisClock.day(of: now), ParisClock.day(of: now.addingTimeInterval(Self.longestHold)))
        if day <= first || day > last { object.report(.outOfRange(first.text, last.text), at: "resume_by") }
    }
}
