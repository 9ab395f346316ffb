import Foundation
import Postgres
import Schema

/// Reads everything about a person, for them alone.
struct FollowUpReading: Sendable {
    let tenants: TenantDatabase
    let persons: PersonRepository
    let contents: ContentRepository
    let summaries: SummaryRepository
    private let repository = FollowUpRepository()
    private let people = PersonExportRepository()
    private let consents = ConsentRepository()

    init(
        tenants: TenantDatabase, persons: PersonRepository, contents: ContentRepository, summaries: SummaryRepository
    ) {
        self.tenants = tenants
        self.persons = persons
        self.contents = contents
        self.summaries = summaries
    }

    func show(_ acting: Acting) async throws -> FollowUpView {
        let person = try Self.person(acting)
        return try await tenants.withTransaction(acting) { transaction in
            guard let row = try await people.person(person, in: transaction) else { throw Refusal(.notFound) }
            let demands = try await repository.demands(of: person, in: transaction)
            let receptions = try await repository.receptions(in: demands.map(\.id), in: transaction)
            let referrals = try await repository.referrals(of: person, in: transaction)
            return FollowUpView(
                person: row,
                disclosures: try await persons.disclosures(
                    of: person, Set(PersonRepository.members.map(\.1)), in: transaction), demands: demands,
                receptions: Dictionary(grouping: receptions, by: \.demand), referrals: referrals,
                contents: try await contents.list(of: person, in: transaction),
                consents: try await consents.list(of: person, in: transaction),
                summaries: try await summaries.list(of: person, in: transaction))
        }
    }

    func accesses(_ acting: Acting) async throws -> [FollowUpRepository.Access] {
        let person = try Self.person(acting)
        return try await tenants.withTransaction(acting) { try await repository.accesses(to: person, in: $0) }
    }

    /// The structure that registered the person: it keeps what they grant.
    func structure(_ acting: Acting) async throws -> UUID {
        let person = try Self.person(acting)
        let row = try await tenants.withTransaction(acting) { try await people.person(person, in: $0) }
        guard let row else { throw Refusal(.notFound) }
        return row.structure
    }

    static func person(_ acting: Acting) throws(Refusal) -> UUID {
        guard let person = acting.person else { throw Refusal(.unauthenticated) }
        return person
    }
}
