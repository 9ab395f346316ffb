import Foundation
import Postgres
import Schema
import Tokens

/// Forgets somebody, in one transaction: consents and open referrals end first, so that whoever follows the events knows
/// and whoever reads waits; then everything about them goes.
struct Erasing: Sendable {
    private let erasures = ErasureRepository()
    private let consents = ConsentRepository()
    private let referrals = ReferralRepository()

    /// - Parameter acting: nil for the service itself, which replays what was asked before.
    /// - Returns: the erasure as its asker sees it.
    /// - Throws: ``Refusal`` `not-found` for whom the caller does not keep, as for nobody.
    func erase(
        _ person: UUID, as id: UUID, _ acting: Acting?, in transaction: Transaction
    ) async throws -> Erasure {
        guard let subject = try await erasures.subject(person, for: acting, in: transaction) else {
            throw Refusal(.notFound)
        }
        try await erasures.hold(person, in: transaction)
        try await erasures.askOnce(in: transaction)
        for consent in subject.consents {
            let isFirst = try await consents.withdraw(consent, keptBy: subject.structure, in: transaction)
            guard isFirst == true else { continue }
            _ = try await referrals.withdrawAll(
                restingOn: consent, of: subject.structure, by: acting?.caller.clientID ?? LedgerReplay.client,
                in: transaction)
        }
        let asker = acting?.person == nil ? "structure" : "person"
        guard
            try await erasures.insert(id, of: person, by: asker, in: transaction),
            let erasure = try await erasures.find(id, in: transaction)
        else { throw Refusal(.notFound) }
        return erasure
    }
}
