import Foundation
import Postgres
import Schema
import Tokens
import Web

/// Makes referrals and moves them through ``StateTable``, each step in one transaction with its guards, its history and
/// its idempotency key.
struct ReferralHandling: Sendable {
    let tenants: TenantDatabase
    let persons: PersonRepository
    private let referrals = ReferralRepository()
    private let demands = DemandRepository()
    private let consents = ConsentRepository()

    init(tenants: TenantDatabase, persons: PersonRepository) {
        self.tenants = tenants
        self.persons = persons
    }

    /// What a command's body says.
    struct Arguments: Sendable {
        var consent: UUID?
        var reason: String?
        var outcome: String?
    }

    /// Creates a referral with all that comes along; with a consent it is submitted at once.
    func create(
        _ draft: ReferralDraft, from sender: StructureFacts, _ key: IdempotencyKey, _ acting: Acting
    ) async throws -> IdempotencyRepository.Answer {
        let id = UUID.v7()
        return try await guarded(nil, acting) {
            try await tenants.once(key, acting) { transaction in
                let (person, personKey) = try await person(draft, in: transaction)
                let demand = try await demand(draft, person, sender, in: transaction)
                let consent = try await consent(draft, person, in: transaction)
                let client = acting.caller.clientID
                _ = try await referrals.insert(
                    draft, id: id, person: person, demand: demand,
                    pseudonym: personKey.pseudonym(for: draft.recipient), by: client, in: transaction)
                var state = StateTable.initial
                var sequence = 1
                if let consent {
                    let step = try await submit(id, resting: consent, acting, in: transaction)
                    (state, sequence) = (step.to, step.sequence)
                }
                return Self.answer(201, id, state, sequence, StateTable.commands(in: state, for: [.sender])) { json in
                    json.member("person_id", person.text)
                    json.member("demand_id", demand.text)
                    json.member("consent_id", consent?.text)
                }
            }
        }
    }

    func apply(
        _ command: ReferralCommand, to id: UUID, _ arguments: Arguments, _ key: IdempotencyKey, _ acting: Acting
    ) async throws -> IdempotencyRepository.Answer {
        try await guarded(id, acting) {
            try await tenants.once(key, acting) { transaction in
                guard let referral = try await referrals.find(id, in: transaction) else { throw Refusal(.notFound) }
                let roles = acting.roles(in: referral)
                guard !roles.isEmpty else { throw Refusal(.notFound) }
                let step: ReferralRepository.Step
                if command == .submit, let consent = arguments.consent {
                    guard roles.contains(.sender), referral.state == StateTable.initial else {
                        throw Self.refused(referral, roles)
                    }
                    guard try await demands.isOpen(referral.demand, in: transaction) == true else {
                        throw Self.refused(referral, roles, DemandRepository.closed)
                    }
                    step = try await submit(id, resting: consent, acting, in: transaction)
                } else {
                    step = try await move(referral, command, arguments, roles, acting, in: transaction)
                }
                return Self.answer(200, id, step.to, step.sequence, StateTable.commands(in: step.to, for: roles)) { _ in
                }
            }
        }
    }

    private func submit(
        _ id: UUID, resting consent: UUID, _ acting: Acting, in transaction: Transaction
    ) async throws -> ReferralRepository.Step {
        let rests = try await referrals.rest(id, on: consent, in: transaction)
        guard let referral = try await referrals.find(id, in: transaction) else { throw Refusal(.notFound) }
        guard rests, let transition = StateTable.transition(from: referral.state, .submit, by: .sender),
            let step = try await referrals.apply(
                transition, to: referral, by: .sender, of: referral.sender, client: acting.caller.clientID,
                in: transaction)
        else { throw Self.refused(referral, acting.roles(in: referral)) }
        return step
    }

    private func move(
        _ referral: Referral, _ command: ReferralCommand, _ arguments: Arguments, _ roles: Set<ReferralActor>,
        _ acting: Acting, in transaction: Transaction
    ) async throws -> ReferralRepository.Step {
        let parts: [ReferralActor] = [.person, .sender, .recipient].filter(roles.contains)
        guard
            let transition = parts.compactMap({ StateTable.transition(from: referral.state, command, by: $0) }).first
        else { throw Self.refused(referral, roles) }
        // The consent's row before the referral's, as a withdrawal takes them: neither waits for the other in a circle.
        // (A submission takes the referral's first: no withdrawal looks for it before it rests on the consent.)
        if transition.guards.contains(.consent) {
            try await referrals.guardConsent(of: referral.id, in: transaction)
        }
        // What a person does is told of the structure that registered them.
        let structure = transition.actor == .recipient ? referral.recipient : referral.sender
        let step = try await referrals.apply(
            transition, to: referral, by: transition.actor, of: structure, client: acting.caller.clientID,
            reason: arguments.reason, outcome: arguments.outcome, in: transaction)
        if let step { return step }
        guard let present = try await referrals.find(referral.id, in: transaction) else { throw Refusal(.notFound) }
        throw Self.refused(present, roles)
    }

    // MARK: What comes along

    private func person(
        _ draft: ReferralDraft, in transaction: Transaction
    ) async throws -> (UUID, PersonKey) {
        switch draft.person {
        case .new(let person):
            let id = UUID.v7()
            return (id, try await persons.insert(person, id: id, of: draft.sender, in: transaction))
        case .known(let id):
            guard let key = try await persons.key(of: id, at: draft.sender, in: transaction) else {
                throw Refusal.unknownPerson
            }
            return (id, key)
        }
    }

    private func demand(
        _ draft: ReferralDraft, _ person: UUID, _ sender: StructureFacts, in transaction: Transaction
    ) async throws -> UUID {
        switch draft.demand {
        case .new(let demand):
            let id = UUID.v7()
            try await demands.insert(demand, id: id, person: person, at: sender, in: transaction)
            return id
        case .known(let id):
            do {
                try await demands.requireOpen(id, in: transaction)
            } catch let refusal as Refusal where refusal.code == .notFound {
                throw Refusal.unknownDemand
            }
            return id
        }
    }

    private func consent(
        _ draft: ReferralDraft, _ person: UUID, in transaction: Transaction
    ) async throws -> UUID? {
        switch draft.consent {
        case nil: return nil
        case .known(let id): return id
        case .new(let consent):
            let id = UUID.v7()
            try await consents.insert(consent, id: id, person: person, at: draft.sender, in: transaction)
            return id
        }
    }

    // MARK: Refusals

    /// Turns a guard's refusal into the caller's words, with the state as it is afterwards. Who may no longer see the
    /// referral, because it was withdrawn, is told that there is none.
    ///
    /// - Parameter id: nil for a creation, of which nothing is left.
    private func guarded(
        _ id: UUID?, _ acting: Acting, _ work: () async throws -> IdempotencyRepository.Answer
    ) async throws -> IdempotencyRepository.Answer {
        do {
            return try await work()
        } catch let error as DatabaseError {
            guard case .raised("SP001", let reason) = error.kind else { throw error }
            let sentence = ConsentSentences.of(reason)
            guard let id else { throw Refusal(.conflict, detail: sentence) }
            let present = try await tenants.withTransaction(acting) { try await referrals.find(id, in: $0) }
            guard let present else { throw Refusal(.notFound) }
            throw Self.refused(present, acting.roles(in: present), sentence)
        }
    }

    private static func refused(
        _ referral: Referral, _ roles: Set<ReferralActor>, _ detail: LocalizedText? = nil
    ) -> Refusal {
        guard !roles.isEmpty else { return Refusal(.notFound) }
        let commands = StateTable.commands(in: referral.state, for: roles).map { JSONValue.string($0.rawValue) }
        let state = ReferralView.shownState(referral.state)
        return Refusal(
            .conflict,
            detail: detail
                ?? LocalizedText(
                    fr: "Cette commande n’est pas possible dans l’état \(state).",
                    en: "This command is not possible in the state \(state)."),
            members: ["current_state": .string(state), "allowed_commands": .array(commands)])
    }

    private static func answer(
        _ status: Int, _ id: UUID, _ state: ReferralState, _ sequence: Int, _ commands: [ReferralCommand],
        _ more: (inout JSONWriter) -> Void
    ) -> IdempotencyRepository.Answer {
        let location = "/v1/referrals/\(id.text)"
        var json = JSONWriter()
        json.object { json in
            json.member("id", id.text)
            more(&json)
            json.member("state", ReferralView.shownState(state))
            json.member("sequence", sequence)
            json.member("allowed_commands", commands.map(\.rawValue))
            json.member("links") { json in json.object { $0.member("self", location) } }
        }
        return IdempotencyRepository.Answer(status: status, location: location, body: json.bytes)
    }
}
