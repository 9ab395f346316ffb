package import Foundation

/// Writes content lines of iCalendar (RFC 5545 §3.1): folded at 75 octets without cutting a character, ended by CRLF.
package struct CalendarText {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    private static let longest = 75

    package mutating func component(_ name: String, _ body: (inout CalendarText) -> Void) {
        line("BEGIN", name)
        body(&self)
        line("END", name)
    }

    /// - Parameter value: as its type spells it, without line breaks.
    package mutating func line(_ name: String, _ value: String) {
        var room = Self.longest
        for scalar in "\(name):\(value)".unicodeScalars {
            let encoded = String(scalar).utf8
            if encoded.count > room {
                bytes += "\r\n ".utf8
                // The blank that begins a line counts.
                room = Self.longest - 1
            }
            bytes += encoded
            room -= encoded.count
        }
        bytes += "\r\n".utf8
    }

    /// A value of type TEXT (§3.3.11).
    package mutating func text(_ name: String, _ value: String) {
        var escaped = ""
        // Scalar by scalar: a comma that a mark is combined with is a comma.
        for scalar in value.replacing("\r\n", with: "\n").unicodeScalars {
            switch scalar {
            case "\\", ";", ",": escaped += "\\\(scalar)"
            case "\n", "\r": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        line(name, escaped)
    }

    /// In UTC (§3.3.5, form 2), to the second.
    package mutating func instant(_ name: String, _ instant: Date) {
        let whole = Date(timeIntervalSince1970: instant.timeIntervalSince1970.rounded(.down))
        line(name, RFC3339.format(whole).filter { $0 != "-" && $0 != ":" })
    }
}
