import Postgres
import Schema

/// The records of a document of data.inclusion, once all of them are staged (``InclusionStaging``): structure by structure,
/// with its services.
struct InclusionRecords {
    private let connection: Connection
    /// How many structures are read at a time, with their services.
    private var count = 500

    /// Bytes of the records that are read at a time; no structure with its services may have more.
    private static let held = 16 << 20

    /// - Parameter isWhole: whether every record could be read: of others there may be services.
    init(on connection: Connection, isWhole: Bool, _ report: inout ImportReport) async throws {
        self.connection = connection
        try await connection.script(
            "create index on incoming_records (structure, number); analyze incoming_records;", timeout: .seconds(60))
        try await weigh(&report)
        if isWhole { try await complainOfStrangers(&report) }
    }

    /// The records of the next structures from a place on, in their order; none at the end.
    func structures(from place: Int) async throws -> [InclusionPatch] {
        let found = try await connection.query(
            """
            select number, structure, document from incoming_records
            where list = 'structures' and number >= \(place) order by number limit \(count)
            """
        ).decode((Int, String, String).self)
        let services = try await connection.query(
            """
            select structure, document from incoming_records
            where list = 'services' and structure = any(\(found.map(\.1))) order by number
            """
        ).decode((String, String).self)
        let grouped = Dictionary(grouping: services, by: \.0)
        return found.map { number, id, document in
            InclusionPatch(
                place: number, structure: Self.object(document),
                services: (grouped[id] ?? []).map { Self.object($0.1) })
        }
    }

    /// Sees to it that those who read some structures at a time can hold them.
    private mutating func weigh(_ report: inout ImportReport) async throws {
        let heaviest = try await connection.query(
            """
            select coalesce(min(number) filter (where list = 'structures'), -1) as number,
                sum(octet_length(document))::bigint as bytes
            from incoming_records group by structure order by bytes desc limit 1
            """
        ).decode((Int, Int).self).first
        guard let (place, bytes) = heaviest else { return }
        count = max(1, min(count, Self.held / bytes))
        guard bytes > Self.held else { return }
        let flaw = Flaw(
            "record-too-long", fr: "Une structure et ses services dépassent 16 Mio.",
            en: "A structure and its services are longer than 16 MiB.")
        report.complain(line: place + 1, [Violation(flaw, at: "")])
        count = 0
    }

    /// Services of structures that the document does not have.
    private func complainOfStrangers(_ report: inout ImportReport) async throws {
        let strangers = try await connection.query(
            """
            select number from incoming_records s where list = 'services' and not exists (
                select from incoming_records o where o.list = 'structures' and o.structure = s.structure)
            order by 1
            """
        ).decode(Int.self)
        for place in strangers {
            let pointer = InclusionList.services.pointer(to: place) + "/structure_id"
            report.complain(line: 0, [Violation(.unknownStructure, at: pointer)])
        }
    }

    private static func object(_ text: String) -> JSONObject {
        (try? JSONValue(parsing: Array(text.utf8)).object) ?? [:]
    }
}
