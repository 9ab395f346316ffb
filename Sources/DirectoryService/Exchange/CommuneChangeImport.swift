import Schema

/// INSEE's history of communes, as its file of events has it:
/// `event,effective_date,type_before,code_before,name_before,type_after,code_after,name_after`.
enum CommuneChangeImport {
    static let columns = [
        "event", "effective_date", "type_before", "code_before", "name_before", "type_after", "code_after",
        "name_after",
    ]

    /// What something was: a commune, a part of one (*déléguée*, *associée*), a municipal arrondissement; or nothing.
    private static let types = ["COM", "COMD", "COMA", "ARM", ""]

    /// Reads the whole file; keeps the rows that say where a commune comes from (``CommuneHistory``).
    /// - Parameters:
    ///   - today: what takes effect later is left out, with a warning.
    ///   - known: what earlier imports brought.
    static func read(
        _ bytes: [UInt8], today: CalendarDate = ParisClock.today, beside known: [CommuneChange] = [],
        _ report: inout ImportReport
    ) throws(CSVReader.Failure) -> [CommuneChange] {
        guard var table = try CSVTable(bytes, columns: columns, &report) else { return [] }
        var changes: Set<CommuneChange> = []
        while let row = try table.next() {
            report.read += 1
            if let change = change(row), row.violations.isEmpty {
                if change.date > today {
                    report.warn(
                        "line \(row.line): \(change.before) becomes \(change.after) on \(change.date.text): left out, import "
                            + "the file again from that day on")
                } else {
                    changes.insert(change)
                }
            }
            report.complain(line: row.line, row.violations)
        }
        let contradictory = CommuneHistory(known + changes).contradictory
        if !contradictory.isEmpty { report.complain(line: 0, [Violation(circle(contradictory), at: "")]) }
        return Array(changes)
    }

    private static func circle(_ codes: [String]) -> Flaw {
        let names = codes.prefix(10).joined(separator: ", ")
        return Flaw(
            "circular-history", fr: "Ces codes se succèdent en cercle : \(names).",
            en: "These codes succeed one another in a circle: \(names).")
    }

    private static func change(_ row: CSVTable.Row) -> CommuneChange? {
        _ = row.value("event", .int(1...99))
        let date = row.value("effective_date", .date)
        let typeBefore = row.value("type_before", .code(types))
        let typeAfter = row.value("type_after", .code(types))
        // What was nothing before has no code.
        let before = typeBefore == "" ? "" : row.value("code_before", .communeCode)
        let after = row.value("code_after", .communeCode)
        guard let date, let before, let after, let typeBefore, ["COM", "COMD", "COMA"].contains(typeBefore),
            typeAfter == "COM"
        else { return nil }
        return CommuneChange(date: date, before: before, wasCommune: typeBefore == "COM", after: after)
    }
}
