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

    /// One page of what these structures asked for, the newest first.
    /// - Parameter before: the last id of the page before.
    func list(
        askedBy structures: Set<UUID>, openOnly: Bool, before: UUID?, limit: Int, in transaction: Transaction
    ) async throws -> [Erasure] {
        var conditions: [Query] = ["structure_id = any (\(Array(structures)))"]
        if openOnly {
            conditions.append("exists (select from erasure_tasks where erasure_id = id and answer is null)")
        }
        if let before { conditions.append("id < \(before)") }
        return try await list(where: Query(conditions, separator: " and "), limit: limit, in: transaction)
    }

    /// One page of what these structures are asked, the newest first. Each recipient has an id of its own for it: by the
    /// erasure's, two could tell that they know the same person.
    func list(
        askedOf structures: Set<UUID>, openOnly: Bool, before: UUID?, limit: Int, in transaction: Transaction
    ) async throws -> [Erasure] {
        let mine: Query = "erasure_tasks.structure_id = any (\(Array(structures)))"
        var conditions = [mine]
        if openOnly { conditions.append("answer is null") }
        if let before { conditions.append("asked_as < \(before)") }
        let erasures = try await transaction.query(
            """
            select distinct asked_as as id, erasures.structure_id, cause, requested_by, requested_at
            from erasure_tasks join erasures on erasures.id = erasure_id
            where \(Query(conditions, separator: " and ")) order by asked_as desc limit \(limit)
            """
        ).map(Erasure.init)
        return try await fill(erasures, by: "asked_as", where: mine, in: transaction)
    }

    private func list(
        where condition: Query, limit: Int, in transaction: Transaction
    ) async throws -> [Erasure] {
        let erasures = try await transaction.query(
            "select * from erasures where \(condition) order by id desc limit \(limit)"
        ).map(Erasure.init)
        return try await fill(erasures, by: "erasure_id", in: transaction)
    }

    /// - Parameter id: the column of the tasks that names the request.
    private func fill(
        _ erasures: [Erasure], by id: Query, where condition: Query = "true", in transaction: Transaction
    ) async throws -> [Erasure] {
        var erasures = erasures
        let rows = try await transaction.query(
            """
            select \(id) as request, \(Self.task) from erasure_tasks
            where \(id) = any (\(erasures.map(\.id))) and \(condition) order by request, structure_id
            """)
        for row in rows {
            let request = try row["request", as: UUID.self]
            guard let index = erasures.firstIndex(where: { $0.id == request }) else { continue }
            erasures[index].tasks.append(try Erasure.Task(row))
        }
        return erasures
    }

    private static let task: Query = """
        structure_id, pseudonym, referral_ids, answer, basis, answered_at, retained_until::text as retained_until
        """

    /// What became of an answer.
    enum Outcome: Sendable {
        case noted(Erasure.Task)
        case unknown, answeredBefore
    }

    /// Notes a recipient's answer, once; what tells it whom the request was about goes with it.
    /// - Parameter id: as this structure is asked.
    func note(
        _ answer: Erasure.Answer, to id: UUID, by structure: UUID, client: String, in transaction: Transaction
    ) async throws -> Outcome {
        let tasks = try await transaction.query(
            """
            select erasure_id, answer from erasure_tasks where asked_as = \(id) and structure_id = \(structure)
            for no key update
            """)
        guard let (erasure, earlier) = try tasks.first?.decode((UUID, String?).self) else { return .unknown }
        guard earlier == nil else { return .answeredBefore }
        var basis: RetentionBasis?
        var until: CalendarDate?
        if case .retained(let ground, let day) = answer { (basis, until) = (ground, day) }
        let noted = try await transaction.query(
            """
            update erasure_tasks set answer = \(answer.code), basis = \(basis), retained_until = \(until?.text)::text::date,
                answered_by = \(client), answered_at = clock_timestamp(), pseudonym = null, referral_ids = '{}'
            where erasure_id = \(erasure) and structure_id = \(structure) returning \(Self.task)
            """)
        // A request that is to be told of still (by the worker) is told of first.
        try await tellRequest(erasure, in: transaction)
        let sequence = try await transaction.query(
            "update erasures set sequence = sequence + 1 where id = \(erasure) returning sequence")[0].decode(Int.self)
        let acknowledgement = ErasureAcknowledgement(
            erasure: erasure, structure: structure, answer: answer.code, retainedUntil: until, person: nil)
        events.append(.erasureAcknowledged(acknowledgement), sequence, in: transaction)
        return .noted(try Erasure.Task(noted[0]))
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
