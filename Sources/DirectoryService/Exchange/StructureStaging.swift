import Postgres
import Schema

/// The sound lines of an import on their way into two temporary tables of the connection's session, `incoming` and
/// `incoming_offers`, by COPY: a batch of them is held here, whatever their number.
struct StructureStaging {
    let connection: Connection
    private var structures = CopyRows()
    private var offers = CopyRows()

    /// Structures in one COPY: a few megabytes.
    private static let batch = 1000

    init(connection: Connection) { self.connection = connection }

    /// Empty tables, whatever an earlier import of this session has left.
    func begin() async throws {
        try await Self.discard(on: connection)
        try await connection.script(
            """
            create temporary table incoming (line bigint, id uuid primary key, parent_id uuid, region text, name text,
                status text, commune text, siret text, document jsonb);
            create temporary table incoming_offers (line bigint, position bigint, id uuid, structure_id uuid);
            -- What the lines may be merged with was committed before, or a line is overtaken.
            create temporary table incoming_moment as select pg_current_snapshot() as seen;
            """)
    }

    mutating func append(_ line: StructureImport.Line) async throws {
        let draft = line.draft
        try structures.append(
            line.number, line.id, draft.parentID, line.region, draft.name, draft.status, draft.address?.commune,
            draft.comparedSIRET, JSONB(draft.storedJSON))
        for (position, offer) in draft.services.enumerated() {
            try offers.append(line.number, position, offer.id, line.id)
        }
        if structures.count == Self.batch { try await flush() }
    }

    mutating func finish() async throws {
        try await flush()
        // What is temporary no autovacuum looks at.
        try await connection.script("analyze incoming; analyze incoming_offers;", timeout: .seconds(60))
    }

    /// What was staged takes room until the session ends, or until this.
    static func discard(on connection: Connection) async throws { try await connection.query("discard temp") }

    private mutating func flush() async throws {
        let (structures, offers) = (structures, offers)
        try await connection.withTransaction(TransactionOptions(timeout: .seconds(60))) { transaction in
            try await transaction.copy(
                into: "incoming",
                columns: ["line", "id", "parent_id", "region", "name", "status", "commune", "siret", "document"],
                rows: structures)
            try await transaction.copy(
                into: "incoming_offers", columns: ["line", "position", "id", "structure_id"], rows: offers)
        }
        (self.structures, self.offers) = (CopyRows(), CopyRows())
    }
}
