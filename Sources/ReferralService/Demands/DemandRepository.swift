import Foundation
import Postgres
import Schema

/// Demands and the receptions at which they were heard.
struct DemandRepository: Sendable {
    private let events = ReferralEventRepository()

    /// What a closing tells of the way that a demand took.
    struct Way: Sendable, Equatable {
        /// Distinct structures: a *siège* and its *antennes* once.
        let structures: Int
        let receptions: Int
    }

    func insert(
        _ draft: DemandDraft, id: UUID, person: UUID, at structure: StructureFacts, in transaction: Transaction
    ) async throws {
        transaction.queue(
            """
            insert into demands (id, structure_id, person_id, theme)
            values (\(id), \(structure.id), \(person), \(draft.theme))
            """)
        try await insert(draft.reception, id: UUID.v7(), demand: id, at: structure, in: transaction)
    }

    /// Adds a reception to an open demand of this structure.
    /// - Throws: ``Refusal`` `not-found`, `conflict` where it is closed or full.
    func addReception(
        _ draft: ReceptionDraft, id: UUID, to demand: UUID, at structure: StructureFacts, in transaction: Transaction
    ) async throws {
        let own = try await transaction.query(
            "select from demands where id = \(demand) and structure_id = \(structure.id)")
        guard !own.isEmpty else { throw Refusal(.notFound) }
        try await requireOpen(demand, in: transaction)
        try await receive(draft, id: id, demand: demand, at: structure, in: transaction)
    }

    /// The same to the demand of a referral that this structure has accepted, as long as its consent is in force. It does
    /// not learn which demand it is: by that two recipients could tell that they know the same person.
    func addReception(
        _ draft: ReceptionDraft, id: UUID, joiningBy referral: UUID, at structure: StructureFacts,
        in transaction: Transaction
    ) async throws {
        guard let demand = try await joined(by: referral, at: structure.id, in: transaction) else {
            throw Refusal(.notFound)
        }
        try await requireOpen(demand, in: transaction)
        // Its consent holds until the transaction ends, unless it was withdrawn since: another referral of the demand may
        // still be there, but nothing is told of this one.
        try await transaction.query(
            "select share_consents(array(select consent_id from referrals where id = \(referral)))")
        guard try await joined(by: referral, at: structure.id, in: transaction) != nil else {
            throw Refusal(.notFound)
        }
        try await receive(draft, id: id, demand: demand, at: structure, in: transaction)
    }

    /// The demand of a referral that this structure has accepted and whose consent is in force.
    private func joined(
        by referral: UUID, at structure: UUID, in transaction: Transaction
    ) async throws -> UUID? {
        try await transaction.query(
            """
            select demand_id from referrals join consents on consents.id = consent_id
            where referrals.id = \(referral) and recipient_id = \(structure)
                and tier_of(referrals.state, previous_state) = 3 and is_in_force(consents, recipient_id)
            """
        ).first?.decode(UUID.self)
    }

    /// No structure hears one demand more often than this: more are the mistake of some system.
    static let mostReceptions = 100

    /// - Throws: ``Refusal`` `conflict` where the structure has had its share of the demand, whose row is held.
    private func receive(
        _ draft: ReceptionDraft, id: UUID, demand: UUID, at structure: StructureFacts, in transaction: Transaction
    ) async throws {
        let had = try await transaction.query(
            "select count(*) from receptions where demand_id = \(demand) and structure_id = \(structure.id)")
        guard try had[0].decode(Int.self) < Self.mostReceptions else { throw Refusal(.conflict, detail: Self.full) }
        try await insert(draft, id: id, demand: demand, at: structure, in: transaction)
    }

    private func insert(
        _ draft: ReceptionDraft, id: UUID, demand: UUID, at structure: StructureFacts, in transaction: Transaction
    ) async throws {
        transaction.queue(
            """
            insert into receptions (id, demand_id, structure_id, root_id, channel, access, preferred_channel, urgency,
                audiences, in_scope, requested_at, received_at)
            values (\(id), \(demand), \(structure.id), \(structure.root), \(draft.channel), \(draft.access),
                \(draft.preferredChannel), \(draft.urgency), \(draft.audiences), \(draft.inScope),
                \(draft.requestedAt), \(draft.receivedAt))
            """)
        try await events.tell(draft, demand: demand, at: structure, in: transaction)
    }

    func requireOpen(_ demand: UUID, in transaction: Transaction) async throws {
        guard let isOpen = try await isOpen(demand, in: transaction) else { throw Refusal(.notFound) }
        guard isOpen else { throw Refusal(.conflict, detail: Self.closed) }
    }

    /// Holds the demand's row: what this tells stays so until the transaction ends. nil: there is no such demand.
    func isOpen(_ demand: UUID, in transaction: Transaction) async throws -> Bool? {
        let rows = try await transaction.query("select state from demands where id = \(demand) for no key update")
        return try rows.first.map { try $0.decode(String.self) == "open" }
    }

    /// Closes a demand of one of these structures, unless a referral of it still goes on: whoever has received the
    /// person since would have no demand left to say so in.
    func close(
        _ demand: UUID, _ closure: DemandClosure, of structures: Set<UUID>, in transaction: Transaction
    ) async throws -> Way {
        let rows = try await transaction.query(
            "select structure_id, state from demands where id = \(demand) for no key update")
        guard let row = try rows.first?.decode((UUID, String).self), structures.contains(row.0) else {
            throw Refusal(.notFound)
        }
        guard row.1 == "open" else { throw Refusal(.conflict, detail: Self.closed) }
        // A submission holds the demand's row as this does, and no other step leaves the open states for them again.
        let open = StateTable.underWay
        let referred = try await transaction.query(
            "select from referrals where demand_id = \(demand) and state = any (\(open)) limit 1")
        guard referred.isEmpty else { throw Refusal(.conflict, detail: Self.underWay) }
        return try await end(demand, closure, in: transaction)
    }

    /// Closes an open demand whose row the transaction holds.
    private func end(
        _ demand: UUID, _ closure: DemandClosure, in transaction: Transaction
    ) async throws -> Way {
        let results = try await transaction.pipeline([
            """
            update demands set state = 'closed', closed_at = now(), outcome = \(closure.outcome),
                summary_given = \(closure.summaryGiven), charged = \(closure.charged),
                counselling_proposed = \(closure.counsellingProposed),
                counselling_accepted = \(closure.counsellingAccepted),
                appointment_requested = \(closure.appointmentRequested)
            where id = \(demand)
            """,
            "select count(distinct root_id), count(*) from receptions where demand_id = \(demand)",
        ])
        let (roots, receptions) = try results[1][0].decode((Int, Int).self)
        let way = Way(structures: roots, receptions: receptions)
        try await events.tell(closure, way, demand: demand, in: transaction)
        return way
    }

    /// Closes demands that nobody has come back to, the oldest first: no referral of them is under way, and since so many
    /// days nobody was received and no referral took a step. For the worker, on any replica.
    ///
    /// - Parameter days: the delay, by the region of the structure at which it was opened; `usual` where there is none.
    /// - Returns: how many; 0 where there are none, or others are at them.
    func closeAbandoned(
        days: [(region: String, days: Int)], usual: Int, atMost limit: Int, in transaction: Transaction
    ) async throws -> Int {
        let (regions, delays) = (days.map(\.region), days.map(\.days))
        let shortest = delays.reduce(usual, min)
        let abandoned: Query = """
            demands.state = 'open'
            and demands.opened_at < now() - make_interval(days => \(shortest)::int)
            and not exists (select from referrals where demand_id = demands.id and is_under_way(referrals.state))
            and greatest(demands.opened_at,
                    (select max(created_at) from receptions where demand_id = demands.id),
                    (select max(changed_at) from referrals where demand_id = demands.id))
                < now() - make_interval(days => coalesce(
                    (select delay.days from known_structures
                        join unnest(\(regions)::text[], \(delays)::bigint[]) as delay (region, days) using (region)
                        where known_structures.id = demands.structure_id), \(usual))::int)
            """
        let found = try await transaction.query(
            """
            select id from demands where \(abandoned) order by opened_at limit \(limit) for no key update skip locked
            """
        ).decode(UUID.self)
        guard !found.isEmpty else { return 0 }
        // Whoever held a row until now may have submitted a referral, or received the person: looked at again, held.
        let still = try await transaction.query(
            "select id from demands where id = any (\(found)) and \(abandoned) order by opened_at"
        ).decode(UUID.self)
        for demand in still { _ = try await end(demand, .abandoned, in: transaction) }
        return still.count
    }

    private static let full = LocalizedText(
        fr: "Une structure note \(mostReceptions) accueils au plus pour une demande.",
        en: "A structure records \(mostReceptions) receptions at most for one demand.")
    static let closed = LocalizedText(fr: "Cette demande est close.", en: "This demand is closed.")
    private static let underWay = LocalizedText(
        fr: "Une orientation de cette demande est en cours : elle doit d’abord prendre fin.",
        en: "A referral of this demand is under way: it must end first.")
}
