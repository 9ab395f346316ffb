import Schema
import Testing

@testable import ReferralService

@Suite("The state table")
struct StateTableTests {
    /// Every cell that leads somewhere, written out by hand: state, command, actor, next state, guards.
    private static let expected: Set<String> = Set(
        """
        awaiting_consent submit sender submitted demand-open,consent,no-open-duplicate
        awaiting_consent cancel sender cancelled
        awaiting_consent withdraw sender withdrawn
        awaiting_consent mark_entered_in_error sender entered_in_error
        submitted start_review recipient under_review
        submitted decline recipient declined
        submitted cancel sender cancelled
        submitted withdraw sender withdrawn
        submitted withdraw person withdrawn
        submitted mark_entered_in_error sender entered_in_error
        under_review accept recipient accepted consent
        under_review decline recipient declined
        under_review withdraw sender withdrawn
        under_review withdraw person withdrawn
        under_review mark_entered_in_error sender entered_in_error
        accepted start recipient in_progress
        accepted close_unfulfilled recipient closed_unfulfilled
        accepted withdraw sender withdrawn
        accepted withdraw person withdrawn
        accepted mark_entered_in_error sender entered_in_error
        in_progress complete recipient completed
        in_progress close_unfulfilled recipient closed_unfulfilled
        in_progress withdraw sender withdrawn
        in_progress withdraw person withdrawn
        in_progress mark_entered_in_error sender entered_in_error
        completed mark_entered_in_error sender entered_in_error
        closed_unfulfilled mark_entered_in_error sender entered_in_error
        declined mark_entered_in_error sender entered_in_error
        cancelled mark_entered_in_error sender entered_in_error
        withdrawn mark_entered_in_error sender entered_in_error
        """.split(separator: "\n").map(String.init))

    @Test("says of every state, command and actor where it leads, or that it leads nowhere")
    func everyCell() {
        var found: Set<String> = []
        for state in ReferralState.allCases {
            for command in ReferralCommand.allCases {
                for actor in ReferralActor.allCases {
                    guard let cell = StateTable.transition(from: state, command, by: actor) else { continue }
                    let guards = cell.guards.map(\.rawValue).joined(separator: ",")
                    let line = "\(state.rawValue) \(command.rawValue) \(actor.rawValue) \(cell.to.rawValue) \(guards)"
                    found.insert(guards.isEmpty ? String(line.dropLast()) : line)
                }
            }
        }
        #expect(found == Self.expected)
        #expect(StateTable.transitions.count == Self.expected.count, "no cell twice")
    }

    @Test("reaches every state, and leaves an ended referral only as an error")
    func reachability() {
        var reached: Set<ReferralState> = [StateTable.initial]
        for _ in StateTable.states {
            reached.formUnion(StateTable.transitions.filter { reached.contains($0.from) }.map(\.to))
        }
        #expect(reached == Set(StateTable.states))
        for cell in StateTable.transitions where !cell.from.isOpen { #expect(cell.command == .markEnteredInError) }
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
        #expect(StateTable.commands(in: .enteredInError, for: [.sender, .recipient, .person]) == [])
        #expect(
            StateTable.origins(of: .withdraw, by: .person) == [.submitted, .underReview, .accepted, .inProgress])
    }
}
