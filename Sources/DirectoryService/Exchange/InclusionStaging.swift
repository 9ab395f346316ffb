import Foundation
import Postgres
import Schema

/// The records of a document of data.inclusion on their way into a temporary table of the connection's session: its
/// services stand behind all its structures, and neither are held here.
struct InclusionStaging {
    let connection: Connection
    private var records = CopyRows()
    private var bytes = 0
    /// Whether every record could be read.
    private var isWhole = true

    /// Bytes of records in one COPY, about.
    private static let batch = 2 << 20
    /// Of one record. The schema's are flat, and have some hundred bytes.
    private static let longest = 1 << 20

    init(connection: Connection) { self.connection = connection }

    /// Reads the document to its end. Records that are none are reported, and those around them staged; a document that is
    /// none is reported as a whole.
    mutating func read(
        _ piece: @escaping () async throws -> [UInt8], _ report: inout ImportReport
    ) async throws {
        try await connection.script(
            """
            create temporary table incoming_records (
                list text, number bigint, structure text, document text, primary key (list, number));
            """)
        var reader = JSONListReader(longest: Self.longest, limits: .request, piece)
        var lists: Set<String> = []
        do {
            while let item = try await reader.next() {
                switch item {
                case .list(let name): lists.insert(name)
                case .element(let element): try await take(element, &report)
                case .value(let name) where InclusionList(rawValue: name) != nil:
                    lists.insert(name)
                    report.complain(line: 0, [Violation(.wrongType("liste", "array"), at: "/\(name)")])
                case .value: break
                }
            }
        } catch let error as JSONSyntaxError {
            return report.complain(line: 0, [Violation(.json(error), at: "")])
        } catch is JSONListReader.TooLong {
            let flaw = Flaw(
                "record-too-long", fr: "Une fiche dépasse 1 Mio.", en: "A record is longer than 1 MiB.")
            return report.complain(line: 0, [Violation(flaw, at: "")])
        }
        if !lists.contains(InclusionList.structures.rawValue) {
            report.complain(line: 0, [Violation(.required, at: "/structures")])
        }
        try await flush()
        try await connection.script(
            "create index on incoming_records (structure, number); analyze incoming_records;", timeout: .seconds(60))
        // Of records that nobody could read there may be services.
        if isWhole { try await complainOfStrangers(&report) }
    }

    /// The records of so many structures from a place on, in their order.
    func structures(from place: Int, count: Int) async throws -> [InclusionPatch] {
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

    private mutating func take(_ element: JSONListReader.Element, _ report: inout ImportReport) async throws {
        // What has another name is passed over, as what the directory has no word for is.
        guard let list = InclusionList(rawValue: element.list) else { return }
        switch element.content {
        case .failure(let error):
            isWhole = false
            report.complain(
                line: list.line(of: element.place), [Violation(.json(error), at: list.pointer(to: element.place))])
        case .success(let value):
            guard let record = value.object else {
                isWhole = false
                return report.complain(
                    line: list.line(of: element.place),
                    [Violation(.wrongType("objet", "object"), at: list.pointer(to: element.place))])
            }
            report.complain(line: list.line(of: element.place), list.violations(in: record, at: element.place))
            try records.append(
                element.list, element.place, record[list.reference]?.string ?? "",
                String(decoding: element.bytes, as: UTF8.self))
            bytes += element.bytes.count
            if bytes >= Self.batch { try await flush() }
        }
    }

    private mutating func flush() async throws {
        let records = records
        _ = try await connection.withTransaction(TransactionOptions(timeout: .seconds(60))) { transaction in
            try await transaction.copy(
                into: "incoming_records", columns: ["list", "number", "structure", "document"], rows: records)
        }
        (self.records, bytes) = (CopyRows(), 0)
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
