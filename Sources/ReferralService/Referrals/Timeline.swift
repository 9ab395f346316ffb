import Foundation
import Postgres
import Schema

/// The timeline of a referral for a party to it: each entry as its reader may know it.
struct Timeline: Sendable {
    let tenants: TenantDatabase
    private let referrals = ReferralRepository()
    private let disclosures = DisclosureRepository()
    private let entries = TimelineRepository()

    init(tenants: TenantDatabase) { self.tenants = tenants }

    func list(of id: UUID, _ acting: Acting) async throws -> [TimelineEntry] {
        try await tenants.withTransaction(acting) { transaction in
            guard let found = try await referrals.find(id, in: transaction) else { throw Refusal(.notFound) }
            let grants = try await disclosures.hold([found], in: transaction)
            guard let referral = try await referrals.find(id, in: transaction) else { throw Refusal(.notFound) }
            let roles = acting.roles(in: referral).subtracting([.coordinator, .timer])
            guard !roles.isEmpty else { throw Refusal(.notFound) }
            let all = try await entries.list(of: id, in: transaction)
            if roles.contains(.person) || roles == [.sender, .recipient] { return all }
            return roles.contains(.recipient)
                ? Self.toRecipient(all) : Self.toSender(all, of: referral, feedback: grants[id]?.feedback == true)
        }
    }

    /// Nothing of what was before it was passed on, nor who heard the person at the sender's.
    static func toRecipient(_ entries: [TimelineEntry]) -> [TimelineEntry] {
        entries.drop { $0.to != .submitted }.map { entry in
            var shown = entry
            shown.word = nil
            return shown
        }
    }

    /// Without the purpose `retour`, neither appointments nor reasons. Of a withdrawal, and of an error, that it is over.
    static func toSender(_ entries: [TimelineEntry], of referral: Referral, feedback: Bool) -> [TimelineEntry] {
        guard referral.state != .withdrawn, referral.state != .enteredInError else { return [] }
        guard !feedback else { return entries }
        return entries.compactMap { entry in
            if entry.to == .scheduled || entry.from == .scheduled && entry.to == .accepted { return nil }
            // Who was seen at an appointment has begun.
            let isAttendance = entry.from == .scheduled && entry.what == ReferralCommand.recordAttendance.rawValue
            return TimelineEntry(
                at: entry.at, what: isAttendance ? ReferralCommand.start.rawValue : entry.what,
                from: entry.from == .scheduled ? .accepted : entry.from, to: entry.to, actor: entry.actor,
                reason: nil, word: entry.word)
        }
    }
}
