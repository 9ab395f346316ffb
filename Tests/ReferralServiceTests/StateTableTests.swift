import Schema
import Testing

@testable import ReferralService

@Suite("The state table")
struct StateTableTests {
    /// Every cell that leads somewhere, written out by hand: state, command, actor, next state, guards.
    private static let expected: Set<String> = Set(
        """
        draft request_consent person awaiting_consent choice
        draft request_consent sender awaiting_consent choice
        draft expire timer expired
        awaiting_consent submit person submitted demand-open,consent,psad-consent,no-open-duplicate,structures-limit
        awaiting_consent submit sender submitted demand-open,consent,psad-consent,no-open-duplicate,structures-limit
        awaiting_consent cancel person cancelled
        awaiting_consent cancel sender cancelled
        awaiting_consent expire timer expired
        submitted start_review recipient under_review
        submitted decline recipient declined
        submitted cancel person cancelled
        submitted cancel sender cancelled
        submitted expire timer expired
        submitted remind timer submitted
        submitted alert timer submitted
        under_review accept recipient accepted consent
        under_review decline recipient declined
        under_review propose_redirect recipient redirect_proposed
        under_review expire timer expired
        under_review remind timer under_review
        accepted schedule person scheduled consent,consent-appointment
        accepted schedule recipient scheduled consent,consent-appointment
        accepted start recipient in_progress
        accepted hold recipient on_hold
        accepted close_unfulfilled recipient closed_unfulfilled
        accepted expire timer expired
        accepted alert timer accepted
        scheduled record_attendance recipient in_progress seen
        scheduled record_attendance recipient accepted not-seen
        in_progress complete recipient completed final-summary
        in_progress hold recipient on_hold
        in_progress close_unfulfilled recipient closed_unfulfilled
        in_progress propose_redirect recipient redirect_proposed
        on_hold resume recipient accepted came-from
        on_hold resume recipient in_progress came-from
        on_hold close_unfulfilled recipient closed_unfulfilled
        on_hold alert timer on_hold
        redirect_proposed confirm_redirect person redirected new-consent,psad-consent
        redirect_proposed confirm_redirect sender redirected new-consent,psad-consent
        redirect_proposed refuse_redirect person under_review came-from
        redirect_proposed refuse_redirect sender under_review came-from,persons-word
        redirect_proposed refuse_redirect person in_progress came-from
        redirect_proposed refuse_redirect sender in_progress came-from,persons-word
        redirect_proposed expire timer under_review came-from
        redirect_proposed expire timer in_progress came-from
        redirect_proposed remind timer redirect_proposed
        redirect_proposed alert timer redirect_proposed
        declined reopen person declined within-seven-days
        declined reopen sender declined within-seven-days
        draft withdraw person withdrawn nobody-reads
        draft withdraw sender withdrawn nobody-reads
        awaiting_consent withdraw person withdrawn nobody-reads
        awaiting_consent withdraw sender withdrawn nobody-reads
        submitted withdraw person withdrawn nobody-reads
        submitted withdraw sender withdrawn nobody-reads
        under_review withdraw person withdrawn nobody-reads
        under_review withdraw sender withdrawn nobody-reads
        accepted withdraw person withdrawn nobody-reads
        accepted withdraw sender withdrawn nobody-reads
        scheduled withdraw person withdrawn nobody-reads
        scheduled withdraw sender withdrawn nobody-reads
        in_progress withdraw person withdrawn nobody-reads
        in_progress withdraw sender withdrawn nobody-reads
        on_hold withdraw person withdrawn nobody-reads
        on_hold withdraw sender withdrawn nobody-reads
        redirect_proposed withdraw person withdrawn nobody-reads
        redirect_proposed withdraw sender withdrawn nobody-reads
        draft mark_entered_in_error sender entered_in_error nobody-reads
        draft mark_entered_in_error coordinator entered_in_error nobody-reads
        awaiting_consent mark_entered_in_error sender entered_in_error nobody-reads
        awaiting_consent mark_entered_in_error coordinator entered_in_error nobody-reads
        submitted mark_entered_in_error sender entered_in_error nobody-reads
        submitted mark_entered_in_error coordinator entered_in_error nobody-reads
        under_review mark_entered_in_error sender entered_in_error nobody-reads
        under_review mark_entered_in_error coordinator entered_in_error nobody-reads
        accepted mark_entered_in_error sender entered_in_error nobody-reads
        accepted mark_entered_in_error coordinator entered_in_error nobody-reads
        scheduled mark_entered_in_error sender entered_in_error nobody-reads
        scheduled mark_entered_in_error coordinator entered_in_error nobody-reads
        in_progress mark_entered_in_error sender entered_in_error nobody-reads
        in_progress mark_entered_in_error coordinator entered_in_error nobody-reads
        on_hold mark_entered_in_error sender entered_in_error nobody-reads
        on_hold mark_entered_in_error coordinator entered_in_error nobody-reads
        redirect_proposed mark_entered_in_error sender entered_in_error nobody-reads
        redirect_proposed mark_entered_in_error coordinator entered_in_error nobody-reads
        redirected mark_entered_in_error sender entered_in_error nobody-reads
        redirected mark_entered_in_error coordinator entered_in_error nobody-reads
        completed mark_entered_in_error sender entered_in_error nobody-reads
        completed mark_entered_in_error coordinator entered_in_error nobody-reads
        closed_unfulfilled mark_entered_in_error sender entered_in_error nobody-reads
        closed_unfulfilled mark_entered_in_error coordinator entered_in_error nobody-reads
        declined mark_entered_in_error sender entered_in_error nobody-reads
        declined mark_entered_in_error coordinator entered_in_error nobody-reads
        cancelled mark_entered_in_error sender entered_in_error nobody-reads
        cancelled mark_entered_in_error coordinator entered_in_error nobody-reads
        expired mark_entered_in_error sender entered_in_error nobody-reads
        expired mark_entered_in_error coordinator entered_in_error nobody-reads
        withdrawn mark_entered_in_error sender entered_in_error nobody-reads
        withdrawn mark_entered_in_error coordinator entered_in_error nobody-reads
        """.split(separator: "\n").map(String.init))

    @Test("says of every state, command and actor where it leads, or that it leads nowhere")
    func everyCell() {
        var found: Set<String> = []
        for state in ReferralState.allCases {
            for command in ReferralCommand.allCases {
                for actor in ReferralActor.allCases {
                    let cells = StateTable.transitions.filter {
                        $0.from == state && $0.command == command && $0.actor == actor
                    }
                    #expect((StateTable.transition(from: state, command, by: actor) == nil) == cells.isEmpty)
                    for cell in cells {
                        let guards = cell.guards.map(\.rawValue).joined(separator: ",")
                        let line =
                            "\(state.rawValue) \(command.rawValue) \(actor.rawValue) \(cell.to.rawValue) \(guards)"
                        found.insert(guards.isEmpty ? String(line.dropLast()) : line)
                    }
                }
            }
        }
        #expect(found == Self.expected)
        #expect(StateTable.transitions.count == Self.expected.count, "no cell twice")
    }

    @Test("reaches every state, and leaves an ended referral only as an error")
    func reachability() {
        var reached = Set(StateTable.initial)
        for _ in ReferralState.allCases {
            reached.formUnion(StateTable.transitions.filter { reached.contains($0.from) }.map(\.to))
        }
        #expect(reached == Set(ReferralState.allCases))
        for cell in StateTable.transitions where !cell.from.isOpen && cell.to != cell.from {
            #expect(cell.command == .markEnteredInError)
        }
    }

    @Test("lets nobody learn more of the person without the consent guard")
    func disclosureIsGuarded() {
        for cell in StateTable.transitions where cell.to.isOpen && cell.actor == .recipient {
            let before = cell.from.tier ?? .need
            guard let after = cell.to.tier, after > before, after > .relay else { continue }
            #expect(cell.guards.contains(.consent), "\(cell)")
        }
        #expect(StateTable.transition(from: .awaitingConsent, .submit, by: .sender)?.guards.contains(.consent) == true)
    }

    @Test("goes back to where it came from, and by who was seen")
    func circumstances() {
        func target(
            _ state: ReferralState, _ command: ReferralCommand, _ actor: ReferralActor,
            _ previous: ReferralState?, _ attendance: String? = nil
        ) -> ReferralState? {
            let circumstances = StateTable.Circumstances(previous: previous, attendance: attendance)
            return StateTable.transition(from: state, command, by: actor, in: circumstances)?.to
        }
        #expect(target(.onHold, .resume, .recipient, .accepted) == .accepted)
        #expect(target(.onHold, .resume, .recipient, .inProgress) == .inProgress)
        #expect(target(.onHold, .resume, .recipient, .submitted) == nil)
        #expect(target(.redirectProposed, .refuseRedirect, .person, .underReview) == .underReview)
        #expect(target(.redirectProposed, .refuseRedirect, .sender, .inProgress) == .inProgress)
        #expect(target(.redirectProposed, .expire, .timer, .underReview) == .underReview)
        #expect(target(.redirectProposed, .expire, .timer, .inProgress) == .inProgress)
        #expect(target(.scheduled, .recordAttendance, .recipient, .accepted, "seen") == .inProgress)
        for attendance in ["excused", "revoked", "noshow"] {
            #expect(target(.scheduled, .recordAttendance, .recipient, .accepted, attendance) == .accepted)
        }
    }

    @Test("is spelt with the codes of the vocabularies, in their order")
    func codes() {
        #expect(ReferralState.allCases.map(\.rawValue) == Vocabulary.referralState.codes)
        #expect(ReferralCommand.allCases.map(\.rawValue) == Vocabulary.referralCommand.codes)
        #expect(ReferralActor.allCases.map(\.rawValue) == Vocabulary.referralActor.codes)
        #expect(DataCategory.allCases.map(\.rawValue) == Vocabulary.dataCategory.codes)
    }

    @Test("gives the commands of an actor in a state, and of two parts at once")
    func commands() {
        #expect(StateTable.commands(in: .submitted, for: [.recipient]) == [.startReview, .decline])
        #expect(
            StateTable.commands(in: .submitted, for: [.sender, .recipient])
                == [.cancel, .startReview, .decline, .withdraw, .markEnteredInError])
        #expect(StateTable.commands(in: .draft, for: [.person]) == [.requestConsent, .withdraw])
        #expect(StateTable.commands(in: .enteredInError, for: [.sender, .recipient, .person]) == [])
        #expect(StateTable.origins(of: .withdraw, by: .person) == ReferralState.allCases.filter(\.isOpen))
    }
}
