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
    private let options = OptionRepository()
    private let guards = GuardRepository()
    private let stepping: ReferralStepping

    init(
        tenants: TenantDatabase, persons: PersonRepository, summaries: SummaryRequirement,
        limit: StructuresLimit = StructuresLimit()
    ) {
        self.tenants = tenants
        self.persons = persons
        stepping = ReferralStepping(persons: persons, limit: limit, summaries: summaries)
    }

    typealias Arguments = ReferralStepping.Arguments

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
                let step = try await referrals.insert(
                    draft, id: id, person: person, demand: demand,
                    pseudonym: personKey.pseudonym(for: draft.recipient), by: client, in: transaction)
                if !draft.options.isEmpty { options.replace(draft.options, of: id, in: transaction) }
                var (state, steps) = (step.to, step.steps)
                if let consent {
                    let taken = try await submit(id, resting: consent, acting, in: transaction)
                    (state, steps) = (taken.state, taken.steps)
                }
                return Self.answer(201, id, state, steps, StateTable.commands(in: state, for: [.sender])) { json in
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
            do {
                return try await take(command, of: id, arguments, key, acting)
            } catch is ReferralStepping.SubmittedMeanwhile {
                // It is submitted once.
                return try await take(command, of: id, arguments, key, acting)
            }
        }
    }

    private func take(
        _ command: ReferralCommand, of id: UUID, _ arguments: Arguments, _ key: IdempotencyKey, _ acting: Acting
    ) async throws -> IdempotencyRepository.Answer {
        try await tenants.once(key, acting) { transaction in
            guard let referral = try await referrals.find(id, in: transaction) else { throw Refusal(.notFound) }
            let roles = try await roles(in: referral, acting, in: transaction)
            let taken = try await stepping.take(
                command, of: referral, arguments, as: roles, acting, in: transaction)
            let commands = StateTable.commands(in: taken.state, for: roles)
            return Self.answer(200, id, taken.state, taken.steps, commands, to: roles) { json in
                json.member("sequel_id", taken.sequel?.text)
                json.member("appointment_id", taken.appointment?.text)
            }
        }
    }

    /// A referral of the caller's, and what it may do with it.
    func find(_ id: UUID, _ acting: Acting) async throws -> (referral: Referral, commands: [ReferralCommand]) {
        try await tenants.withTransaction(acting) { transaction in
            guard let referral = try await referrals.find(id, in: transaction) else { throw Refusal(.notFound) }
            let roles = try await roles(in: referral, acting, in: transaction)
            guard !roles.isEmpty else { throw Refusal(.notFound) }
            return (referral, StateTable.commands(in: referral.state, for: roles))
        }
    }

    private func roles(
        in referral: Referral, _ acting: Acting, in transaction: Transaction
    ) async throws -> Set<ReferralActor> {
        var roles = acting.roles(in: referral)
        if !acting.territories.isEmpty, try await guards.isCoordinated(referral.id, in: transaction) {
            roles.insert(.coordinator)
        }
        return roles
    }

    /// Submits a referral that was just made, whose demand is held.
    private func submit(
        _ id: UUID, resting consent: UUID, _ acting: Acting, in transaction: Transaction
    ) async throws -> ReferralStepping.Taken {
        guard let referral = try await referrals.find(id, in: transaction) else { throw Refusal(.notFound) }
        return try await stepping.take(
            .submit, of: referral, Arguments(consent: consent), as: [.sender], acting, held: [.demandOpen],
            in: transaction)
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
            if case .known = draft.person {
                try await persons.renewAgeBand(of: person, on: ParisClock.today, in: transaction)
            }
            try await consents.insert(
                consent, id: id, person: person, at: draft.sender, within: "/consent", in: transaction)
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
        } catch let refusal as Refusal where id == nil && refusal.code == .conflict {
            // There is no such referral now, whose state and commands it could tell.
            let members = refusal.members.members.filter { !ReferralRefusal.members.contains($0.name) }
            throw Refusal(.conflict, detail: refusal.detail, members: JSONObject(members: members))
        } catch let error as DatabaseError {
            guard case .raised("SP001", let reason) = error.kind else { throw error }
            let sentence = ConsentSentences.of(reason)
            guard let id else { throw Refusal(.conflict, detail: sentence) }
            let present = try await tenants.withTransaction(acting) { transaction -> Refusal? in
                guard let referral = try await referrals.find(id, in: transaction) else { return nil }
                return ReferralRefusal.of(
                    referral, try await roles(in: referral, acting, in: transaction), sentence)
            }
            throw present ?? Refusal(.notFound)
        }
    }

    private static func answer(
        _ status: Int, _ id: UUID, _ state: ReferralState, _ steps: Referral.Steps, _ commands: [ReferralCommand],
        to roles: Set<ReferralActor> = [.sender], _ more: (inout JSONWriter) -> Void
    ) -> IdempotencyRepository.Answer {
        let location = "/v1/referrals/\(id.text)"
        var json = JSONWriter()
        json.object { json in
            json.member("id", id.text)
            more(&json)
            json.member("state", ReferralView.shownState(state, to: roles))
            json.member("sequence", steps.shown(to: roles))
            json.member("allowed_commands", commands.map(\.rawValue))
            json.member("links") { json in json.object { $0.member("self", location) } }
        }
        return IdempotencyRepository.Answer(status: status, location: location, body: json.bytes)
    }
}
