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

    /// - Parameters:
    ///   - acting: nil for the service itself, which replays what was asked before.
    ///   - asker: who asked then, `person`, `structure` or `charter`; nil: it is as ``Acting`` says.
    /// - Returns: the erasure as its asker sees it.
    /// - Throws: ``Refusal`` `not-found` for whom the caller does not keep, as for nobody.
    func erase(
        _ person: UUID, as id: UUID, _ acting: Acting?, by asker: String? = nil, in transaction: Transaction
    ) async throws -> Erasure {
        guard let structure = try await erasures.keeper(of: person, for: acting, in: transaction) else {
            throw Refusal(.notFound)
        }
        let client = acting?.caller.clientID ?? LedgerReplay.client
        let asker = asker ?? (acting?.person == nil ? "structure" : "person")
        try await erasures.hold(person, in: transaction)
        try await erasures.askOnce(in: transaction)
        for consent in try await consents.list(of: person, in: transaction).map(\.id).reversed() {
            let isFirst = try await consents.withdraw(consent, keptBy: structure, by: asker, in: transaction)
            guard isFirst == true else { continue }
            _ = try await referrals.withdrawAll(restingOn: consent, of: structure, by: client, in: transaction)
        }
        // What rests on none yet: nobody submits it any more, since its demand is held.
        _ = try await referrals.withdrawAll(ofPerson: person, of: structure, by: client, in: transaction)
        guard
            try await erasures.insert(id, of: person, by: asker, in: transaction),
            let erasure = try await erasures.find(id, in: transaction)
        else { throw Refusal(.notFound) }
        return erasure
    }
}
