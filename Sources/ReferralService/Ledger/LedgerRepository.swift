import Foundation
import Postgres

/// What the database knows of the ledger.
struct LedgerRepository: Sendable {
    /// Whether this transaction is the one that writes the ledger; another replica may be at it.
    func takeTurn(in transaction: Transaction) async throws -> Bool {
        try await transaction.query("select pg_try_advisory_xact_lock(\(Self.lock))")[0].decode(Bool.self)
    }

    /// The last line that the database knows to be written.
    func last(in transaction: Transaction) async throws -> (number: Int, digest: [UInt8])? {
        let rows = try await transaction.query(
            "select number, digest from ledger_entries where number is not null order by number desc limit 1")
        return try rows.first.map { row in (try row["number"], try row["digest"]) }
    }

    /// The digest of a line as the database noted it.
    func digest(of number: Int, in transaction: Transaction) async throws -> [UInt8]? {
        try await transaction.query("select digest from ledger_entries where number = \(number)").first?.decode(
            [UInt8].self)
    }

    /// What the ledger is still to be told.
    func pending(atMost limit: Int, in transaction: Transaction) async throws -> [LedgerEntry] {
        try await transaction.query(
            "select * from ledger_entries where number is null order by at, id limit \(limit)"
        ).map(LedgerEntry.init)
    }

    /// What the ledger was told after this line, in its order.
    func written(after number: Int, in transaction: Transaction) async throws -> [LedgerEntry] {
        try await transaction.query(
            "select * from ledger_entries where number > \(number) order by number"
        ).map(LedgerEntry.init)
    }

    /// Seconds that the oldest entry has waited for the ledger; nil: none waits.
    func delay(in transaction: Transaction) async throws -> Double? {
        try await transaction.query(
            """
            select extract(epoch from clock_timestamp() - min(at))::double precision
            from ledger_entries where number is null
            """)[0].decode(Double?.self)
    }

    /// Which of these entries the database has.
    func known(_ ids: [UUID], in transaction: Transaction) async throws -> Set<UUID> {
        Set(
            try await transaction.query("select id from ledger_entries where id = any (\(ids))").decode(UUID.self))
    }

    /// Notes that these entries are written.
    func note(_ lines: [LedgerLine], in transaction: Transaction) async throws {
        try await transaction.query(
            """
            update ledger_entries set number = line.number, digest = line.digest
            from unnest(\(lines.map(\.entry.id)), \(lines.map(\.number)), \(lines.map(\.digest)))
                as line (id, number, digest)
            where ledger_entries.id = line.id
            """)
    }

    /// Takes over an entry that only the ledger had, for the structure that acts in the transaction.
    func insert(_ line: LedgerLine, in transaction: Transaction) async throws {
        let entry = line.entry
        try await transaction.query(
            """
            insert into ledger_entries (id, structure_id, kind, subject_id, at, requested_by, number, digest)
            values (\(entry.id), \(entry.structure), \(entry.kind), \(entry.subject), \(entry.at), \(entry.by),
                \(line.number), \(line.digest))
            """)
    }

    /// «sproledg» in ASCII; advisory locks are numbers that applications agree on.
    private static let lock: Int64 = 0x7370_726F_6C65_6467
}
