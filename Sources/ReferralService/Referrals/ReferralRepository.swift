import Foundation
import Postgres
import Schema

/// Referrals and their transitions. Row-level security decides which ones a transaction finds.
struct ReferralRepository: Sendable {
    private let events = ReferralEventRepository()

    /// One step of a referral's life.
    struct Step: Sendable {
        let referral: UUID
        /// Of its event.
        let sequence: Int
        let steps: Referral.Steps
        /// nil where the referral begins.
        let command: ReferralCommand?
        let from: ReferralState?
        let to: ReferralState
        let actor: ReferralActor
        /// nil for a coordinator and a delay, who act for none of the parties.
        let structure: UUID?
        let reason: String?
        /// Seconds since it was submitted; nil where it never was.
        let delay: Int?
        /// Where the sender answered for the person.
        var word: WitnessedWord?
    }

    /// What a step writes beside the state, in place of what the step before wrote.
    struct Changes: Sendable {
        var reason: String?
        var outcome: String?
        var redirect: UUID?
        var resumeBy: CalendarDate?
        var word: WitnessedWord?
    }

    func insert(
        _ draft: ReferralDraft, id: UUID, person: UUID, demand: UUID, pseudonym: String, by client: String,
        in transaction: Transaction
    ) async throws -> Step {
        let state: ReferralState = draft.isDraft ? .draft : .awaitingConsent
        transaction.queue(
            """
            insert into referrals (id, sender_id, recipient_id, person_id, demand_id, pseudonym, service_kind,
                service_id, theme, urgency, cep_level, cep_framework, data_categories, state, exceeds_limit_by_choice)
            values (\(id), \(draft.sender), \(draft.recipient), \(person), \(demand), \(pseudonym),
                \(draft.serviceKind), \(draft.service), \(draft.theme), \(draft.urgency), \(draft.cepLevel),
                \(draft.cepFramework), \(draft.dataCategories), \(state), \(draft.exceedsLimitByChoice))
            """)
        let step = Step(
            referral: id, sequence: 1, steps: .first, command: nil, from: nil, to: state, actor: .sender,
            structure: draft.sender, reason: nil, delay: nil)
        try await insert(step, by: client, in: transaction)
        return step
    }

    /// A draft that follows another referral of the person's, to the structure that they go to instead or again.
    func insertSequel(
        of parent: Referral, id: UUID, to recipient: UUID, pseudonym: String, by actor: ReferralActor, client: String,
        in transaction: Transaction
    ) async throws -> Step {
        let service = recipient == parent.recipient ? parent.service : nil
        let categories = parent.meant.map(\.rawValue).sorted()
        transaction.queue(
            """
            insert into referrals (id, sender_id, recipient_id, person_id, demand_id, pseudonym, service_kind,
                service_id, theme, urgency, cep_level, cep_framework, data_categories, state, parent_id)
            values (\(id), \(parent.sender), \(recipient), \(parent.person), \(parent.demand), \(pseudonym),
                \(parent.serviceKind), \(service), \(parent.theme), \(parent.urgency), \(parent.cepLevel),
                \(parent.cepFramework), \(categories), 'draft', \(parent.id))
            """)
        let step = Step(
            referral: id, sequence: 1, steps: .first, command: nil, from: nil, to: .draft, actor: actor,
            structure: parent.sender, reason: nil, delay: nil)
        try await insert(step, by: client, in: transaction)
        return step
    }

    func find(_ id: UUID, in transaction: Transaction) async throws -> Referral? {
        try await transaction.query("select * from referrals where id = \(id)").first.map(Referral.init)
    }

    /// What this structure has sent of a person, the newest first.
    func list(
        ofPerson person: UUID, from structure: UUID, in transaction: Transaction
    ) async throws -> [Referral] {
        try await transaction.query(
            "select * from referrals where person_id = \(person) and sender_id = \(structure) order by id desc"
        ).map(Referral.init)
    }

    /// Whether somebody still has to deal with it; its row is held, so that it stays so until the transaction ends.
    func isOpen(_ id: UUID, in transaction: Transaction) async throws -> Bool {
        let rows = try await transaction.query("select state from referrals where id = \(id) for no key update")
        return try rows.first?.decode(ReferralState.self).isOpen ?? false
    }

    /// The same, and nobody moves it on until the transaction ends.
    func findHeld(_ id: UUID, in transaction: Transaction) async throws -> Referral? {
        try await transaction.query("select * from referrals where id = \(id) for no key update").first
            .map(Referral.init)
    }

    /// Makes the transition, unless the referral has left the state meanwhile: then nil. Behind it the database does, by
    /// triggers, what belongs to every way to a state: it counts the step for each party (`count_step`), winds its timer
    /// up (`wind_up`), lets appointments and unread messages go (`let_go`), and of what was taken back it writes to the
    /// ledger and asks to forget (`told_to_ledger`).
    func apply(
        _ transition: StateTable.Transition, to referral: UUID, by actor: ReferralActor, of structure: UUID?,
        client: String, _ changes: Changes = Changes(), in transaction: Transaction
    ) async throws -> Step? {
        let rows = try await transaction.query(
            """
            update referrals set state = \(transition.to), previous_state = state, sequence = sequence + 1,
                changed_at = now(),
                submitted_at = case when \(transition.to == .submitted) then now() else submitted_at end,
                reason_code = \(changes.reason), outcome = \(changes.outcome), resume_by = \(changes.resumeBy?.text),
                redirect_to = case when \(transition.to == .redirected) then redirect_to else \(changes.redirect) end
            where id = \(referral) and state = \(transition.from)
            returning sequence, step, sender_step, extract(epoch from now() - submitted_at)::bigint
            """)
        guard let (sequence, all, told, delay) = try rows.first?.decode((Int, Int, Int, Int?).self) else { return nil }
        let step = Step(
            referral: referral, sequence: sequence, steps: Referral.Steps(all: all, toldToSender: told),
            command: transition.command, from: transition.from, to: transition.to, actor: actor, structure: structure,
            reason: changes.reason, delay: delay,
            word: actor == .sender ? changes.word : nil)
        try await insert(step, by: client, in: transaction)
        return step
    }

    /// Withdraws every open referral that rests on the consent.
    func withdrawAll(
        restingOn consent: UUID, of structure: UUID, by client: String, in transaction: Transaction
    ) async throws -> [Step] {
        try await withdrawAll(where: "consent_id = \(consent)", of: structure, by: client, in: transaction)
    }

    /// Withdraws every open referral of somebody who is being forgotten.
    func withdrawAll(
        ofPerson person: UUID, of structure: UUID, by client: String, in transaction: Transaction
    ) async throws -> [Step] {
        try await withdrawAll(where: "person_id = \(person)", of: structure, by: client, in: transaction)
    }

    private func withdrawAll(
        where condition: Query, of structure: UUID, by client: String, in transaction: Transaction
    ) async throws -> [Step] {
        let open = StateTable.origins(of: .withdraw, by: .person)
        let rows = try await transaction.query(
            """
            select * from referrals where \(condition) and state = any (\(open)) order by id
            for no key update
            """)
        var steps: [Step] = []
        for referral in try rows.map(Referral.init) {
            guard let transition = StateTable.transition(from: referral.state, .withdraw, by: .person) else { continue }
            let step = try await apply(
                transition, to: referral.id, by: .person, of: structure, client: client, in: transaction)
            if let step { steps.append(step) }
        }
        return steps
    }

    /// Writes down a step that its referral has taken, and tells of it.
    func insert(_ step: Step, by client: String, in transaction: Transaction) async throws {
        transaction.queue(
            """
            insert into referral_transitions (referral_id, sequence, command, from_state, to_state, actor, structure_id,
                client_id, reason_code, agent, witness)
            values (\(step.referral), \(step.sequence), \(step.command), \(step.from), \(step.to), \(step.actor),
                \(step.structure), \(client), \(step.reason), \(step.word?.agent), \(step.word?.witness))
            """)
        try await events.tell(step, in: transaction)
    }
}
