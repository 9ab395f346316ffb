import Schema

/// What is wrong with the first line of a table, column by column.
enum CSVHeader {
    /// - Parameters:
    ///   - known: the columns that there may be.
    ///   - required: those that there must be.
    ///   - prefix: of a place: with `/` it is a JSON Pointer, as those of the lines.
    static func violations(
        in header: [String], known: [String], required: [String], prefix: String = ""
    ) -> [Violation] {
        func place(_ column: String) -> String {
            prefix.isEmpty
                ? shown(column) : prefix + shown(column).replacing("~", with: "~0").replacing("/", with: "~1")
        }
        var violations: [Violation] = []
        var first: [String: Int] = [:]
        for (number, column) in header.enumerated() {
            if !known.contains(column) {
                violations.append(Violation(unknown(column, number + 1, known), at: place(column)))
            } else if let other = first.updateValue(number, forKey: column) {
                violations.append(Violation(repeated(column, other + 1, number + 1), at: place(column)))
            }
        }
        for column in required where first[column] == nil {
            violations.append(Violation(missing(column), at: place(column)))
        }
        return violations
    }

    private static func unknown(_ column: String, _ number: Int, _ known: [String]) -> Flaw {
        let (name, list) = (shown(column), known.joined(separator: ", "))
        return Flaw(
            Flaw.unknownMember.code, fr: "La colonne \(number) («\(name)») n’existe pas. Colonnes admises : \(list).",
            en: "There is no column \(number) (“\(name)”). Allowed columns: \(list).")
    }

    private static func repeated(_ column: String, _ first: Int, _ second: Int) -> Flaw {
        Flaw(
            Flaw.duplicateItem.code, fr: "Les colonnes \(first) et \(second) ont le même nom («\(column)»).",
            en: "Columns \(first) and \(second) have the same name (“\(column)”).")
    }

    private static func missing(_ column: String) -> Flaw {
        Flaw(
            Flaw.required.code, fr: "La colonne «\(column)» manque dans la première ligne.",
            en: "The column “\(column)” is missing in the first line.")
    }

    /// A file that is no table may have anything there.
    private static func shown(_ column: String) -> String { column.count > 60 ? column.prefix(60) + "…" : column }
}
