package import Foundation
package import Postgres
package import Schema

/// What a service tells the others, stored in the transaction that makes it true.
///
/// ```swift
/// try await pool.transact([insertReferral, EventOutbox.append([event])])
/// feed.poke()
/// ```
/// The queries touch no row that another transaction writes and notify nobody: neither may serialise commits. Each
/// event's `sequence` comes from the row of its subject, which the same transaction has written: two events with one
/// number break `one_event_of_a_sequence`.
package enum EventOutbox {
    /// The insertion of these events, in this order. Of thousands, give some hundreds at a time.
    package static func append(_ events: [Event]) -> Query { EventRepository.insert(events) }

    /// Takes the reporting-only key of a person who is to be forgotten out of every stored event: replayed, they link
    /// nothing any more, and say so (``EventPayload/isPersonErased``). The events of the erasure itself are appended afterwards, and keep it.
    package static func unlink(person: UUID) -> Query { EventRepository.unlink(person) }
}
