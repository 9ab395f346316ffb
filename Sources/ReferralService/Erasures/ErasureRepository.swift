import Foundation
import Postgres
import Schema

/// Requests to forget, and their answers.
struct ErasureRepository: Sendable {
    private let events = ReferralEventRepository()

    /// - Parameter acting: nil for the service itself, which replays what was asked before.
    /// - Returns: the structure that keeps the person; nil where the caller neither is it nor is them.
    func keeper(of person: UUID, for acting: Acting?, in transaction: Transaction) async throws -> UUID? {
        let rows = try await transaction.query("select structure_id from persons where id = \(person)")
        guard let structure = try rows.first?.decode(UUID.self), acting?.keeps(person, of: structure) != false
        else { return nil }
        return structure
    }

    /// Holds the person and their demands, before their consents are withdrawn: the order in which everybody locks.
    func hold(_ person: UUID, in transaction: Transaction) async throws {
        try await transaction.query("select hold_person(\(person))")
    }

    /// Until the transaction ends, nobody is asked for each withdrawal apart: they are asked for everything.
    func askOnce(in transaction: Transaction) async throws {
        try await transaction.query("select set_config('spro.erasure', 'on', true)")
    }

    /// Forgets the person, and asks those to whom they were passed on to forget them, too; the reporting service is told
    /// to link nothing by its key any more. Until the transaction ends, it sees what was set in motion.
    /// - Parameter asker: `person`, `structure` or `charter`: by that delay nobody is asked.
    /// - Returns: false where there is no such person any more.
    func insert(
        _ id: UUID, of person: UUID, by asker: String, in transaction: Transaction
    ) async throws -> Bool {
        try await transaction.query("select set_config('spro.asking', \(id.text), true)")
        let cause = asker == "charter" ? "retention" : "erasure"
        let forgotten = try await transaction.query(
            "select forget_person(\(person), \(id), \(cause), \(asker))")[0].decode(UUID?.self)
        guard let key = forgotten else { return false }
        try await tell(id, unlinking: key, in: transaction)
        return true
    }

    func find(_ id: UUID, in transaction: Transaction) async throws -> Erasure? {
        try await list(where: "id = \(id)", limit: 1, in: transaction).first
    }

    /// One page of what these structures were asked (or asked for), the newest first.
    /// - Parameter before: the last id of the page before.
    func list(
        askedOf isRecipient: Bool, _ structures: Set<UUID>, openOnly: Bool, before: UUID?, limit: Int,
        in transaction: Transaction
    ) async throws -> [Erasure] {
        let mine = Array(structures)
        var task: [Query] = ["erasure_id = id"]
        if isRecipient { task.append("erasure_tasks.structure_id = any (\(mine))") }
        if openOnly { task.append("answer is null") }
        var conditions: [Query] = []
        if isRecipient || openOnly {
            conditions.append("exists (select from erasure_tasks where \(Query(task, separator: " and ")))")
        }
        if !isRecipient { conditions.append("structure_id = any (\(mine))") }
        if let before { conditions.append("id < \(before)") }
        var erasures = try await list(where: Query(conditions, separator: " and "), limit: limit, in: transaction)
        // A caller may be both; a recipient's view holds what it was asked itself.
        if isRecipient {
            for index in erasures.indices {
                erasures[index].tasks.removeAll { !structures.contains($0.structure) }
            }
        }
        return erasures
    }

    private func list(
        where condition: Query, limit: Int, in transaction: Transaction
    ) async throws -> [Erasure] {
        var erasures = try await transaction.query(
            "select * from erasures where \(condition) order by id desc limit \(limit)"
        ).map(Erasure.init)
        let rows = try await transaction.query(
            """
            select erasure_id, structure_id, pseudonym, referral_ids, answer, basis, answered_at,
                retained_until::text as retained_until
            from erasure_tasks where erasure_id = any (\(erasures.map(\.id))) order by erasure_id, structure_id
            """)
        for row in rows {
            let erasure = try row["erasure_id", as: UUID.self]
            guard let index = erasures.firstIndex(where: { $0.id == erasure }) else { continue }
            erasures[index].tasks.append(try Erasure.Task(row))
        }
        return erasures
    }

    /// What became of an answer.
    enum Outcome: Sendable {
        case noted, unknown, answeredBefore
    }

    /// Notes a recipient's answer, once; what tells it whom the request was about goes with it.
    func note(
        _ answer: Erasure.Answer, to id: UUID, by structure: UUID, client: String, in transaction: Transaction
    ) async throws -> Outcome {
        let tasks = try await transaction.query(
            """
            select answer from erasure_tasks where erasure_id = \(id) and structure_id = \(structure)
            for no key update
            """)
        guard let task = tasks.first else { return .unknown }
        guard try task.decode(String?.self) == nil else { return .answeredBefore }
        var basis: RetentionBasis?
        var until: CalendarDate?
        if case .retained(let ground, let day) = answer { (basis, until) = (ground, day) }
        try await transaction.query(
            """
            update erasure_tasks set answer = \(answer.code), basis = \(basis), retained_until = \(until?.text)::text::date,
                answered_by = \(client), answered_at = clock_timestamp(), pseudonym = null, referral_ids = '{}'
            where erasure_id = \(id) and structure_id = \(structure)
            """)
        // A request that is to be told of still (by the worker) is told of first.
        try await tellRequest(id, in: transaction)
        let sequence = try await transaction.query(
            "update erasures set sequence = sequence + 1 where id = \(id) returning sequence")[0].decode(Int.self)
        let acknowledgement = ErasureAcknowledgement(
            erasure: id, structure: structure, answer: answer.code, retainedUntil: until, person: nil)
        events.append(.erasureAcknowledged(acknowledgement), sequence, in: transaction)
        return .noted
    }

    /// Tells of a request that a withdrawal has made, unless it was told of before.
    func tellRequest(_ id: UUID, in transaction: Transaction) async throws {
        let told = try await transaction.query("update erasures set sequence = 1 where id = \(id) and sequence = 0")
        guard told.affected == 1 else { return }
        try await tell(id, unlinking: nil, in: transaction)
    }

    /// - Parameter person: as whom the reporting service knows whom an erasure forgets.
    private func tell(_ id: UUID, unlinking person: UUID?, in transaction: Transaction) async throws {
        let asked = try await transaction.query(
            "select structure_id from erasure_tasks where erasure_id = \(id) order by structure_id"
        ).decode(UUID.self)
        let request = ErasureRequest(erasure: id, structures: asked, person: person)
        events.append(.erasureRequested(request), 1, in: transaction)
    }

    /// Requests that nobody was told of yet.
    func untold(atMost limit: Int, in transaction: Transaction) async throws -> [UUID] {
        try await transaction.query(
            "select id from erasures where sequence = 0 order by id limit \(limit) for update skip locked"
        ).decode(UUID.self)
    }
}

extension Acting {
    /// Whether the caller keeps this person, or is them.
    func keeps(_ person: UUID, of structure: UUID) -> Bool { structures.contains(structure) || self.person == person }
}
