/// Reads CSV strictly (RFC 4180: commas, optional quotes, `""` for a quote; LF or CRLF), record by record with the line
/// on which each begins.
///
/// SwiftCSV was weighed and not taken: it drops an empty last field, trims fields, and takes an open quote at the end.
package struct CSVReader {
    package struct Record: Sendable, Equatable {
        /// The line on which the record begins; the header's is 1.
        package let line: Int
        package let fields: [String]
    }

    package struct Failure: Error, Equatable {
        package let line: Int
        package let reason: LocalizedText

        package init(line: Int, reason: LocalizedText) {
            self.line = line
            self.reason = reason
        }
    }

    private let bytes: [UInt8]
    private var position: Int
    private var line = 1

    /// - Parameter bytes: UTF-8; a byte order mark, which spreadsheets write, is skipped.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        position = ByteOrderMark.length(in: bytes)
    }

    /// The next record, or nil at the end; blank lines are skipped.
    package mutating func next() throws(Failure) -> Record? {
        while position < bytes.count, bytes[position] == Self.lineFeed || bytes[position] == Self.carriageReturn {
            if bytes[position] == Self.lineFeed { line += 1 }
            position += 1
        }
        guard position < bytes.count else { return nil }
        let start = line
        var fields: [String] = []
        while true {
            fields.append(try field(of: start))
            guard position < bytes.count else { break }
            let delimiter = bytes[position]
            position += 1
            if delimiter == Self.comma { continue }
            line += 1
            break
        }
        return Record(line: start, fields: fields)
    }

    /// Reads one field and stops at its comma or line feed, or at the end.
    private mutating func field(of start: Int) throws(Failure) -> String {
        var field: [UInt8] = []
        if position < bytes.count, bytes[position] == Self.quote {
            position += 1
            try quoted(into: &field, start)
        } else {
            while position < bytes.count, bytes[position] != Self.comma, bytes[position] != Self.lineFeed {
                guard bytes[position] != Self.quote else {
                    throw Failure(line: start, reason: Self.strayQuote)
                }
                field.append(bytes[position])
                position += 1
            }
            if field.last == Self.carriageReturn, isAtLineEnd(position) { field.removeLast() }
        }
        guard let text = String(validating: field, as: UTF8.self), !field.contains(0) else {
            throw Failure(line: start, reason: Self.notUTF8)
        }
        return text
    }

    private mutating func quoted(into field: inout [UInt8], _ start: Int) throws(Failure) {
        while true {
            guard position < bytes.count else { throw Failure(line: start, reason: Self.openQuote) }
            let byte = bytes[position]
            position += 1
            if byte == Self.lineFeed { line += 1 }
            guard byte == Self.quote else {
                field.append(byte)
                continue
            }
            guard position < bytes.count, bytes[position] == Self.quote else { break }
            field.append(byte)
            position += 1
        }
        if position < bytes.count, bytes[position] == Self.carriageReturn, isAtLineEnd(position + 1) { position += 1 }
        guard position == bytes.count || bytes[position] == Self.comma || bytes[position] == Self.lineFeed else {
            throw Failure(line: start, reason: Self.strayQuote)
        }
    }

    /// Only there is a carriage return part of a line break.
    private func isAtLineEnd(_ position: Int) -> Bool {
        position == bytes.count || bytes[position] == Self.lineFeed
    }

    private static let comma = UInt8(ascii: ",")
    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let openQuote = LocalizedText(fr: "un guillemet n’est pas fermé", en: "a quote is not closed")
    private static let strayQuote = LocalizedText(
        fr: "un guillemet est mal placé", en: "a quote stands where none may stand")
    private static let notUTF8 = LocalizedText(
        fr: "le texte n’est pas de l’UTF-8 sans NUL", en: "the text is not UTF-8 without NUL")
}
