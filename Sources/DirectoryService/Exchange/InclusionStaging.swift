import Foundation
import Postgres
import Schema

/// The records of a document of data.inclusion on their way into a temporary table of the connection's session: its
/// services stand behind all its structures, and neither are held here.
struct InclusionStaging {
    let connection: Connection
    private var records = CopyRows()
    private var bytes = 0
    /// Whether everything could be read.
    private(set) var isWhole = true

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
            isWhole = false
            return report.complain(line: 0, [Violation(.json(error), at: "")])
        } catch is JSONListReader.TooLong {
            isWhole = false
            let flaw = Flaw(
                "record-too-long", fr: "Une fiche dépasse 1 Mio.", en: "A record is longer than 1 MiB.")
            return report.complain(line: 0, [Violation(flaw, at: "")])
        }
        if !lists.contains(InclusionList.structures.rawValue) {
            report.complain(line: 0, [Violation(.required, at: "/structures")])
        }
        try await flush()
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
                element.list, element.place, list.structure(of: record),
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
}
