import Charters
import Foundation
import Postgres
import Schema

/// What is past its time, as the worker role finds it; the clock is the database's.
struct RetentionRepository: Sendable {
    /// For whose structures a delay holds.
    struct Scope: Sendable {
        /// nil: for all that lie in none of the regions with a charter, or nobody knows where.
        let region: String?
        let others: [String]
        let retention: Retention

        /// One for each charter, and one for the rest.
        static func all(_ charters: CharterSet) -> [Scope] {
            let regions = charters.charters.keys.sorted()
            return charters.charters.sorted { $0.key < $1.key }.map { region, charter in
                Scope(region: region, others: [], retention: charter.retention)
            } + [Scope(region: nil, others: regions, retention: .productDefault)]
        }
    }

    private static let open = ReferralState.allCases.filter(\.isOpen)

    /// Deletes some contents of referrals that ended too long ago.
    /// - Returns: how many; fewer than the limit where no more are left.
    func purgeContents(_ scope: Scope, atMost limit: Int, in transaction: Transaction) async throws -> Int {
        try await transaction.query(
            """
            select purge_contents(\(scope.retention.contentsMonths), \(scope.region), \(scope.others), \(Self.open),
                \(limit))
            """)[0].decode(Int.self)
    }

    /// Some persons whom nobody has had anything to do with for too long, each with their structure.
    func personsPast(
        _ scope: Scope, atMost limit: Int, in transaction: Transaction
    ) async throws -> [(person: UUID, structure: UUID)] {
        try await transaction.query(
            """
            select id, structure_id from persons_past(\(scope.retention.identityMonths), \(scope.region),
                \(scope.others), \(Self.open), \(limit))
            """
        ).decode((UUID, UUID).self).map { (person: $0.0, structure: $0.1) }
    }
}
