extension JSONValue {
    /// Parses one JSON text strictly: RFC 8259, and beyond it what Foundation and libjwt let pass is refused:
    /// byte order marks, ill-formed UTF-8, duplicate members (compared after unescaping, by canonical equivalence),
    /// lone surrogates, NUL, trailing commas, nesting past `limits.depth`, numbers no double can hold, and runs of
    /// combining marks that are costly to compare.
    package init(parsing bytes: [UInt8], limits: JSONLimits = .trusted) throws(JSONSyntaxError) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw JSONSyntaxError(reason: .byteOrderMark, offset: 0) }
        var parser = StrictJSONParser(bytes: bytes, limits: limits)
        self = try parser.parseDocument()
    }
}

/// A recursive-descent parser over the bytes of one text. Recursion is bounded by `limits.depth`.
struct StrictJSONParser {
    let bytes: [UInt8]
    let limits: JSONLimits
    var position = 0
    private var values = 0

    init(bytes: [UInt8], limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    mutating func parseDocument() throws(JSONSyntaxError) -> JSONValue {
        skipWhitespace()
        let value = try parseValue(depth: 0)
        skipWhitespace()
        guard position == bytes.count else { throw failure(.trailingContent) }
        return value
    }

    private mutating func parseValue(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        guard position < bytes.count else { throw failure(.unexpectedEnd) }
        values += 1
        guard values <= limits.values else { throw failure(.tooManyValues) }
        switch bytes[position] {
        case UInt8(ascii: "{"): return .object(try parseObject(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try parseArray(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parseLiteral("true", as: .bool(true))
        case UInt8(ascii: "f"): return try parseLiteral("false", as: .bool(false))
        case UInt8(ascii: "n"): return try parseLiteral("null", as: .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try parseNumber())
        default: throw failure(.unexpectedByte)
        }
    }

    private mutating func parseObject(depth: Int) throws(JSONSyntaxError) -> JSONObject {
        guard depth <= limits.depth else { throw failure(.tooDeep) }
        position += 1
        var members: [(name: String, value: JSONValue)] = []
        var names: Set<String> = []
        skipWhitespace()
        if take(UInt8(ascii: "}")) { return JSONObject() }
        while true {
            skipWhitespace()
            guard position < bytes.count else { throw failure(.unexpectedEnd) }
            guard bytes[position] == UInt8(ascii: "\"") else { throw failure(.unexpectedByte) }
            let start = position
            let name = try parseString()
            // Swift compares strings by canonical equivalence, so NFC and NFD spellings of a name are one name.
            // A few are compared one by one, because hashing them costs more.
            if members.count == Self.fewMembers { names = Set(members.map(\.name)) }
            let isNew =
                members.count < Self.fewMembers
                ? !members.contains { $0.name == name } : names.insert(name).inserted
            guard isNew else { throw JSONSyntaxError(reason: .duplicateMember, offset: start) }
            skipWhitespace()
            try expect(UInt8(ascii: ":"))
            skipWhitespace()
            members.append((name: name, value: try parseValue(depth: depth)))
            skipWhitespace()
            if take(UInt8(ascii: "}")) { return JSONObject(members: members) }
            try expect(UInt8(ascii: ","))
        }
    }

    private static let fewMembers = 32

    private mutating func parseArray(depth: Int) throws(JSONSyntaxError) -> [JSONValue] {
        guard depth <= limits.depth else { throw failure(.tooDeep) }
        position += 1
        var values: [JSONValue] = []
        skipWhitespace()
        if take(UInt8(ascii: "]")) { return values }
        while true {
            skipWhitespace()
            values.append(try parseValue(depth: depth))
            skipWhitespace()
            if take(UInt8(ascii: "]")) { return values }
            try expect(UInt8(ascii: ","))
        }
    }

    private mutating func parseLiteral(_ text: StaticString, as value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
        let count = text.utf8CodeUnitCount
        for index in 0..<count {
            guard position + index < bytes.count else { throw failure(.unexpectedEnd) }
            guard bytes[position + index] == text.utf8Start[index] else { throw failure(.unexpectedByte) }
        }
        position += count
        return value
    }

    mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    mutating func expect(_ byte: UInt8) throws(JSONSyntaxError) {
        guard position < bytes.count else { throw failure(.unexpectedEnd) }
        guard take(byte) else { throw failure(.unexpectedByte) }
    }

    func failure(_ reason: JSONSyntaxError.Reason) -> JSONSyntaxError {
        JSONSyntaxError(reason: reason, offset: position)
    }
}
