/// Strings and numbers, where most of the traps are.
extension StrictJSONParser {
    mutating func parseString() throws(JSONSyntaxError) -> String {
        let start = position
        position += 1
        // Up to the first escape, and so mostly to the end, the text is what it stands for.
        while position < bytes.count, Self.isPlain(bytes[position]) { position += 1 }
        var unescaped = bytes[start + 1..<position]
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                guard let text = String(validating: unescaped, as: UTF8.self) else {
                    throw JSONSyntaxError(reason: .invalidUTF8, offset: start)
                }
                guard text.isStreamSafe else { throw JSONSyntaxError(reason: .tooManyMarks, offset: start) }
                return text
            case UInt8(ascii: "\\"):
                try parseEscape(into: &unescaped)
            case 0x00:
                throw failure(.nulCharacter)
            case 0x01..<0x20:
                throw failure(.controlCharacter)
            default:
                unescaped.append(byte)
                position += 1
            }
        }
        throw failure(.unexpectedEnd)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private mutating func parseEscape(into unescaped: inout ArraySlice<UInt8>) throws(JSONSyntaxError) {
        guard position + 1 < bytes.count else { throw failure(.unexpectedEnd) }
        let escaped = bytes[position + 1]
        switch escaped {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(escaped)
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0C)
        case UInt8(ascii: "n"): unescaped.append(0x0A)
        case UInt8(ascii: "r"): unescaped.append(0x0D)
        case UInt8(ascii: "t"): unescaped.append(0x09)
        case UInt8(ascii: "u"):
            unescaped.append(contentsOf: String(Character(try parseUnicodeEscape())).utf8)
            return
        default: throw failure(.invalidEscape)
        }
        position += 2
    }

    /// Reads `\uXXXX`, and the second half of a surrogate pair with it.
    private mutating func parseUnicodeEscape() throws(JSONSyntaxError) -> Unicode.Scalar {
        let first = try parseHexadecimalUnit()
        if first == 0 { throw failure(.nulCharacter) }
        if let scalar = Unicode.Scalar(UInt32(first)) { return scalar }
        guard (0xD800...0xDBFF).contains(first), position + 1 < bytes.count,
            bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u")
        else { throw failure(.loneSurrogate) }
        let second = try parseHexadecimalUnit()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
        else { throw failure(.loneSurrogate) }
        return scalar
    }

    private mutating func parseHexadecimalUnit() throws(JSONSyntaxError) -> UInt16 {
        guard position + 6 <= bytes.count else { throw failure(.unexpectedEnd) }
        var unit: UInt16 = 0
        for byte in bytes[(position + 2)..<(position + 6)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw failure(.invalidEscape) }
            unit = unit << 4 | UInt16(digit)
        }
        position += 6
        return unit
    }

    /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
    mutating func parseNumber() throws(JSONSyntaxError) -> JSONNumber {
        let start = position
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try parseDigits(from: start) }
        if take(UInt8(ascii: ".")) { try parseDigits(from: start) }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try parseDigits(from: start)
        }
        if position < bytes.count, isDigit(bytes[position]) {
            throw JSONSyntaxError(reason: .invalidNumber, offset: start)
        }
        let number = JSONNumber(text: String(decoding: bytes[start..<position], as: UTF8.self))
        guard number.double != nil else { throw JSONSyntaxError(reason: .numberOutOfRange, offset: start) }
        return number
    }

    private mutating func parseDigits(from start: Int) throws(JSONSyntaxError) {
        guard position < bytes.count, isDigit(bytes[position]) else {
            throw JSONSyntaxError(reason: .invalidNumber, offset: start)
        }
        while position < bytes.count, isDigit(bytes[position]) { position += 1 }
    }

    private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
