/// Writes CSV (RFC 4180): records end with CRLF, quotes stand where they must.
package struct CSVWriter: Sendable {
    package private(set) var bytes: [UInt8] = []

    package enum Field: Sendable, Equatable {
        /// What people wrote. A spreadsheet would run it where it begins as a formula does: an apostrophe before it keeps
        /// it a text (OWASP, CSV Injection).
        case text(String)
        /// Numbers, flags and the like, of the service's own making.
        case literal(String)
    }

    package init(reservingCapacity capacity: Int = 4096) { bytes.reserveCapacity(capacity) }

    package mutating func record(_ fields: [Field]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            switch field {
            case .text(let text): append(Self.isGuarded(text) ? "'" + text : text)
            case .literal(let text): append(text)
            }
        }
        bytes += "\r\n".utf8
    }

    /// What a field says that this writer wrote: without the apostrophe that keeps it a text.
    package static func text(of field: String) -> String {
        field.hasPrefix("'") && isGuarded(String(field.dropFirst())) ? String(field.dropFirst()) : field
    }

    /// Formulas, and texts that would be read as guarded ones.
    private static func isGuarded(_ text: String) -> Bool { isFormula(String(text.drop { $0 == "'" })) }

    /// `=`, `+`, `-`, `@` (and their full-width forms), behind blanks also; a tab or line break at the beginning.
    private static func isFormula(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first else { return false }
        if "\t\r\n".unicodeScalars.contains(first) { return true }
        return text.unicodeScalars.first { !$0.properties.isWhitespace }.map { signs.contains($0) } ?? false
    }

    private static let signs = "=+-@＝＋－＠".unicodeScalars

    /// Where a program might take it for more than one field, whichever separator it expects.
    private mutating func append(_ text: String) {
        guard text.utf8.contains(where: { Self.special.contains($0) }) || text.first == " " || text.last == " " else {
            bytes += text.utf8
            return
        }
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static let special = Array("\",;\t\r\n".utf8)
}
