internal import CLibPQ

/// One `PGresult`. libpq never changes a result once it is handed out, so threads may share it (libpq, «Behavior in
/// Threaded Programs»).
final class ResultTable: @unchecked Sendable {
    private let result: OpaquePointer
    private let status: ExecStatusType
    let rowCount: Int
    let columnCount: Int

    init(_ result: OpaquePointer) {
        self.result = result
        status = PQresultStatus(result)
        rowCount = Int(PQntuples(result))
        columnCount = Int(PQnfields(result))
    }

    deinit { PQclear(result) }

    var succeeded: Bool { status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK }

    var isError: Bool { status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE }

    var isCopyIn: Bool { status == PGRES_COPY_IN }

    var isCopy: Bool { [PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH].contains(status) }

    var isSync: Bool { status == PGRES_PIPELINE_SYNC }

    var affected: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

    /// The statement's tag: `ROLLBACK` in answer to a `commit` of a failed transaction.
    var command: String { String(cString: PQcmdStatus(result)) }

    func name(of column: Int) -> String { String(cString: PQfname(result, Int32(column))) }

    /// Asked for every field of every row: without making texts of the names.
    func column(named name: String) -> Int? {
        var name = name
        return name.withUTF8 { wanted in
            (0..<columnCount).first { column in
                guard let known = PQfname(result, Int32(column)) else { return false }
                for (index, byte) in wanted.enumerated() where UInt8(bitPattern: known[index]) != byte { return false }
                return known[wanted.count] == 0
            }
        }
    }

    func cell(row: Int, column: Int) -> Cell {
        let row = Int32(row)
        let column = Int32(column)
        let type = TypeCode(PQftype(result, column))
        guard PQgetisnull(result, row, column) == 0 else { return Cell(type: type, bytes: nil) }
        let count = Int(PQgetlength(result, row, column))
        return Cell(type: type, bytes: UnsafeRawBufferPointer(start: PQgetvalue(result, row, column), count: count))
    }

    /// What the server says went wrong. Codes of fields: libpq, `PQresultErrorField`.
    var report: ServerReport {
        func field(_ code: Unicode.Scalar) -> String? {
            PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
        }
        return ServerReport(
            severity: field("V") ?? "ERROR", sqlstate: field("C") ?? "", message: field("M") ?? "",
            schema: field("s"), table: field("t"), column: field("c"), dataType: field("d"),
            constraint: field("n"), position: field("P").flatMap { Int($0) }, routine: field("R"))
    }
}
