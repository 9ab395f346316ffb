/// Reads JSON that a service of ours wrote and PostgreSQL keeps, in one pass and without making values of it: a tenth
/// of the time that the strict way takes, which matters where a whole country is read.
///
/// It knows what such text looks like and nothing else. Whatever it does not know it leaves to ``StrictJSONParser`` and
/// ``ObjectReader`` by throwing ``Unfamiliar``: they read it, or say what is wrong.
package struct StoredJSONScanner {
    package struct Unfamiliar: Error {}

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    /// - Parameter bytes: UTF-8, as the database vouches for; used only while they are valid.
    package init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// Reads the whole text as one object.
    package mutating func document(
        _ member: (inout StoredJSONScanner, Name) throws(Unfamiliar) -> Void
    ) throws(Unfamiliar) {
        try object(member)
        skipBlanks()
        guard position == bytes.count else { throw Unfamiliar() }
    }

    /// - Parameter member: must read the member's value, whichever it is. No member is null: those are passed over.
    mutating func object(_ member: (inout StoredJSONScanner, Name) throws(Unfamiliar) -> Void) throws(Unfamiliar) {
        try expect(UInt8(ascii: "{"))
        if take(UInt8(ascii: "}")) { return }
        repeat {
            let name = Name(bytes: try plainString())
            try expect(UInt8(ascii: ":"))
            if try !takeNull() { try member(&self, name) }
        } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"))
    }

    /// - Parameter limit: how many items at most.
    mutating func array<Element>(
        upTo limit: Int, _ element: (inout StoredJSONScanner) throws(Unfamiliar) -> Element
    ) throws(Unfamiliar) -> [Element] {
        try expect(UInt8(ascii: "["))
        if take(UInt8(ascii: "]")) { return [] }
        var elements: [Element] = []
        repeat {
            guard elements.count < limit else { throw Unfamiliar() }
            elements.append(try element(&self))
        } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"))
        return elements
    }

    /// An array in which nothing comes twice.
    mutating func set<Element: Equatable>(
        upTo limit: Int, _ element: (inout StoredJSONScanner) throws(Unfamiliar) -> Element
    ) throws(Unfamiliar) -> [Element] {
        // Of more, comparing each with each takes longer than the strict way.
        let elements = try array(upTo: min(limit, 64), element)
        for place in elements.indices.dropFirst() where elements[..<place].contains(elements[place]) {
            throw Unfamiliar()
        }
        return elements
    }

    /// A text that is not empty, of at most so many characters. Its content was judged when it was written.
    mutating func text(upTo length: Int) throws(Unfamiliar) -> String {
        let plain = try string()
        guard !plain.isEmpty, plain.count <= length else { throw Unfamiliar() }
        guard let escape = plain.firstIndex(of: UInt8(ascii: "\\")) else {
            return String(decoding: plain, as: UTF8.self)
        }
        return try unescaped(plain, from: escape)
    }

    /// One of a vocabulary's codes.
    mutating func code(of codes: StoredCodes) throws(Unfamiliar) -> String {
        guard let code = codes.code(spelt: try plainString()) else { throw Unfamiliar() }
        return code
    }

    /// The bytes of a string without escapes, valid as long as those that are read.
    mutating func plainString() throws(Unfamiliar) -> UnsafeBufferPointer<UInt8> {
        let plain = try string()
        guard !plain.contains(UInt8(ascii: "\\")) else { throw Unfamiliar() }
        return plain
    }

    mutating func integer(in range: ClosedRange<Int>) throws(Unfamiliar) -> Int {
        let number = try number()
        guard number.decimals == 0, let value = number.mantissa, range.contains(value) else { throw Unfamiliar() }
        return value
    }

    mutating func double(in range: ClosedRange<Double>) throws(Unfamiliar) -> Double {
        let number = try number()
        // Exact: of at most 15 digits, a division of two doubles that are whole is the nearest double (Clinger 1990).
        let short = number.mantissa.map { Double($0) / Self.powers[number.decimals] }
        guard let value = short ?? Double(String(decoding: number.text, as: UTF8.self)), range.contains(value) else {
            throw Unfamiliar()
        }
        return value
    }

    mutating func bool() throws(Unfamiliar) -> Bool {
        skipBlanks()
        if take(word: "true") { return true }
        guard take(word: "false") else { throw Unfamiliar() }
        return false
    }
}

extension StoredJSONScanner {
    /// A member's name, to be told by `switch`.
    package struct Name {
        fileprivate let bytes: UnsafeBufferPointer<UInt8>

        package static func ~= (pattern: StaticString, name: Name) -> Bool {
            name.bytes.count == pattern.utf8CodeUnitCount
                && name.bytes.elementsEqual(UnsafeBufferPointer(start: pattern.utf8Start, count: name.bytes.count))
        }
    }

    private static let powers: [Double] = (0...15).map { exponent in
        (0..<exponent).reduce(1.0) { power, _ in power * 10 }
    }

    /// Digits with a point or without: without it as a whole, where they are few, and how many stand behind it.
    private struct Number {
        let text: UnsafeBufferPointer<UInt8>
        let mantissa: Int?
        let decimals: Int
    }

    private mutating func number() throws(Unfamiliar) -> Number {
        skipBlanks()
        let start = position
        let isNegative = take(word: "-")
        var (mantissa, digits, point): (Int, Int, Int?) = (0, 0, nil)
        while position < bytes.count {
            let byte = bytes[position]
            if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
                digits += 1
                if digits <= 15 { mantissa = mantissa * 10 + Int(byte - UInt8(ascii: "0")) }
            } else if byte == UInt8(ascii: "."), point == nil, digits > 0 {
                point = digits
            } else if byte | 0x20 == UInt8(ascii: "e") {
                throw Unfamiliar()
            } else {
                break
            }
            position += 1
        }
        // `-0` is no number of ours.
        guard digits > 0, point != digits, !isNegative || mantissa != 0 else { throw Unfamiliar() }
        return Number(
            text: UnsafeBufferPointer(rebasing: bytes[start..<position]),
            mantissa: digits > 15 ? nil : isNegative ? -mantissa : mantissa, decimals: point.map { digits - $0 } ?? 0)
    }

    /// What stands between the quotes, escapes as they are.
    private mutating func string() throws(Unfamiliar) -> UnsafeBufferPointer<UInt8> {
        try expect(UInt8(ascii: "\""))
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return UnsafeBufferPointer(rebasing: bytes[start..<position - 1])
            case UInt8(ascii: "\\"): position += 2
            default: position += 1
            }
        }
        throw Unfamiliar()
    }

    /// With the escapes that have one letter; others are rare.
    private func unescaped(
        _ text: UnsafeBufferPointer<UInt8>, from escape: Int
    ) throws(Unfamiliar) -> String {
        var plain = Array(text[..<escape])
        var place = escape
        while place < text.count {
            guard text[place] == UInt8(ascii: "\\") else {
                plain.append(text[place])
                place += 1
                continue
            }
            switch text[place + 1] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain.append(text[place + 1])
            case UInt8(ascii: "n"): plain.append(0x0A)
            case UInt8(ascii: "t"): plain.append(0x09)
            default: throw Unfamiliar()
            }
            place += 2
        }
        return String(decoding: plain, as: UTF8.self)
    }

    private mutating func takeNull() throws(Unfamiliar) -> Bool {
        skipBlanks()
        return take(word: "null")
    }

    private mutating func take(word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard position + count <= bytes.count else { return false }
        for index in 0..<count where bytes[position + index] != word.utf8Start[index] { return false }
        position += count
        return true
    }

    /// PostgreSQL writes a blank behind colons and commas.
    private mutating func skipBlanks() {
        while position < bytes.count, bytes[position] == 0x20 { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ byte: UInt8) throws(Unfamiliar) {
        guard take(byte) else { throw Unfamiliar() }
    }
}

/// A vocabulary's codes, to be found by their bytes: what is read shares one text for each.
struct StoredCodes: Sendable {
    private let codes: [(bytes: [UInt8], code: String)]

    init(_ vocabulary: Vocabulary) { codes = vocabulary.codes.map { (Array($0.utf8), $0) } }

    func code(spelt bytes: UnsafeBufferPointer<UInt8>) -> String? {
        for entry in codes where entry.bytes.count == bytes.count && bytes.elementsEqual(entry.bytes) {
            return entry.code
        }
        return nil
    }
}
