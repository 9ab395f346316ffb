import Foundation
import Postgres
import Schema

/// Referrals and their transitions. Row-level security decides which ones a transaction finds.
struct ReferralRepository: Sendable {
    private let events = ReferralEventRepository()

    /// One step of a referral's life.
    struct Step: Sendable {
        let referral: UUID
        let sequence: Int
        /// nil where the referral begins.
        let command: ReferralCommand?
        let from: ReferralState?
        let to: ReferralState
        let actor: ReferralActor
        let structure: UUID
        let reason: String?
        /// Seconds since it was submitted; nil where it never was.
        let delay: Int?
    }

    func insert(
        _ draft: ReferralDraft, id: UUID, person: UUID, demand: UUID, pseudonym: String, by client: String,
        in transaction: Transaction
    ) async throws -> Step {
        try await transaction.query(
            """
            insert into referrals (id, sender_id, recipient_id, person_id, demand_id, pseudonym, service_kind,
                service_id, theme, urgency, cep_level, cep_framework, data_categories)
            values (\(id), \(draft.sender), \(draft.recipient), \(person), \(demand), \(pseudonym),
                \(draft.serviceKind), \(draft.service), \(draft.theme), \(draft.urgency), \(draft.cepLevel),
                \(draft.cepFramework), \(draft.dataCategories))
            """)
        let step = Step(
            referral: id, sequence: 1, command: nil, from: nil, to: StateTable.initial, actor: .sender,
            structure: draft.sender, reason: nil, delay: nil)
        try await insert(step, by: client, in: transaction)
        return step
    }

    func find(_ id: UUID, in transaction: Transaction) async throws -> Referral? {
        try await transaction.query("select * from referrals where id = \(id)").first.map(Referral.init)
    }

    /// What these structures have sent of a person, the newest first.
    func list(
        ofPerson person: UUID, from structures: Set<UUID>, in transaction: Transaction
    ) async throws -> [Referral] {
        try await transaction.query(
            """
            select * from referrals where person_id = \(person) and sender_id = any (\(Array(structures)))
            order by id desc
            """
        ).map(Referral.init)
    }

    /// The guard `consent`, for a referral that rests on one already.
    func guardConsent(of referral: UUID, in transaction: Transaction) async throws {
        try await transaction.query("select guard_consent(\(referral), false)")
    }

    /// Rests a referral that still waits on this consent, which must pass the guard and is used up if it is for one use.
    /// - Returns: false where it no longer waits.
    func rest(_ referral: UUID, on consent: UUID, in transaction: Transaction) async throws -> Bool {
        let updated = try await transaction.query(
            """
            update referrals set consent_id = \(consent)
            where id = \(referral) and state = \(StateTable.initial) returning id
            """)
        guard !updated.isEmpty else { return false }
        try await transaction.query("select guard_consent(\(referral), true)")
        return true
    }

    /// Makes the transition, unless the referral has left the state meanwhile: then nil.
    func apply(
        _ transition: StateTable.Transition, to referral: Referral, by actor: ReferralActor, of structure: UUID,
        client: String, reason: String? = nil, outcome: String? = nil, in transaction: Transaction
    ) async throws -> Step? {
        let rows = try await transaction.query(
            """
            update referrals set state = \(transition.to), sequence = sequence + 1, changed_at = now(),
                submitted_at = case when \(transition.to == .submitted) then now() else submitted_at end,
                reason_code = coalesce(\(reason), reason_code), outcome = coalesce(\(outcome), outcome)
            where id = \(referral.id) and state = \(transition.from)
            returning sequence, extract(epoch from now() - submitted_at)::bigint
            """)
        guard let (sequence, delay) = try rows.first?.decode((Int, Int?).self) else { return nil }
        let step = Step(
            referral: referral.id, sequence: sequence, command: transition.command, from: transition.from,
            to: transition.to, actor: actor, structure: structure, reason: reason, delay: delay)
        try await insert(step, by: client, in: transaction)
        return step
    }

    /// Withdraws every open referral that rests on the consent.
    func withdrawAll(
        restingOn consent: UUID, of structure: UUID, by client: String, in transaction: Transaction
    ) async throws -> [Step] {
        let open = StateTable.origins(of: .withdraw, by: .person)
        let rows = try await transaction.query(
            """
            select * from referrals where consent_id = \(consent) and state = any (\(open)) order by id
            for no key update
            """)
        var steps: [Step] = []
        for referral in try rows.map(Referral.init) {
            guard let transition = StateTable.transition(from: referral.state, .withdraw, by: .person) else { continue }
            let step = try await apply(
                transition, to: referral, by: .person, of: structure, client: client, in: transaction)
            if let step { steps.append(step) }
        }
        return steps
    }

    private func insert(_ step: Step, by client: String, in transaction: Transaction) async throws {
        try await transaction.query(
            """
            insert into referral_transitions (referral_id, sequence, command, from_state, to_state, actor, structure_id,
                client_id, reason_code)
            values (\(step.referral), \(step.sequence), \(step.command), \(step.from), \(step.to), \(step.actor),
                \(step.structure), \(client), \(step.reason))
            """)
        try await events.tell(step, in: transaction)
    }
}
