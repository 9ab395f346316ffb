import Schema

/// The rows of ``StateTable``.
enum TransitionRows {
    static let all: [StateTable.Transition] = flow + everywhere

    private static let flow: [StateTable.Transition] = build {
        $0.from(.draft) { row in
            row.add(.requestConsent, [.person, .sender], to: .awaitingConsent, [.choice])
            row.addDelays(.expire)
        }
        $0.from(.awaitingConsent) { row in
            row.add(
                .submit, [.person, .sender], to: .submitted,
                [.demandOpen, .consent, .psadConsent, .noOpenDuplicate, .structuresLimit])
            row.add(.cancel, [.person, .sender], to: .cancelled)
            row.add(.expire, [.timer], to: .expired)
        }
        $0.from(.submitted) { row in
            row.add(.startReview, [.recipient], to: .underReview)
            row.add(.decline, [.recipient], to: .declined)
            row.add(.cancel, [.person, .sender], to: .cancelled)
            row.addDelays(.expire, .remind, .alert)
        }
        $0.from(.underReview) { row in
            row.add(.accept, [.recipient], to: .accepted, [.consent])
            row.add(.decline, [.recipient], to: .declined)
            row.add(.proposeRedirect, [.recipient], to: .redirectProposed)
            row.addDelays(.expire, .remind)
        }
        $0.from(.accepted) { row in
            row.add(.schedule, [.person, .recipient], to: .scheduled, [.consent, .consentAppointment])
            row.add(.start, [.recipient], to: .inProgress)
            row.add(.hold, [.recipient], to: .onHold)
            row.add(.closeUnfulfilled, [.recipient], to: .closedUnfulfilled)
            row.addDelays(.expire, .alert)
        }
        $0.from(.scheduled) { row in
            row.add(.recordAttendance, [.recipient], to: .inProgress, [.seen])
            row.add(.recordAttendance, [.recipient], to: .accepted, [.notSeen])
        }
        $0.from(.inProgress) { row in
            row.add(.complete, [.recipient], to: .completed, [.finalSummary])
            row.add(.hold, [.recipient], to: .onHold)
            row.add(.closeUnfulfilled, [.recipient], to: .closedUnfulfilled)
            row.add(.proposeRedirect, [.recipient], to: .redirectProposed)
        }
        $0.from(.onHold) { row in
            row.add(.resume, [.recipient], to: .accepted, [.cameFrom])
            row.add(.resume, [.recipient], to: .inProgress, [.cameFrom])
            row.add(.closeUnfulfilled, [.recipient], to: .closedUnfulfilled)
            row.addDelays(.alert)
        }
        $0.from(.redirectProposed) { row in
            row.add(.confirmRedirect, [.person, .sender], to: .redirected, [.newConsent, .psadConsent])
            for before in [ReferralState.underReview, .inProgress] {
                row.add(.refuseRedirect, [.person], to: before, [.cameFrom])
                row.add(.refuseRedirect, [.sender], to: before, [.cameFrom, .personsWord])
                // The proposal lapses, not the referral.
                row.add(.expire, [.timer], to: before, [.cameFrom])
            }
            row.addDelays(.remind, .alert)
        }
        $0.from(.declined) { row in
            row.add(.reopen, [.person, .sender], to: .declined, [.withinSevenDays])
        }
    }

    private static let everywhere: [StateTable.Transition] = build { rows in
        for state in ReferralState.allCases where state.isOpen {
            rows.from(state) { $0.add(.withdraw, [.person, .sender], to: .withdrawn, [.nobodyReads]) }
        }
        for state in ReferralState.allCases where state != .enteredInError {
            rows.from(state) {
                $0.add(.markEnteredInError, [.sender, .coordinator], to: .enteredInError, [.nobodyReads])
            }
        }
    }

    private struct Rows {
        var transitions: [StateTable.Transition] = []

        mutating func from(_ state: ReferralState, _ write: (inout Row) -> Void) {
            var row = Row(state: state)
            write(&row)
            transitions += row.transitions
        }
    }

    private struct Row {
        let state: ReferralState
        var transitions: [StateTable.Transition] = []

        mutating func add(
            _ command: ReferralCommand, _ actors: [ReferralActor], to: ReferralState, _ guards: [TransitionGuard] = []
        ) {
            transitions += actors.map {
                StateTable.Transition(from: state, command: command, actor: $0, to: to, guards: guards)
            }
        }

        /// Those that tell leave the referral where it is.
        mutating func addDelays(_ commands: ReferralCommand...) {
            for command in commands { add(command, [.timer], to: command == .expire ? .expired : state) }
        }
    }

    private static func build(_ write: (inout Rows) -> Void) -> [StateTable.Transition] {
        var rows = Rows()
        write(&rows)
        return rows.transitions
    }
}
