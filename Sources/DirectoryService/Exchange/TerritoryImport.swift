import Postgres
import Schema

/// `code,name,region,kind,communes`: territories with their communes' INSEE codes, separated by blanks.
enum TerritoryImport {
    static let columns = ["code", "name", "region", "kind", "communes"]

    /// Reads the whole file; a commune in two territories of a kind, or one that nobody knows, is an error.
    static func read(
        _ bytes: [UInt8], in geography: Geography, _ report: inout ImportReport
    ) throws(CSVReader.Failure) -> [Territory] {
        guard var table = try CSVTable(bytes, columns: columns, &report) else { return [] }
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
            report.complain(line: line, moves(of: territory, among: territories, in: geography))
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

    /// A territory of another region by the same key, whose region the file does not speak of.
    private static func moves(
        of territory: Territory, among territories: [Territory], in geography: Geography
    ) -> [Violation] {
        guard let present = geography.territories[territory.key], present.region != territory.region,
            !territories.contains(where: { $0.kind == present.kind && $0.region == present.region })
        else { return [] }
        return [
            Violation(
                Flaw(
                    "territory-of-another-region",
                    fr: "Ce territoire est celui de la région \(present.region) : importez les deux régions ensemble.",
                    en: "This is a territory of region \(present.region): import both regions in one file."),
                at: "region")
        ]
    }

    /// Why a file that leaves out present territories is refused.
    static func removes(_ territories: [Territory]) -> Violation {
        let shown = territories.prefix(10).map(\.key).joined(separator: ", ") + (territories.count > 10 ? ", …" : "")
        return Violation(
            Flaw(
                "removes-territories",
                fr: "\(territories.count) territoires disparaîtraient (\(shown)) : confirmez par --replace.",
                en: "\(territories.count) territories are left out and would go (\(shown)): confirm with --replace."),
            at: "")
    }

    /// Why a territory cannot go.
    static func isNamed(_ territory: String, by structures: Int) -> Violation {
        Violation(
            Flaw(
                "territory-in-use",
                fr: "\(structures) structures nomment \(territory) : il ne peut pas disparaître.",
                en: "\(structures) structures name \(territory): it cannot go."), at: "")
    }

    /// Why a territory cannot go, which its region and coordinator wrote of.
    static func isCoordinated(_ territory: String) -> Violation {
        Violation(
            Flaw(
                "territory-coordinated",
                fr: "\(territory) a un coordinateur, un comité ou un dossier : videz sa coordination d’abord.",
                en: "\(territory) has a coordinator, a committee or a dossier: empty its coordination first."), at: "")
    }

    private static func territory(_ row: CSVTable.Row, _ geography: Geography) -> Territory? {
        let kinds = Vocabulary.territoryKind.codes.filter { $0 != "departement" }
        let code = row.value("code", .territoryCode)
        let name = row.value("name", .text(1...200))
        let region = row.value("region", geography.knownRegion)
        let kind = row.value("kind", .code(kinds))
        let communes = row.value(
            "communes",
            TextRule { text throws(Flaw) in
                let codes = text.split(separator: " ").map(String.init)
                for code in codes where geography.commune(code) == nil { throw .unknownCommune(code) }
                guard Set(codes).count == codes.count else { throw .duplicateItem }
                // Former communes count as what they became, once.
                var seen: Set<String> = []
                return codes.map(geography.currentCode).filter { seen.insert($0).inserted }
            })
        guard let code, let name, let region, let kind, let communes else { return nil }
        return Territory(kind: kind, code: code, name: name, region: region, communes: communes)
    }

    private static func inTwo(_ commune: String, _ other: String) -> Flaw {
        Flaw(
            "commune-in-two-territories", fr: "La commune \(commune) est déjà dans \(other).",
            en: "The commune \(commune) is already in \(other).")
    }
}
