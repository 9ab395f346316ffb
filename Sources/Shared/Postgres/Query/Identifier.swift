/// A name of a table, role, database or channel in its plainest form: lower-case letters, digits and `_`, at most 63
/// bytes (PostgreSQL silently cuts longer ones).
package struct Identifier: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    package let name: String

    package init?(_ name: String) {
        guard (1...63).contains(name.utf8.count), let first = name.utf8.first, !Self.isDigit(first),
            name.utf8.allSatisfy({ Self.isLetter($0) || Self.isDigit($0) })
        else { return nil }
        self.name = name
    }

    package init(stringLiteral name: StaticString) {
        guard let identifier = Self(name.description) else { preconditionFailure("\(name) is no plain identifier") }
        self = identifier
    }

    package var description: String { name }
    package var quoted: String { "\"\(name)\"" }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
