import Foundation
import Postgres
import Schema
import Web

/// Writes and reads the messages of a referral: under its consent, from the review to the end, sealed by the person's key.
struct Messaging: Sendable {
    let tenants: TenantDatabase
    let persons: PersonRepository
    private let referrals = ReferralRepository()
    private let guards = GuardRepository()
    private let disclosures = DisclosureRepository()
    private let messages = MessageRepository()

    init(tenants: TenantDatabase, persons: PersonRepository) {
        (self.tenants, self.persons) = (tenants, persons)
    }

    struct Message: Sendable {
        let id: UUID
        let author: ReferralActor
        let text: Redacted<String>
        let createdAt: Date
        let deliveredAt: Date?

        /// - Parameter key: the person's.
        init(_ message: SealedMessage, opening key: PersonKey) throws {
            let opened = try key.open(message.sealed, category: Messaging.category(message.id))
            (id, author) = (message.id, message.author)
            text = Redacted(String(decoding: opened.revealed, as: UTF8.self))
            (createdAt, deliveredAt) = (message.createdAt, message.deliveredAt)
        }
    }

    /// Sends one to the other parties.
    /// - Parameter structure: as which party a caller writes who acts for both.
    func send(
        _ text: String, on id: UUID, as structure: UUID?, _ key: IdempotencyKey, _ acting: Acting
    ) async throws -> IdempotencyRepository.Answer {
        do {
            return try await tenants.once(key, acting) { transaction in
                guard let found = try await referrals.find(id, in: transaction),
                    !acting.roles(in: found).isEmpty
                else { throw Refusal(.notFound) }
                guard Self.isOpen(found) else { throw Self.refused(found, acting) }
                try await guards.requireConsent(of: id, in: transaction)
                // As it is now that its consent is held; it stays so until the message is there.
                guard let referral = try await referrals.findHeld(id, in: transaction),
                    let author = try acting.author(in: referral, writingAs: structure)
                else { throw Refusal(.notFound) }
                guard Self.isOpen(referral) else { throw Self.refused(referral, acting) }
                guard try await messages.count(of: id, in: transaction) < MessageRepository.most else {
                    throw Refusal(.conflict, detail: Self.tooMany)
                }
                guard let key = try await persons.key(of: referral.person, in: transaction) else {
                    throw Refusal(.notFound)
                }
                let message = UUID.v7()
                try await messages.insert(
                    try key.seal(Redacted(Array(text.utf8)), category: Self.category(message)), id: message, of: id,
                    by: author, in: transaction)
                return .created(message, at: nil)
            }
        } catch let error as DatabaseError {
            guard case .raised("SP001", let reason) = error.kind else { throw error }
            let present = try await tenants.withTransaction(acting) { try await referrals.find(id, in: $0) }
            guard let present else { throw Refusal(.notFound) }
            throw Self.refused(present, acting, ConsentSentences.of(reason))
        }
    }

    /// What was written so far, as far as a consent in force lets it be read.
    /// - Parameters:
    ///   - role: as which party, for a caller who has both parts.
    ///   - isShown: what nobody is shown is neither delivered nor written to the journal.
    func list(
        on id: UUID, as role: ReferralActor? = nil, _ acting: Acting, isShown: Bool = true
    ) async throws -> [Message] {
        try await tenants.withTransaction(acting) { transaction in
            guard let found = try await referrals.find(id, in: transaction) else { throw Refusal(.notFound) }
            let grants = try await disclosures.hold([found], in: transaction)
            guard let referral = try await referrals.find(id, in: transaction),
                let reader = acting.part(in: referral, as: role)
            else { throw Refusal(.notFound) }
            guard let grant = grants[id], Self.isOpen(referral),
                let key = try await persons.key(of: referral.person, in: transaction)
            else { return [] }
            if isShown { try await messages.markDelivered(of: id, to: reader, in: transaction) }
            let sealed = try await messages.list(of: id, in: transaction)
            if isShown, !sealed.isEmpty, reader == .recipient || reader == .sender {
                let structure = reader == .recipient ? referral.recipient : referral.sender
                let access = DisclosureRepository.Access(
                    structure: structure, person: referral.person, referral: id, purpose: "transmission",
                    categories: [], messages: true, grant: grant, decision: .disclosed)
                try await disclosures.record(access, by: acting, in: transaction)
            }
            return try sealed.map { try Message($0, opening: key) }
        }
    }

    private static func isOpen(_ referral: Referral) -> Bool { referral.tier.map { $0 >= .relay } ?? false }

    fileprivate static func category(_ message: UUID) -> String { "message \(message.text)" }

    private static func refused(
        _ referral: Referral, _ acting: Acting, _ detail: LocalizedText? = nil
    ) -> Refusal {
        ReferralRefusal.of(referral, acting.roles(in: referral), detail ?? notNow)
    }

    private static let notNow = LocalizedText(
        fr: "On s’écrit de l’étude de l’orientation à sa fin.",
        en: "Messages are exchanged from the review of a referral to its end.")
    private static let tooMany = LocalizedText(
        fr: "Une orientation porte 200 messages au plus.", en: "A referral carries at most 200 messages.")
}
