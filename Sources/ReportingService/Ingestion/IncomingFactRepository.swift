import Postgres

/// Rows on their way into a table of facts: COPY into a temporary table of its columns, then one `insert … select`.
///
/// The temporary table stays with the connection, empty between two transactions: one made for every page would cost
/// more than what is copied into it.
struct IncomingFactRepository {
    let transaction: Transaction

    /// - Parameter insert: from `incoming_<table>`; without it every row is stored once, the first time that its key is
    ///   told.
    func store(_ rows: CopyRows, in table: Identifier, _ columns: [Identifier], _ insert: Query? = nil) async throws {
        guard rows.count > 0, let incoming = Identifier("incoming_" + table.name) else { return }
        transaction.queue("create temporary table if not exists \(incoming) (like \(table)) on commit delete rows")
        try await transaction.copy(into: incoming, columns: columns, rows: rows)
        let names = Query(columns.map { "\($0)" }, separator: ", ")
        transaction.queue(
            insert ?? "insert into \(table) (\(names)) select \(names) from \(incoming) on conflict do nothing")
    }
}
