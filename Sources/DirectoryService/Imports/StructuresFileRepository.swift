import Foundation
import Postgres
import Schema

/// Files of structures in the database, where every replica finds them, whoever received them.
struct StructuresFileRepository: Sendable {
    let pool: Pool

    /// How often an import is begun before it is given up.
    private static let attempts = 5
    /// What has not arrived by then never will.
    private static let patience = 1200

    func insert(
        _ id: UUID, of region: String, by client: String, as format: StructureFormat, isDryRun: Bool
    ) async throws {
        try await pool.query(
            """
            insert into imports (id, region, client, format, is_dry_run, state)
            values (\(id), \(region), \(client), \(format.rawValue), \(isDryRun), 'receiving')
            """)
    }

    /// - Throws: ``Refusal`` 409 where it has been given up meanwhile.
    func append(_ bytes: [UInt8], number: Int, to id: UUID) async throws {
        do {
            try await pool.transact([
                "insert into import_pieces (import_id, number, bytes) values (\(id), \(number), \(bytes))",
                "update imports set bytes = bytes + \(bytes.count) where id = \(id)",
            ])
        } catch let error as DatabaseError where error.constraint == "import_pieces_import_id_fkey" {
            throw Self.overdue
        }
    }

    func delete(_ id: UUID) async throws { try await pool.query("delete from imports where id = \(id)") }

    /// All of it has arrived.
    /// - Throws: ``Refusal`` 409 where the region has another one that has not ended.
    func release(_ id: UUID) async throws {
        do {
            try await pool.query("update imports set state = 'waiting' where id = \(id) and state = 'receiving'")
        } catch let error as DatabaseError where error.constraint == "one_import_of_a_region" {
            throw Self.busy
        }
    }

    /// - Throws: ``Refusal`` 409 where the region has an import that has not ended, or whose file still arrives: so that
    ///   nobody's files fill the database.
    func requireIdle(_ region: String) async throws {
        let rows = try await pool.transact(
            readOnly: true,
            ["select exists (select from imports where region = \(region) and ended_at is null)"])
        if try rows[0][0].decode(Bool.self) { throw Self.busy }
    }

    func find(_ id: UUID, of region: String) async throws -> StructuresFile? {
        let rows = try await pool.transact(
            readOnly: true, ["\(Self.columns) where id = \(id) and region = \(region) and state <> 'receiving'"])
        return try rows[0].first.map { try StructuresFile($0) }
    }

    /// The region's latest, newest first: at most `limit`, and one more where there are more.
    func list(of region: String, before id: UUID?, limit: Int) async throws -> [StructuresFile] {
        let rows = try await pool.transact(
            readOnly: true,
            [
                """
                \(Self.columns) where region = \(region) and state <> 'receiving'
                    and (\(id)::uuid is null or id < \(id)) order by id desc limit \(limit + 1)
                """
            ])
        return try rows[0].map { try StructuresFile($0) }
    }

    // MARK: For whoever runs them

    /// Those that have not ended, the oldest first; those that never arrived are forgotten, those begun too often given
    /// up.
    func due() async throws -> [StructuresFile] {
        let rows = try await pool.transact([
            """
            delete from imports where state = 'receiving'
                and received_at < now() - make_interval(secs => \(Self.patience)::double precision)
            """,
            """
            update imports set state = 'failed', ended_at = now() where state = 'running'
                and attempts >= \(Self.attempts) and pg_try_advisory_xact_lock(\(Self.lock), hashtext(id::text))
            """,
            "delete from import_pieces p using imports i where i.id = p.import_id and i.ended_at is not null",
            "\(Self.columns) where state in ('waiting', 'running') order by received_at, id",
        ])
        return try rows[3].map { try StructuresFile($0) }
    }

    /// Takes it for this connection's session, unless another's has it or it has ended.
    func take(_ id: UUID, on connection: Connection) async throws -> Bool {
        let taken = try await connection.query("select pg_try_advisory_lock(\(Self.lock), hashtext(\(id.text)))")
        guard try taken[0].decode(Bool.self) else { return false }
        let begun = try await connection.query(
            """
            update imports set state = 'running', attempts = attempts + 1, bytes_read = 0
            where id = \(id) and state in ('waiting', 'running') and attempts < \(Self.attempts)
            """)
        return begun.affected == 1
    }

    /// A piece of the file, and how far it was read before; nothing behind the last.
    func piece(_ number: Int, of id: UUID) async throws -> [UInt8] {
        let rows = try await pool.transact([
            """
            update imports set bytes_read = (select coalesce(sum(octet_length(bytes)), 0) from import_pieces
                where import_id = id and number < \(number)) where id = \(id)
            """,
            "select bytes from import_pieces where import_id = \(id) and number = \(number)",
        ])
        return try rows[1].first?.decode([UInt8].self) ?? []
    }

    /// Its end, in the transaction of what it stores or in one of its own.
    static func end(_ id: UUID, as state: StructuresFile.State, _ report: ImportReport) -> [Query] {
        [
            """
            update imports set state = \(state.rawValue), ended_at = now(), report = \(report.stored)
            where id = \(id)
            """,
            "delete from import_pieces where import_id = \(id)",
        ]
    }

    func end(_ id: UUID, as state: StructuresFile.State, _ report: ImportReport) async throws {
        try await pool.transact(Self.end(id, as: state, report))
    }

    /// «impo» in ASCII: the class of the locks by which one replica runs an import.
    static let lock: Int32 = 1_768_779_887

    private static let columns: Query = """
        select id, region, client, format, is_dry_run, state, received_at, ended_at, bytes, bytes_read, report from imports
        """

    private static let overdue = Refusal(
        .conflict, fr: "Le fichier a mis trop longtemps à arriver : rien n’en est gardé.",
        en: "The file took too long to arrive: nothing of it is kept.")
    private static let busy = Refusal(
        .conflict, fr: "Un import de votre région est en cours : attendez sa fin.",
        en: "An import of your region is under way: wait for its end.")
}
