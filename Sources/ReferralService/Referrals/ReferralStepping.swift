import Foundation
import Postgres
import Schema
import Tokens

/// Takes one step of ``StateTable`` in a transaction: its guards in their order, the change, and what comes with it.
struct ReferralStepping: Sendable {
    let persons: PersonRepository
    let limit: StructuresLimit
    let summaries: SummaryRequirement
    private let referrals = ReferralRepository()
    private let guards = GuardRepository()
    private let options = OptionRepository()
    private let demands = DemandRepository()
    private let appointments = AppointmentRepository()

    init(persons: PersonRepository, limit: StructuresLimit, summaries: SummaryRequirement) {
        self.persons = persons
        self.limit = limit
        self.summaries = summaries
    }

    /// What a command's body says.
    struct Arguments: Sendable {
        var consent: UUID?
        var reason: String?
        var outcome: String?
        /// Whom the person chose, or the recipient proposes; as the directory knows it.
        var structure: StructureFacts?
        var options: [OfferedOption] = []
        var exceedsLimitByChoice = false
        var appointment: AppointmentDraft?
        var attendance: String?
        var resumeBy: CalendarDate?
        /// What the person said, where the sender answers for them.
        var word: WitnessedWord?
    }

    /// Where the referral is afterwards.
    struct Taken: Sendable {
        let state: ReferralState
        let steps: Referral.Steps
        /// The draft that follows it, where a redirect was confirmed or a decline reopened.
        var sequel: UUID?
        var appointment: UUID?
    }

    /// - Parameter held: guards that the transaction holds already.
    func take(
        _ command: ReferralCommand, of referral: Referral, _ arguments: Arguments, as roles: Set<ReferralActor>,
        _ acting: Acting, held: Set<TransitionGuard> = [], in transaction: Transaction
    ) async throws -> Taken {
        var (referral, transition) = (referral, try self.transition(command, of: referral, arguments, roles))
        if command.takesBack {
            // From what is held, whatever was committed since it was read: it wins over every step.
            referral = try await hold(referral, against: transition, in: transaction)
            transition = try self.transition(command, of: referral, arguments, roles)
        }
        // Whom it is proposed to go to was asked of the directory when it was in another state.
        if command == .proposeRedirect, arguments.structure == nil { throw ReferralRefusal.of(referral, roles) }
        // Whoever erases the person holds them and their demands before any consent.
        if command.holdsPerson { try await guards.share(referral.demand, of: referral.person, in: transaction) }
        // The consent's row before the referral's, as a withdrawal takes them: neither waits for the other in a circle.
        // (A submission takes the referral's first: no withdrawal looks for it before it rests on the consent.)
        for condition in transition.guards where !held.contains(condition) {
            try await require(condition, command, of: referral, arguments, roles, in: transaction)
        }
        let client = acting.caller.clientID
        guard transition.to != transition.from else {
            let sequel = try await follow(referral, at: referral.recipient, transition.actor, client, in: transaction)
            return Taken(state: referral.state, steps: referral.steps, sequel: sequel)
        }
        let changes = ReferralRepository.Changes(
            reason: arguments.reason, outcome: arguments.outcome,
            redirect: command == .proposeRedirect ? arguments.structure?.id : nil, resumeBy: arguments.resumeBy,
            word: arguments.word)
        let step = try await referrals.apply(
            transition, to: referral.id, by: transition.actor, of: structure(transition.actor, of: referral),
            client: client, changes, in: transaction)
        guard let step else {
            guard let present = try await referrals.find(referral.id, in: transaction) else { throw Refusal(.notFound) }
            throw ReferralRefusal.of(present, roles)
        }
        var taken = Taken(state: step.to, steps: step.steps)
        switch command {
        case .confirmRedirect:
            guard let next = referral.redirect else { throw ReferralRefusal.of(referral, roles) }
            taken.sequel = try await follow(referral, at: next, transition.actor, client, in: transaction)
        case .schedule:
            guard let draft = arguments.appointment else { break }
            let id = UUID.v7()
            try await appointments.insert(draft, id: id, of: referral.id, by: transition.actor, in: transaction)
            taken.appointment = id
        case .recordAttendance:
            guard let attendance = arguments.attendance,
                let appointment = try await appointments.record(attendance, of: referral.id, in: transaction)
            else { throw ReferralRefusal.of(referral, roles, ReferralRefusal.noAppointment) }
            taken.appointment = appointment
        default: break
        }
        return taken
    }

    private func transition(
        _ command: ReferralCommand, of referral: Referral, _ arguments: Arguments, _ roles: Set<ReferralActor>
    ) throws(Refusal) -> StateTable.Transition {
        let circumstances = StateTable.Circumstances(previous: referral.previous, attendance: arguments.attendance)
        let found = ReferralActor.allCases.filter(roles.contains).compactMap {
            StateTable.transition(from: referral.state, command, by: $0, in: circumstances)
        }
        guard let transition = found.first else { throw ReferralRefusal.of(referral, roles) }
        return transition
    }

    /// The referral rests on a consent since it was read.
    struct SubmittedMeanwhile: Error {}

    /// Holds a referral that is taken back, behind those who read it, so that no step comes in between.
    /// - Throws: ``SubmittedMeanwhile`` where its consent comes first now, as everybody locks: to be tried once again.
    private func hold(
        _ referral: Referral, against transition: StateTable.Transition, in transaction: Transaction
    ) async throws -> Referral {
        let waits = transition.guards.contains(.nobodyReads)
        if waits { try await guards.awaitReaders(of: referral, in: transaction) }
        guard let held = try await referrals.findHeld(referral.id, in: transaction) else { throw Refusal(.notFound) }
        if waits, held.consent != referral.consent { throw SubmittedMeanwhile() }
        return held
    }

    private func require(
        _ condition: TransitionGuard, _ command: ReferralCommand, of referral: Referral, _ arguments: Arguments,
        _ roles: Set<ReferralActor>, in transaction: Transaction
    ) async throws {
        let id = referral.id
        func refused(_ detail: LocalizedText? = nil) -> Refusal { ReferralRefusal.of(referral, roles, detail) }
        switch condition {
        case .choice:
            guard try await choose(referral, arguments, in: transaction) else {
                throw refused(ReferralRefusal.notChosen)
            }
        case .demandOpen:
            guard try await demands.isOpen(referral.demand, in: transaction) == true else {
                throw refused(DemandRepository.closed)
            }
        case .consent where command == .submit:
            guard let consent = arguments.consent,
                try await guards.rest(
                    id, on: consent, exceedingLimitByChoice: arguments.exceedsLimitByChoice, in: transaction)
            else { throw refused() }
            guard try await summaries.isPossible(for: referral, under: consent, in: transaction) else {
                throw refused(SummaryRequirement.impossible)
            }
        case .consent: try await guards.requireConsent(of: id, in: transaction)
        case .psadConsent:
            guard let consent = arguments.consent else { throw refused() }
            try await guards.requireRecordConsent(consent, of: id, in: transaction)
        case .structuresLimit:
            guard try await isWithinLimit(referral, arguments, in: transaction) else {
                throw refused(ReferralRefusal.tooManyStructures)
            }
        case .consentAppointment: try await guards.requireAppointmentConsent(of: id, in: transaction)
        case .newConsent:
            guard let consent = arguments.consent else { throw refused() }
            try await guards.requireNewConsent(consent, toRedirect: id, in: transaction)
        case .personsWord: guard arguments.word != nil else { throw refused(ReferralRefusal.notAnswered) }
        case .withinSevenDays:
            guard try await guards.isReopenable(id, in: transaction) else { throw refused(ReferralRefusal.tooLate) }
        case .finalSummary:
            guard try await summaries.isMet(by: referral, in: transaction) else {
                throw refused(SummaryRequirement.missing)
            }
        // The index holds the first, the choice of the transition the others, but the last: who takes back holds.
        case .noOpenDuplicate, .cameFrom, .seen, .notSeen, .nobodyReads: break
        }
    }

    private func choose(
        _ referral: Referral, _ arguments: Arguments, in transaction: Transaction
    ) async throws -> Bool {
        guard let chosen = arguments.structure else { return false }
        if !arguments.options.isEmpty {
            options.replace(arguments.options, of: referral.id, in: transaction)
        }
        guard let key = try await persons.key(of: referral.person, at: referral.sender, in: transaction) else {
            return false
        }
        return try await options.choose(
            chosen.id, of: referral, pseudonym: key.pseudonym(for: chosen.id), in: transaction)
    }

    private func isWithinLimit(
        _ referral: Referral, _ arguments: Arguments, in transaction: Transaction
    ) async throws -> Bool {
        guard !limit.isEmpty, !arguments.exceedsLimitByChoice, !referral.exceedsLimitByChoice,
            let most = limit.inRegion(try await guards.region(of: referral.sender, in: transaction))
        else { return true }
        let way = try await guards.way(of: referral, in: transaction)
        return !way.isNew || way.structures <= most
    }

    /// Makes the draft that follows a referral. The person goes there because it was proposed to them, or by their wish.
    private func follow(
        _ referral: Referral, at recipient: UUID, _ actor: ReferralActor, _ client: String,
        in transaction: Transaction
    ) async throws -> UUID {
        guard let key = try await persons.key(of: referral.person, at: referral.sender, in: transaction) else {
            throw Refusal(.notFound)
        }
        let id = UUID.v7()
        _ = try await referrals.insertSequel(
            of: referral, id: id, to: recipient, pseudonym: key.pseudonym(for: recipient), by: actor, client: client,
            in: transaction)
        let reason = recipient == referral.recipient ? "wish" : "redirect"
        options.replace(
            [OfferedOption(structure: recipient, reasons: [reason])], of: id, in: transaction)
        return id
    }

    /// What a person does is told of the structure that registered them.
    private func structure(_ actor: ReferralActor, of referral: Referral) -> UUID? {
        switch actor {
        case .person, .sender: referral.sender
        case .recipient: referral.recipient
        case .coordinator, .timer: nil
        }
    }
}
