import Foundation
import Postgres
import ServiceCalls

/// Takes in pages of events. A page's facts and the cursor after it commit together: whatever is interrupted is either
/// wholly stored or will be read again, and what is read again changes nothing.
///
/// Every merge is commutative (first, last, or once by id), so that late, repeated and reordered events leave the same
/// rows.
struct FeedRepository: Sendable {
    /// A page is at most 10,000 events.
    private static let patience = TransactionOptions(timeout: .seconds(120))

    /// Another follower has taken the page, or begun a rebuild, in the meantime.
    struct Overtaken: Error {}

    /// Whether this connection is now the one that reads the feed, for as long as it is open.
    func claim(_ source: FeedSource, on connection: Connection) async throws -> Bool {
        let name = "reporting feed " + source.rawValue
        return try await connection.query("select pg_try_advisory_lock(hashtextextended(\(name), 0))")[0]
            .decode(Bool.self)
    }

    func standing(of source: FeedSource, on connection: Connection) async throws -> FeedStanding {
        let row = try await connection.query(
            "select cursor, rebuilds, is_rebuilding from feeds where source = \(source)")[0]
        let (cursor, rebuilds, isRebuilding) = try row.decode((String?, Int, Bool).self)
        return FeedStanding(cursor: cursor, rebuilds: rebuilds, isRebuilding: isRebuilding)
    }

    /// - Throws: ``Overtaken`` where the feed does not stand any more where the page was read.
    func take(
        _ page: EventFeedPage, of source: FeedSource, after standing: FeedStanding, on connection: Connection
    ) async throws {
        let batch = try FactBatch(page.events)
        try await connection.withTransaction(Self.patience) { transaction in
            let moved = try await transaction.query(
                """
                update feeds set cursor = \(page.cursor), pages = pages + 1,
                    is_rebuilding = is_rebuilding and not \(page.isLast),
                    end_reached_at = case when \(page.isLast) then now() else end_reached_at end,
                    was_read_to_end = was_read_to_end or \(page.isLast),
                    data_through = greatest(data_through, \(batch.through))
                where source = \(source) and rebuilds = \(standing.rebuilds)
                    and cursor is not distinct from \(standing.cursor)
                """)
            guard moved.affected == 1 else { throw Overtaken() }
            try await store(batch, in: transaction)
        }
    }

    /// Throws away all that came from a source; what persons were erased stays known.
    func rebuild(_ source: FeedSource, after standing: FeedStanding, on connection: Connection) async throws {
        try await connection.withTransaction(TransactionOptions(timeout: .seconds(600))) { transaction in
            let moved = try await transaction.query(
                """
                update feeds set cursor = null, pages = 0, rebuilds = rebuilds + 1, is_rebuilding = true,
                    was_read_to_end = false, data_through = null
                where source = \(source) and rebuilds = \(standing.rebuilds)
                """)
            guard moved.affected == 1 else { throw Overtaken() }
            switch source {
            case .directory:
                try await transaction.pipeline(["delete from structure_states", "delete from label_decisions"])
            case .referral:
                try await transaction.pipeline([
                    "delete from receptions", "delete from demand_closings", "delete from referrals",
                    "delete from referral_moves", "delete from appointments",
                ])
            }
        }
    }

    private func store(_ batch: FactBatch, in transaction: Transaction) async throws {
        try await erase(batch.erasedPersons, in: transaction)
        try await copy(batch.structureStates, into: "structure_states", Self.structureStates, in: transaction) {
            "insert into structure_states select * from incoming_structure_states on conflict do nothing"
        }
        try await copy(batch.labelDecisions, into: "label_decisions", Self.labelDecisions, in: transaction) {
            "insert into label_decisions select * from incoming_label_decisions on conflict do nothing"
        }
        try await copy(batch.receptions, into: "receptions", Self.receptions, in: transaction) {
            "insert into receptions select * from incoming_receptions on conflict do nothing"
        }
        try await copy(batch.demandClosings, into: "demand_closings", Self.demandClosings, in: transaction) {
            """
            insert into demand_closings
            select distinct on (i.demand) i.demand, i.event, i.closed_at, i.outcome, i.structures, i.is_linkable,
                case when e.digest is null then i.person end
            from incoming_demand_closings i
            left join erased_persons e on e.digest = \(Self.digest)
            order by i.demand, i.closed_at desc, i.event desc
            on conflict (demand) do update set event = excluded.event, closed_at = excluded.closed_at,
                outcome = excluded.outcome, structures = excluded.structures, is_linkable = excluded.is_linkable,
                person = excluded.person
            where (demand_closings.closed_at, demand_closings.event) < (excluded.closed_at, excluded.event)
            """
        }
        try await copy(batch.referrals, into: "referrals", Self.referrals, in: transaction) {
            """
            insert into referrals
            select distinct on (i.referral) i.referral, i.event, i.submitted_at, i.sender, i.sender_network,
                i.recipient, i.recipient_network, i.is_linkable, case when e.digest is null then i.person end
            from incoming_referrals i
            left join erased_persons e on e.digest = \(Self.digest)
            order by i.referral, i.submitted_at, i.event
            on conflict (referral) do update set event = excluded.event, submitted_at = excluded.submitted_at,
                sender = excluded.sender, sender_network = excluded.sender_network, recipient = excluded.recipient,
                recipient_network = excluded.recipient_network, is_linkable = excluded.is_linkable,
                person = excluded.person
            where (referrals.submitted_at, referrals.event) > (excluded.submitted_at, excluded.event)
            """
        }
        try await copy(batch.referralMoves, into: "referral_moves", Self.referralMoves, in: transaction) {
            "insert into referral_moves select * from incoming_referral_moves on conflict do nothing"
        }
        try await copy(batch.appointments, into: "appointments", Self.appointments, in: transaction) {
            "insert into appointments select * from incoming_appointments on conflict do nothing"
        }
    }

    /// Before the page's facts, so that none of them is linked again, wherever in the page it stands.
    private func erase(_ persons: [UUID], in transaction: Transaction) async throws {
        guard !persons.isEmpty else { return }
        try await transaction.pipeline([
            """
            insert into erased_persons
            select distinct \(Self.digest) from unnest(\(persons)) as i (person) on conflict do nothing
            """,
            "update demand_closings set person = null where person = any(\(persons))",
            "update referrals set person = null where person = any(\(persons))",
        ])
    }

    private static let digest: Query = "sha256(convert_to(i.person::text, 'UTF8'))"

    /// COPY into a temporary table of the target's columns, then one `insert … select`.
    private func copy(
        _ rows: CopyRows, into table: Identifier, _ columns: [Identifier], in transaction: Transaction,
        _ insert: () -> Query
    ) async throws {
        guard rows.count > 0, let incoming = Identifier("incoming_" + table.name) else { return }
        try await transaction.query("create temporary table \(incoming) (like \(table)) on commit drop")
        try await transaction.copy(into: incoming, columns: columns, rows: rows)
        try await transaction.query(insert())
    }

    private static let structureStates: [Identifier] = [
        "structure", "version", "since", "is_gone", "region", "status", "label_state", "located_in", "zones",
        "territories",
    ]
    private static let labelDecisions: [Identifier] = ["event", "structure", "decided_at", "label_state"]
    private static let receptions: [Identifier] = ["event", "demand", "structure", "network", "received_at"]
    private static let demandClosings: [Identifier] = [
        "demand", "event", "closed_at", "outcome", "structures", "is_linkable", "person",
    ]
    private static let referrals: [Identifier] = [
        "referral", "event", "submitted_at", "sender", "sender_network", "recipient", "recipient_network",
        "is_linkable", "person",
    ]
    private static let referralMoves: [Identifier] = ["event", "referral", "state", "moved_at"]
    private static let appointments: [Identifier] = ["event", "referral", "scheduled_for", "attendance"]
}
