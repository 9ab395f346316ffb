import Charters
import Foundation
import Postgres
import Schema

/// What is past its time, as the worker role finds it; the clock is the database's.
struct RetentionRepository: Sendable {
    private let events = ReferralEventRepository()

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

    /// Forgets one of them for whose structure the transaction acts, unless somebody has had to do with them since; the
    /// reporting service is told to link nothing by their key any more.
    /// - Returns: whether they were forgotten.
    func retire(_ person: UUID, _ scope: Scope, in transaction: Transaction) async throws -> Bool {
        let id = UUID.v7()
        let forgotten = try await transaction.query(
            """
            select retire_person(\(person), \(id), \(scope.retention.identityMonths), \(scope.region),
                \(scope.others), \(Self.open))
            """)[0].decode(UUID?.self)
        guard let key = forgotten else { return false }
        let request = ErasureRequest(erasure: id, structures: [], person: key)
        events.append(.erasureRequested(request), 1, in: transaction)
        return true
    }
}
