import Postgres
import Schema

/// `code,name,region,kind,communes`: territories with their communes' INSEE codes, separated by blanks.
enum TerritoryImport {
    static let columns = ["code", "name", "region", "kind", "communes"]

    /// Reads the whole file; a commune in two territories of a kind, or one that nobody knows, is an error.
    static func read(
        _ bytes: [UInt8], in geography: Geography, _ report: inout ImportReport
    ) throws(CSVReader.Failure) -> [Territory] {
        var table = try CSVTable(bytes, columns: columns)
        var territories: [Territory] = []
        var lines: [Int] = []
        var keys: Set<String> = []
        var taken: [String: String] = [:]
        while let row = try table.next() {
            report.read += 1
            if let territory = territory(row, geography), row.violations.isEmpty {
                if !keys.insert(territory.key).inserted { row.report(.duplicateItem, at: "code") }
                for commune in territory.communes {
                    let place = "\(territory.kind) \(commune)"
                    if let other = taken.updateValue(territory.code, forKey: place) {
                        row.report(Self.inTwo(commune, other), at: "communes")
                    }
                }
                territories.append(territory)
                lines.append(row.line)
            }
            report.complain(line: row.line, row.violations)
        }
        for (line, territory) in zip(lines, territories) {
            report.complain(line: line, intrusions(of: territory, among: territories, in: geography))
        }
        return territories
    }

    /// The communes that lie in a territory of this kind which the file does not replace: another region's.
    private static func intrusions(
        of territory: Territory, among territories: [Territory], in geography: Geography
    ) -> [Violation] {
        territory.communes.flatMap { commune in
            geography.territories(ofCommune: commune).filter { present in
                present.kind == territory.kind
                    && !territories.contains { $0.kind == present.kind && $0.region == present.region }
            }.map { Violation(inTwo(commune, $0.code), at: "communes") }
        }
    }

    private static func territory(_ row: CSVTable.Row, _ geography: Geography) -> Territory? {
        let kinds = Vocabulary.territoryKind.codes.filter { $0 != "departement" }
        let code = row.value("code", .territoryCode)
        let name = row.value("name", .text(1...200))
        let region = row.value("region", .placeCode)
        let kind = row.value("kind", .code(kinds))
        let communes = row.value(
            "communes",
            TextRule { text throws(Flaw) in
                let codes = text.split(separator: " ").map(String.init)
                for code in codes where geography.communes[code] == nil { throw Self.unknown(code) }
                guard Set(codes).count == codes.count else { throw .duplicateItem }
                return codes
            })
        guard let code, let name, let region, let kind, let communes else { return nil }
        return Territory(kind: kind, code: code, name: name, region: region, communes: communes)
    }

    private static func unknown(_ code: String) -> Flaw {
        let shown = code.prefix(10)
        return Flaw("unknown-commune", fr: "La commune \(shown) n’existe pas.", en: "There is no commune \(shown).")
    }

    private static func inTwo(_ commune: String, _ other: String) -> Flaw {
        Flaw(
            "commune-in-two-territories", fr: "La commune \(commune) est déjà dans \(other).",
            en: "The commune \(commune) is already in \(other).")
    }
}
