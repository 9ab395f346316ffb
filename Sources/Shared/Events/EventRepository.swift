import Foundation
import Postgres
import Schema

/// The stored events of a service.
struct EventRepository: Sendable {
    let pool: Pool
    /// How much of events' data goes into one page: an event that would begin behind it begins the next one. Whoever
    /// reads must be able to hold a page, whatever editors write.
    var pageBytes = 16 << 20

    static func insert(_ events: [Event]) -> Query {
        let payloads = events.map(\.data.payload)
        let reporting = payloads.map { payload -> JSONB? in
            payload.isPlain ? nil : JSONB(payload.encoded(.reporting))
        }
        return """
            insert into event_outbox (event_id, type, subject, sequence, time, plain, reporting, person)
            select event_id, type, subject, sequence, time, plain, reporting, person
            from unnest(\(events.map(\.id)), \(events.map(\.type.name)), \(payloads.map(\.subject)),
                \(events.map(\.sequence)), \(events.map(\.time)), \(payloads.map { JSONB($0.encoded(.plain)) }),
                \(reporting), \(payloads.map(\.person)))
                with ordinality as event (event_id, type, subject, sequence, time, plain, reporting, person, place)
            order by place
            """
    }

    static func unlink(_ person: UUID) -> Query { "select unlink_event_person(\(person))" }

    /// At most `limit` events after a position, and no more than a page holds, in the order of their commits.
    /// - Returns: nil where the events up to the position are no longer those that led to it.
    func page(after position: EventPosition?, limit: Int, _ projection: EventProjection) async throws -> EventPage? {
        let start = position ?? .beginning
        let answers = try await pool.transact(
            readOnly: true,
            [
                Self.isKnown(start), Self.events(after: start, limit: limit, bytes: pageBytes, projection),
            ])
        let isKnown = try answers[0][0].decode(Bool.self)
        guard isKnown || position == nil else { return nil }
        let events = answers[1]
        let bytes = try events.last.map { try $0["bytes", as: Int.self] } ?? 0
        return EventPage(events: events, after: position, isLast: events.count < limit && bytes < pageBytes)
    }

    /// At most `limit` subjects of which an event of these types lies after a position, in the order of the last events of
    /// each. A subject whose last event may not be seen yet comes when that may.
    /// - Returns: nil as ``page(after:limit:_:)``.
    func subjects(
        of types: [String], after position: EventPosition?, limit: Int
    ) async throws -> [SubjectFeed.Change]? {
        let start = position ?? .beginning
        let answers = try await pool.transact(
            readOnly: true,
            [
                Self.isKnown(start),
                """
                select epoch, xid, xid::text::bigint as transaction, id, event_id, subject
                from event_outbox e
                where (epoch, xid, id) > (\(start.epoch), \(start.transaction), \(start.id)) and \(Self.visible)
                    and type = any(\(types)) and not exists (
                        select from event_outbox later where later.subject = e.subject and later.sequence > e.sequence)
                order by epoch, xid, id limit \(limit)
                """,
            ])
        let isKnown = try answers[0][0].decode(Bool.self)
        guard isKnown || position == nil else { return nil }
        return try answers[1].map { row in
            SubjectFeed.Change(subject: try row["subject", as: String.self], position: try EventPosition(row))
        }
    }

    /// The last event that followers may see.
    func head() async throws -> EventPosition? { try await pool.query(Self.lastEvent).first.map(EventPosition.init) }

    /// Whether the event that a position names is there.
    private static func isKnown(_ position: EventPosition) -> Query {
        """
        select exists (select from event_outbox where epoch = \(position.epoch) and xid = \(position.transaction)
            and id = \(position.id) and event_id = \(position.event))
        """
    }

    /// The transaction's id has a name of its own in the answer: `order by xid` would take the answer's for the column,
    /// and sort all that follows for each page.
    static func events(
        after start: EventPosition, limit: Int, bytes: Int, _ projection: EventProjection
    ) -> Query {
        let data: Query = projection == .plain ? "plain" : "coalesce(reporting, plain)"
        return """
            select * from (
                select *, sum(octet_length(data)) over (order by epoch, xid, id rows unbounded preceding) as bytes
                from (
                    select epoch, xid, xid::text::bigint as transaction, id, event_id, type, subject, sequence, time,
                        (\(data))::text as data
                    from event_outbox
                    where (epoch, xid, id) > (\(start.epoch), \(start.transaction), \(start.id)) and \(visible)
                    order by epoch, xid, id limit \(limit)
                ) as following
            ) as measured
            where bytes - octet_length(data) < \(bytes)
            order by epoch, xid, id
            """
    }

    static let lastEvent: Query = """
        select epoch, xid::text::bigint as transaction, id, event_id from event_outbox where \(visible)
        order by epoch desc, xid desc, id desc limit 1
        """

    /// A transaction that runs may still commit rows before any that began after it: what is at or behind the oldest
    /// one stays back, so that no position is passed before everything in front of it is there.
    private static let visible: Query =
        "(epoch, xid) < ((select max(epoch) from event_epochs), pg_snapshot_xmin(pg_current_snapshot()))"

    /// Begins a new epoch if the server is not the one that the last events were written on.
    func beginEpoch() async throws { try await pool.query("select begin_event_epoch()") }

    /// The oldest transaction that has written and is not over, anywhere in the cluster; nil where there is none.
    func oldestTransaction() async throws -> Int? {
        let rows = try await pool.query(
            """
            select xid::text::bigint
            from (select backend_xid from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid()
                union all select transaction from pg_prepared_xacts) as open (xid)
            order by age(xid) desc limit 1
            """)
        return try rows.first?.decode(Int.self)
    }
}

extension EventPosition {
    /// The transaction as a value of `xid8`, which has no binary form of its own here.
    fileprivate var transaction: Query { "\(String(xid))::text::xid8" }

    init(_ row: Row) throws(ReadError) {
        self.init(
            epoch: try row["epoch", as: Int.self], xid: try row["transaction", as: Int.self],
            id: try row["id", as: Int.self], event: try row["event_id", as: UUID.self])
    }
}
