import Foundation
import Postgres
import Schema
import Tokens
import Web

/// Writes summaries and has them approved. An edit is a new version, so that nobody approves what they have not read.
struct SummaryHandling: Sendable {
    let tenants: TenantDatabase
    let summaries: SummaryRepository
    private let referrals = ReferralRepository()
    private let disclosures = DisclosureRepository()

    init(tenants: TenantDatabase, summaries: SummaryRepository) {
        self.tenants = tenants
        self.summaries = summaries
    }

    static let path = "/v1/summaries"

    /// - Parameter structure: as which party a caller writes who acts for both.
    func create(
        _ draft: SummaryDraft, about referral: UUID, as structure: UUID?, _ key: IdempotencyKey, _ acting: Acting
    ) async throws -> IdempotencyRepository.Answer {
        try await tenants.once(key, acting) { transaction in
            let (referral, role) = try await hold(referral, acting, in: transaction) {
                try $1.author(in: $0, writingAs: structure)
            }
            let author = role == .recipient ? referral.recipient : referral.sender
            guard author == referral.sender ? referral.state.isOpen : referral.tier == .record else {
                throw Self.tooLate
            }
            guard try await summaries.mayWrite(referral.id, at: author, in: transaction),
                let personKey = try await summaries.persons.key(of: referral.person, in: transaction)
            else { throw Self.notAgreed }
            try await summaries.takeTurn(at: referral.id, in: transaction)
            let id = UUID.v7()
            let (version, digest) = try await summaries.insert(
                draft, id: id, of: referral, at: author, with: personKey, by: acting.caller.clientID, in: transaction)
            return .created(id, at: "\(Self.path)/\(id.text)") { json in
                json.member("version", version)
                json.member("sha256", digest.hexadecimal)
            }
        }
    }

    /// - Parameter role: as which party, for a caller who has both parts.
    /// - Throws: ``Refusal`` `not-found`, also for another author's.
    func list(about referral: UUID, as role: ReferralActor?, _ acting: Acting) async throws -> [Summary] {
        try await tenants.withTransaction(acting) { transaction in
            let (referral, part) = try await hold(referral, acting, in: transaction) { $1.part(in: $0, as: role) }
            let author = part == .recipient ? referral.recipient : referral.sender
            let found = try await summaries.list(about: referral.id, by: [author], in: transaction)
            if !found.isEmpty { try await record(referral, author, acting, in: transaction) }
            return found
        }
    }

    /// For its author's structure, or for the person.
    func find(_ id: UUID, _ acting: Acting) async throws -> Summary {
        try await tenants.withTransaction(acting) { transaction in
            let (summary, referral) = try await reach(id, acting, in: transaction)
            if let referral { try await record(referral, summary.structure, acting, in: transaction) }
            return summary
        }
    }

    func approve(
        _ id: UUID, _ digest: String, _ approval: SummaryRepository.Approval, _ key: IdempotencyKey, _ acting: Acting,
        path: String = SummaryHandling.path
    ) async throws -> IdempotencyRepository.Answer {
        try await tenants.once(key, acting) { transaction in
            let (seen, _) = try await reach(id, acting, in: transaction)
            try await summaries.takeTurn(at: seen.referral, in: transaction)
            guard seen.digest.hexadecimal == digest else { throw Self.otherText }
            guard try await summaries.isLast(seen, in: transaction) else { throw Self.outdated }
            try await summaries.approve(id, approval, in: transaction)
            guard let summary = try await summaries.find(id, in: transaction) else { throw Refusal(.notFound) }
            var json = JSONWriter()
            json.object { json in
                json.member("id", id.text)
                json.member("version", summary.version)
                json.member("sha256", digest)
                json.member("final", summary.finalAt != nil)
                json.member("links") { json in json.object { $0.member("self", "\(path)/\(id.text)") } }
            }
            return .init(status: 200, location: "", body: json.bytes)
        }
    }

    /// The summary, and for a structure its referral, whose consent is held.
    private func reach(
        _ id: UUID, _ acting: Acting, in transaction: Transaction
    ) async throws -> (Summary, Referral?) {
        guard let first = try await summaries.find(id, in: transaction) else { throw Refusal(.notFound) }
        if acting.person != nil { return (first, nil) }
        let (referral, _) = try await hold(first.referral, acting, in: transaction) {
            $1.part(in: $0, as: $0.sender == first.structure ? .sender : .recipient)
        }
        guard let summary = try await summaries.find(id, in: transaction) else { throw Refusal(.notFound) }
        return (summary, referral)
    }

    /// The referral with its consent held, and the part that the caller takes in it.
    private func hold(
        _ id: UUID, _ acting: Acting, in transaction: Transaction, _ part: (Referral, Acting) throws -> ReferralActor?
    ) async throws -> (Referral, ReferralActor) {
        guard let found = try await referrals.find(id, in: transaction) else { throw Refusal(.notFound) }
        _ = try await disclosures.hold([found], in: transaction)
        guard let referral = try await referrals.find(id, in: transaction) else { throw Refusal(.notFound) }
        guard let part = try part(referral, acting) else { throw Refusal(.notFound) }
        return (referral, part)
    }

    /// What a recipient reads of L3 is in the journal, its own words included.
    private func record(
        _ referral: Referral, _ author: UUID, _ acting: Acting, in transaction: Transaction
    ) async throws {
        guard author == referral.recipient else { return }
        try await disclosures.record([.summary], of: referral, acting, in: transaction)
    }

    private static let notAgreed = Refusal(
        .conflict, fr: "L’accord en vigueur ne porte pas sur une synthèse.",
        en: "The consent in force does not name summaries.")
    private static let tooLate = Refusal(
        .conflict, fr: "Une synthèse s’écrit pendant l’accompagnement.",
        en: "A summary is written while the person is being accompanied.")
    private static let otherText = Refusal(
        .conflict, fr: "Ce n’est pas l’empreinte de cette version.", en: "This is not the digest of this version.")
    private static let outdated = Refusal(
        .conflict, fr: "Une version plus récente existe : c’est elle qui s’approuve.",
        en: "There is a newer version, which is the one to approve.")
}
