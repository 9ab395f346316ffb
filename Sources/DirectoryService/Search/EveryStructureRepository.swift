import Postgres

/// Every structure, those that are no more among them, a thousand rows at a time.
struct EveryStructureRepository: Sendable {
    /// One that sees a single moment.
    let transaction: Transaction

    func open() async throws {
        try await transaction.query(
            """
            declare everything no scroll cursor for
            select id, case when removed_at is null then document end as document, version, updated_at, removed_at,
                successor_id
            from structures
            """)
    }

    /// - Returns: none at the end.
    func next() async throws -> Rows { try await transaction.query("fetch 1000 from everything") }

    func close() async throws { try await transaction.query("close everything") }
}
