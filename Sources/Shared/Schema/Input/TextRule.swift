package import Foundation

/// What one text must be to stand for a `Value`: the same rule reads a JSON string and a query parameter.
package struct TextRule<Value: Sendable>: Sendable {
    package let read: @Sendable (String) throws(Flaw) -> Value

    package init(_ read: @escaping @Sendable (String) throws(Flaw) -> Value) { self.read = read }

    package func map<Other>(_ transform: @escaping @Sendable (Value) throws(Flaw) -> Other) -> TextRule<Other> {
        TextRule<Other> { text throws(Flaw) in try transform(try read(text)) }
    }
}

extension TextRule where Value == String {
    /// One line of text: normalised to NFC, without control characters, bounded in characters, not blank.
    package static func text(_ length: ClosedRange<Int>) -> TextRule { text(length, hasLines: false) }

    /// As ``text(_:)``, with line breaks and tabs.
    package static func lines(_ length: ClosedRange<Int>) -> TextRule { text(length, hasLines: true) }

    private static func text(_ length: ClosedRange<Int>, hasLines: Bool) -> TextRule {
        TextRule { text throws(Flaw) in
            // Printable ASCII is normal as it is, and a character is a byte.
            if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) {
                guard length.contains(text.utf8.count), text.isEmpty || text.utf8.contains(where: { $0 != 0x20 }) else {
                    throw .length(length)
                }
                return text
            }
            // Scalars bound memory, characters do not: one character may hold thousands of combining marks. NFC may
            // also make more of them (U+0344 becomes two), and what it makes must be readable again.
            guard text.unicodeScalars.count <= length.upperBound * 4 else { throw .length(length) }
            let normal = text.precomposedStringWithCanonicalMapping
            guard normal.unicodeScalars.count <= length.upperBound * 4 else { throw .length(length) }
            guard normal.unicodeScalars.allSatisfy({ !isForbidden($0) }) else {
                throw Flaw(
                    "control-character", fr: "Les caractères de contrôle ne sont pas admis.",
                    en: "Control characters are not allowed.")
            }
            guard hasLines || normal.unicodeScalars.allSatisfy({ !endsLine($0) }) else {
                throw Flaw(
                    "control-character", fr: "Les sauts de ligne et les tabulations ne sont pas admis ici.",
                    en: "Line breaks and tabs are not allowed here.")
            }
            guard length.contains(normal.count), normal.isEmpty || !normal.unicodeScalars.allSatisfy(isInvisible) else {
                throw .length(length)
            }
            return normal
        }
    }

    /// One of a closed list of codes.
    package static func code(_ codes: [String]) -> TextRule {
        TextRule { text throws(Flaw) in
            guard codes.contains(text) else { throw .unknownCode(codes) }
            return text
        }
    }

    /// A code of lower-case letters, digits and hyphens, as networks and territories have them.
    package static let slug = TextRule { text throws(Flaw) in
        let allowed = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
        }
        guard allowed, (1...64).contains(text.utf8.count), text.first != "-", text.last != "-" else {
            throw .format(
                "un code en minuscules, chiffres et traits d’union", "a code of lower-case letters, digits and hyphens")
        }
        return text
    }

    /// An absolute `http` or `https` address of at most 2,000 characters.
    package static let webAddress = TextRule { text throws(Flaw) in
        guard text.utf8.count <= 2000,
            !text.unicodeScalars.contains(where: { isBlank($0) || isForbidden($0) }),
            let components = URLComponents(string: text), ["http", "https"].contains(components.scheme),
            components.host?.isEmpty == false, components.user == nil, components.password == nil,
            WebPort.isOne(in: text)
        else { throw .format("une adresse http://… ou https://…", "an address http://… or https://…") }
        return text
    }

    /// An e-mail address, loosely: one `@`, no blanks, at most 254 characters (RFC 5321 §4.5.3.1.3).
    package static let email = TextRule { text throws(Flaw) in
        // By bytes: some scalars make one character with the sign that follows them.
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard text.utf8.count <= 254, parts.count == 2, !parts[0].isEmpty, parts[1].contains(UInt8(ascii: ".")),
            !text.unicodeScalars.contains(where: { isBlank($0) || isForbidden($0) })
        else { throw .format("une adresse électronique", "an e-mail address") }
        return text
    }

    /// A telephone number: `+` and eight to fifteen digits (E.164), or a French number of ten or four digits; blanks
    /// and dots are dropped.
    package static let telephone = TextRule { text throws(Flaw) in
        let digits = text.filter { !" .\u{A0}\u{202F}".contains($0) }
        let body = digits.hasPrefix("+") ? digits.dropFirst() : Substring(digits)
        let international = digits.hasPrefix("+") && (8...15).contains(body.count)
        guard body.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            international || (!digits.hasPrefix("+") && isFrench(body))
        else { throw .format("un numéro de téléphone", "a telephone number") }
        return digits
    }
}

extension TextRule where Value == UUID {
    package static let uuid = TextRule { text throws(Flaw) in
        guard let id = UUID(text: text) else { throw .format("un UUID en minuscules", "a lower-case UUID") }
        return id
    }
}

extension TextRule where Value == CalendarDate {
    package static let date = TextRule { text throws(Flaw) in
        guard let date = CalendarDate(text: text) else { throw .format("AAAA-MM-JJ", "YYYY-MM-DD") }
        return date
    }
}

extension TextRule where Value == Date {
    package static let instant = TextRule { text throws(Flaw) in
        guard let instant = RFC3339.parse(text) else {
            throw .format("AAAA-MM-JJThh:mm:ssZ (RFC 3339)", "YYYY-MM-DDThh:mm:ssZ (RFC 3339)")
        }
        guard instant >= earliest else { throw .notBefore(earliest) }
        guard instant <= latest else { throw .notAfter(latest) }
        return instant
    }

    /// What our services can store to the microsecond, with something to spare (PostgreSQL knows more years).
    private static let earliest = Date(timeIntervalSince1970: -2_208_988_800)  // 1900-01-01
    private static let latest = Date(timeIntervalSince1970: 7_258_118_399)  // 2199-12-31T23:59:59Z
}

/// The property White_Space; looking it up is slow for what nearly every text is made of.
private func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII ? scalar == " " || (0x09...0x0D).contains(scalar.value) : scalar.properties.isWhitespace
}

/// Blanks, and what is not drawn at all (zero-width spaces, fillers).
private func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    isBlank(scalar) || scalar.properties.isDefaultIgnorableCodePoint
}

/// `0` and nine digits, or a short number such as 3939.
private func isFrench(_ digits: Substring) -> Bool {
    digits.count == 4 || (digits.count == 10 && digits.first == "0")
}

/// What stands between lines or columns of text: tab, line feed, carriage return, U+2028, U+2029. (U+0085 is forbidden
/// everywhere.)
private func endsLine(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D, 0x2028, 0x2029: true
    default: false
    }
}

/// Control characters, and the invisible ones that reorder or hide text (bidirectional overrides, Unicode TR 36).
private func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x08, 0x0B, 0x0C, 0x0E...0x1F, 0x7F...0x9F: true
    case 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: true
    // Noncharacters (The Unicode Standard, §23.7), which will never be others.
    case 0xFDD0...0xFDEF: true
    default: scalar.value & 0xFFFE == 0xFFFE
    }
}
