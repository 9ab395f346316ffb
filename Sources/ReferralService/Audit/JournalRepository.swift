import Foundation
import Postgres
import Schema

/// The journal and its seals, as the worker role sees them.
struct JournalRepository: Sendable {
    /// One batch that was sealed together.
    struct Segment: Sendable {
        let number: Int
        let first: Int
        let previous: [UInt8]
        let head: JournalHead
        let sealedAt: Date
    }

    // MARK: Sealing

    /// Whether this transaction is the one that seals; another replica may be at it.
    func takeTurn(in transaction: Transaction) async throws -> Bool {
        try await transaction.query("select pg_try_advisory_xact_lock(\(Self.lock))")[0].decode(Bool.self)
    }

    func lastSegment(in transaction: Transaction) async throws -> Segment? {
        try await transaction.query("select * from journal_segments order by number desc limit 1").first.map(
            Segment.init)
    }

    /// What follows the last seal, in the order of commits. What is at or behind the oldest running transaction waits:
    /// that one may still commit entries in front of it.
    func unsealed(atMost limit: Int, in transaction: Transaction) async throws -> [JournalEntry] {
        try await transaction.query(
            """
            with last as (
                select epoch, xid, number from journal_seals order by position desc limit 1
            )
            select \(JournalEntry.columns) from access_journal
            where (epoch, xid) < ((select max(epoch) from event_epochs), pg_snapshot_xmin(pg_current_snapshot()))
                and (not exists (select from last)
                    or (epoch, xid, number) > (select epoch, xid, number from last))
            order by access_journal.epoch, access_journal.xid, access_journal.number limit \(limit)
            """
        ).map(JournalEntry.init)
    }

    func insert(_ entries: [JournalEntry], as segment: Segment, in transaction: Transaction) async throws {
        let positions = entries.indices.map { segment.first + $0 }
        try await transaction.pipeline([
            """
            insert into journal_seals (position, journal_id, epoch, xid, number, commitment)
            select position, id, epoch, xid::text::xid8, number, commitment
            from unnest(\(positions), \(entries.map(\.id)), \(entries.map(\.epoch)), \(entries.map { String($0.xid) }),
                \(entries.map(\.number)), \(entries.map(\.commitment)))
                as seal (position, id, epoch, xid, number, commitment)
            """,
            """
            insert into journal_segments (number, first_position, last_position, previous_head, head)
            values (\(segment.number), \(segment.first), \(segment.head.position), \(segment.previous),
                \(segment.head.digest))
            """,
        ])
    }

    /// «sproseal» in ASCII; advisory locks are numbers that applications agree on.
    private static let lock: Int64 = 0x7370_726F_7365_616C

    // MARK: Reading

    /// Which entries are asked for.
    struct Filter: Sendable {
        var structure: UUID?
        var person: UUID?
        var referral: UUID?
    }

    /// Sealed entries after a position, with theirs.
    func list(
        after position: Int, _ filter: Filter, limit: Int, in transaction: Transaction
    ) async throws -> [(position: Int, entry: JournalEntry)] {
        var conditions: [Query] = ["position > \(position)"]
        if let structure = filter.structure { conditions.append("structure_id = \(structure)") }
        if let person = filter.person { conditions.append("person_id = \(person)") }
        if let referral = filter.referral { conditions.append("referral_id = \(referral)") }
        return try await transaction.query(
            """
            select position, \(JournalEntry.columns) from journal_seals
                join access_journal on access_journal.id = journal_id
            where \(Query(conditions, separator: " and ")) order by position limit \(limit)
            """
        ).map { (try $0["position"], try JournalEntry($0)) }
    }

    // MARK: Verifying

    func segments(after number: Int, limit: Int, in transaction: Transaction) async throws -> [Segment] {
        try await transaction.query(
            "select * from journal_segments where number > \(number) order by number limit \(limit)"
        ).map(Segment.init)
    }

    /// A seal, and the entry under it where that is still there.
    struct Seal: Sendable {
        let position: Int
        let commitment: [UInt8]
        let entry: JournalEntry?
    }

    func seals(of segment: Segment, in transaction: Transaction) async throws -> [Seal] {
        try await transaction.query(
            """
            select position, commitment, \(JournalEntry.columns) from journal_seals
                left join access_journal on access_journal.id = journal_id
            where position between \(segment.first) and \(segment.head.position) order by position
            """
        ).map { row in
            Seal(
                position: try row["position"], commitment: try row["commitment"],
                entry: try row["id", as: UUID?.self] == nil ? nil : try JournalEntry(row))
        }
    }

    /// Seals that belong to no segment; entries that came into the order of commits behind the sealer's back; entries
    /// that wait for their seal.
    func leftovers(in transaction: Transaction) async throws -> (seals: Int, added: Int, tail: Int) {
        let results = try await transaction.pipeline([
            """
            select count(*) from journal_seals
            where position > (select coalesce(max(last_position), 0) from journal_segments)
            """,
            """
            select count(*) from access_journal where not exists (select from journal_seals where journal_id = id)
                and (epoch, xid, number) <= (select epoch, xid, number from journal_seals order by position desc limit 1)
            """,
            "select count(*) from access_journal where not exists (select from journal_seals where journal_id = id)",
        ])
        let (seals, added, unsealed) = (
            try results[0][0].decode(Int.self), try results[1][0].decode(Int.self), try results[2][0].decode(Int.self)
        )
        return (seals, added, unsealed - added)
    }
}

extension JournalRepository.Segment {
    init(_ row: Row) throws {
        number = try row["number"]
        first = try row["first_position"]
        previous = try row["previous_head"]
        head = JournalHead(position: try row["last_position"], digest: try row["head"])
        sealedAt = try row["sealed_at"]
    }
}
