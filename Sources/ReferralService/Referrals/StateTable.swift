import Schema

/// The whole life of a referral: who may do what in which state, where it leads, and what must hold. Handlers, timers,
/// the route that shows it, its description and the tests all read this one table.
struct StateTable: Sendable {
    struct Transition: Sendable, Equatable {
        let from: ReferralState
        let command: ReferralCommand
        let actor: ReferralActor
        /// The same state where the command leaves the referral where it is: it is reopened by another, told of.
        let to: ReferralState
        let guards: [TransitionGuard]
    }

    /// What decides between transitions of one command; nil: it is not known, and none is ruled out.
    struct Circumstances: Sendable {
        /// The state before the present one.
        var previous: ReferralState?
        /// A code of the vocabulary `attendance`.
        var attendance: String?
    }

    /// A referral begins here: as a draft, or with what the person has chosen already.
    static let initial: [ReferralState] = [.draft, .awaitingConsent]

    static let transitions: [Transition] = TransitionRows.all

    /// Passed on and open: somebody has to deal with it (SQL function `is_under_way`).
    static let underWay = ReferralState.allCases.filter { $0.isOpen && !initial.contains($0) }

    static func transition(
        from state: ReferralState, _ command: ReferralCommand, by actor: ReferralActor,
        in circumstances: Circumstances = Circumstances()
    ) -> Transition? {
        transitions.first {
            $0.from == state && $0.command == command && $0.actor == actor && $0.isPossible(in: circumstances)
        }
    }

    /// What these actors may do next, in the order of the commands.
    static func commands(in state: ReferralState, for actors: Set<ReferralActor>) -> [ReferralCommand] {
        let allowed = Set(transitions.filter { $0.from == state && actors.contains($0.actor) }.map(\.command))
        return ReferralCommand.allCases.filter(allowed.contains)
    }

    /// The states that a command of an actor may leave.
    static func origins(of command: ReferralCommand, by actor: ReferralActor) -> [ReferralState] {
        transitions.filter { $0.command == command && $0.actor == actor }.map(\.from)
    }
}

extension StateTable.Transition {
    fileprivate func isPossible(in circumstances: StateTable.Circumstances) -> Bool {
        if guards.contains(.cameFrom), let previous = circumstances.previous, previous != to { return false }
        guard let attendance = circumstances.attendance else { return true }
        return !guards.contains(attendance == "seen" ? .notSeen : .seen)
    }
}
