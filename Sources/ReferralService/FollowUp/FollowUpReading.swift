import Foundation
import Postgres
import Schema

/// Reads everything about a person, for them alone.
struct FollowUpReading: Sendable {
    let tenants: TenantDatabase
    let persons: PersonRepository
    private let contents: ContentRepository
    private let summaries: SummaryRepository
    private let repository = FollowUpRepository()
    private let people = PersonExportRepository()
    private let consents = ConsentRepository()

    typealias Window = FollowUpListParameters.Window

    init(
        tenants: TenantDatabase, persons: PersonRepository, contents: ContentRepository, summaries: SummaryRepository
    ) {
        self.tenants = tenants
        self.persons = persons
        self.contents = contents
        self.summaries = summaries
    }

    /// Who they are here, and the newest of each list.
    func show(_ acting: Acting) async throws -> FollowUpView {
        let person = try Self.person(acting)
        let newest = Window(before: nil, limit: FollowUpView.newest)
        return try await tenants.withTransaction(acting) { transaction in
            guard let row = try await people.person(person, in: transaction) else { throw Refusal(.notFound) }
            return FollowUpView(
                person: row,
                disclosures: try await persons.disclosures(
                    of: person, Set(PersonRepository.members.map(\.1)), in: transaction),
                demands: try await demands(person, newest, transaction),
                referrals: try await referrals(person, newest, transaction),
                consents: try await consents(person, newest, transaction),
                summaries: try await summaries(person, newest, transaction))
        }
    }

    func demands(
        _ person: UUID, _ window: Window, _ transaction: Transaction
    ) async throws -> [FollowUpRepository.Demand] {
        try await repository.demands(of: person, window, in: transaction)
    }

    func referrals(_ person: UUID, _ window: Window, _ transaction: Transaction) async throws -> [FollowedReferral] {
        let found = try await repository.referrals(of: person, window, in: transaction)
        let contents = try await contents.list(of: person, about: found.map(\.id), in: transaction)
        return found.map { FollowedReferral(referral: $0, contents: contents[$0.id] ?? [:]) }
    }

    func consents(_ person: UUID, _ window: Window, _ transaction: Transaction) async throws -> [Consent] {
        try await consents.list(of: person, before: window.before, limit: window.limit, in: transaction)
    }

    func summaries(_ person: UUID, _ window: Window, _ transaction: Transaction) async throws -> [Summary] {
        try await summaries.list(of: person, before: window.before, limit: window.limit, in: transaction)
    }

    /// Who looked.
    func accesses(
        _ person: UUID, _ window: Window, _ transaction: Transaction
    ) async throws -> [FollowUpRepository.Access] {
        try await repository.accesses(to: person, window, in: transaction)
    }

    /// When somebody came by a link of theirs.
    func sessions(_ person: UUID, _ window: Window, _ transaction: Transaction) async throws -> [FollowUpSession] {
        try await repository.sessions(of: person, window, in: transaction)
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
