import Schema

/// The whole life of a referral: who may do what in which state, where it leads, and what must hold. Handlers, the route
/// that shows it and the tests all read this one table.
struct StateTable: Sendable {
    /// A condition that the database holds to in the transaction of the change.
    enum Guard: String, Sendable, CaseIterable {
        /// A consent in force that names this recipient, the transmission and these data (SQL function `guard_consent`).
        case consent
        /// The demand is open, and stays so until the transaction ends (``DemandRepository/requireOpen(_:in:)``).
        case demandOpen = "demand-open"
        /// No other open referral of this person to this structure on this theme (index `no_open_duplicate`).
        case noOpenDuplicate = "no-open-duplicate"
    }

    struct Transition: Sendable, Equatable {
        let from: ReferralState
        let command: ReferralCommand
        let actor: ReferralActor
        let to: ReferralState
        let guards: [Guard]
    }

    /// The states that a referral can be in: those that the table reaches.
    static let states: [ReferralState] = [
        .awaitingConsent, .submitted, .underReview, .accepted, .inProgress, .completed, .closedUnfulfilled, .declined,
        .cancelled, .withdrawn, .enteredInError,
    ]

    /// A referral begins here.
    static let initial = ReferralState.awaitingConsent

    static let transitions: [Transition] = build {
        $0.from(.awaitingConsent) { row in
            row.sender(.submit, to: .submitted, [.demandOpen, .consent, .noOpenDuplicate])
            row.sender(.cancel, to: .cancelled)
        }
        $0.from(.submitted) { row in
            row.recipient(.startReview, to: .underReview)
            row.recipient(.decline, to: .declined)
            row.sender(.cancel, to: .cancelled)
        }
        $0.from(.underReview) { row in
            row.recipient(.accept, to: .accepted, [.consent])
            row.recipient(.decline, to: .declined)
        }
        $0.from(.accepted) { row in
            row.recipient(.start, to: .inProgress)
            row.recipient(.closeUnfulfilled, to: .closedUnfulfilled)
        }
        $0.from(.inProgress) { row in
            row.recipient(.complete, to: .completed)
            row.recipient(.closeUnfulfilled, to: .closedUnfulfilled)
        }
        for state in states where state.isOpen {
            $0.from(state) { row in
                row.sender(.withdraw, to: .withdrawn)
                // What still waits for a consent rests on none.
                if state != initial { row.person(.withdraw, to: .withdrawn) }
            }
        }
        for state in states where state != .enteredInError {
            $0.from(state) { row in row.sender(.markEnteredInError, to: .enteredInError) }
        }
    }

    static func transition(
        from state: ReferralState, _ command: ReferralCommand, by actor: ReferralActor
    ) -> Transition? {
        transitions.first { $0.from == state && $0.command == command && $0.actor == actor }
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

    // MARK: Writing the table

    private struct Rows {
        var transitions: [Transition] = []

        mutating func from(_ state: ReferralState, _ write: (inout Row) -> Void) {
            var row = Row(state: state)
            write(&row)
            transitions += row.transitions
        }
    }

    private struct Row {
        let state: ReferralState
        var transitions: [Transition] = []

        mutating func sender(_ command: ReferralCommand, to: ReferralState, _ guards: [Guard] = []) {
            add(command, .sender, to, guards)
        }
        mutating func recipient(_ command: ReferralCommand, to: ReferralState, _ guards: [Guard] = []) {
            add(command, .recipient, to, guards)
        }
        mutating func person(_ command: ReferralCommand, to: ReferralState) { add(command, .person, to, []) }

        private mutating func add(
            _ command: ReferralCommand, _ actor: ReferralActor, _ to: ReferralState, _ guards: [Guard]
        ) {
            transitions.append(Transition(from: state, command: command, actor: actor, to: to, guards: guards))
        }
    }

    private static func build(_ write: (inout Rows) -> Void) -> [Transition] {
        var rows = Rows()
        write(&rows)
        return rows.transitions
    }
}
