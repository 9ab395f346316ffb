/// Reads an object whose lists may be longer than what can be held, `{"a": [element, …], "b": value, …}`, from a text that
/// comes piece by piece: no more of it is held than a piece and an element.
///
/// It finds where elements begin and end, and leaves each to ``StrictJSONParser``: what passes here passes there as a
/// whole, and the other way round.
package struct JSONListReader {
    package enum Item: Sendable {
        /// A member of this name is a list; its elements follow.
        case list(String)
        case element(Element)
        /// A member of this name is something else.
        case value(String)
    }

    package struct Element: Sendable {
        /// The name of its list.
        package let list: String
        /// From 0.
        package let place: Int
        package let bytes: [UInt8]
        /// What it says, or why it is not JSON: the elements behind it are read all the same.
        package let content: Result<JSONValue, JSONSyntaxError>
    }

    /// An element, a name or a value is longer than may be held.
    package struct TooLong: Error {}

    private enum State {
        case beginning
        case member
        case element(of: String, Int)
        case afterMember
        case end
    }

    /// The next bytes; none at the end.
    private let piece: () async throws -> [UInt8]
    private let longest: Int
    /// Of an element, which stands two levels deep.
    private let limits: JSONLimits
    private var state = State.beginning
    private var names: Set<String> = []
    private var held: [UInt8] = []
    private var place = 0
    /// How many bytes stood before those that are held.
    private var passed = 0
    private var isAtEnd = false

    /// - Parameters:
    ///   - longest: of an element, in bytes.
    ///   - limits: of the depth of the whole, and of the values of an element.
    package init(longest: Int, limits: JSONLimits, _ piece: @escaping () async throws -> [UInt8]) {
        self.longest = longest
        self.limits = JSONLimits(depth: limits.depth - 2, values: limits.values)
        self.piece = piece
    }

    /// - Returns: nil at the end of the text.
    /// - Throws: ``JSONSyntaxError`` where the whole is no such object, ``TooLong``, and what reading throws; then there is
    ///   no way on.
    package mutating func next() async throws -> Item? {
        while true {
            switch state {
            case .beginning:
                if try await holds([0xEF, 0xBB, 0xBF]) { throw failure(.byteOrderMark) }
                try await expect(UInt8(ascii: "{"))
                state = try await take(UInt8(ascii: "}")) ? .end : .member
            case .member: return try await member()
            case .element(let list, let place): return .element(try await element(of: list, place))
            case .afterMember:
                if try await take(UInt8(ascii: "}")) {
                    state = .end
                } else {
                    try await expect(UInt8(ascii: ","))
                    state = .member
                }
            case .end:
                guard try await following() == nil else { throw failure(.trailingContent) }
                return nil
            }
        }
    }

    private mutating func member() async throws -> Item {
        guard let byte = try await following() else { throw failure(.unexpectedEnd) }
        guard byte == UInt8(ascii: "\"") else { throw failure(.unexpectedByte) }
        let start = passed + place
        let name = try parsed(try await token(), at: start).get().string ?? ""
        guard names.insert(name).inserted else { throw JSONSyntaxError(reason: .duplicateMember, offset: start) }
        guard names.count <= Self.most else { throw JSONSyntaxError(reason: .tooManyValues, offset: start) }
        try await expect(UInt8(ascii: ":"))
        guard try await take(UInt8(ascii: "[")) else {
            _ = try await following()
            let start = passed + place
            _ = try parsed(try await token(), at: start).get()
            state = .afterMember
            return .value(name)
        }
        state = try await take(UInt8(ascii: "]")) ? .afterMember : .element(of: name, 0)
        return .list(name)
    }

    /// Members of the whole: each name is kept.
    private static let most = 1000

    private mutating func element(of list: String, _ number: Int) async throws -> Element {
        _ = try await following()
        let start = passed + place
        let bytes = try await token()
        let element = Element(list: list, place: number, bytes: bytes, content: parsed(bytes, at: start))
        if try await take(UInt8(ascii: "]")) {
            state = .afterMember
        } else {
            try await expect(UInt8(ascii: ","))
            state = .element(of: list, number + 1)
        }
        return element
    }

    private func parsed(_ bytes: [UInt8], at start: Int) -> Result<JSONValue, JSONSyntaxError> {
        do throws(JSONSyntaxError) {
            return .success(try JSONValue(parsing: bytes, limits: limits))
        } catch {
            return .failure(JSONSyntaxError(reason: error.reason, offset: start + error.offset))
        }
    }

    // MARK: Bytes

    /// The bytes of one value, from the place on to its end.
    private mutating func token() async throws -> [UInt8] {
        guard let first = try await byte() else { throw failure(.unexpectedEnd) }
        var extent = JSONExtent(of: first)
        var length = 0
        while true {
            length += extent.advance(over: held[(place + length)...])
            guard length <= longest else { throw TooLong() }
            if extent.isWhole { break }
            guard try await more() else {
                guard extent.isBare else {
                    throw JSONSyntaxError(reason: .unexpectedEnd, offset: passed + place + length)
                }
                break
            }
        }
        guard length > 0 else { throw failure(.unexpectedByte) }
        defer { place += length }
        return Array(held[place..<place + length])
    }

    private mutating func holds(_ bytes: [UInt8]) async throws -> Bool {
        while held.count - place < bytes.count { guard try await more() else { return false } }
        return held[place...].starts(with: bytes)
    }

    private mutating func byte() async throws -> UInt8? {
        while place == held.count { guard try await more() else { return nil } }
        return held[place]
    }

    /// The next byte that is no blank.
    private mutating func following() async throws -> UInt8? {
        while true {
            let next = held[place...].firstIndex { !Self.isBlank($0) }
            place = next ?? held.count
            if next != nil { return held[place] }
            guard try await more() else { return nil }
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    private mutating func take(_ byte: UInt8) async throws -> Bool {
        guard try await following() == byte else { return false }
        place += 1
        return true
    }

    private mutating func expect(_ byte: UInt8) async throws {
        guard try await following() != nil else { throw failure(.unexpectedEnd) }
        guard try await take(byte) else { throw failure(.unexpectedByte) }
    }

    private mutating func more() async throws -> Bool {
        guard !isAtEnd else { return false }
        let next = try await piece()
        isAtEnd = next.isEmpty
        held.removeSubrange(..<place)
        (passed, place) = (passed + place, 0)
        held += next
        return !isAtEnd
    }

    private func failure(_ reason: JSONSyntaxError.Reason) -> JSONSyntaxError {
        JSONSyntaxError(reason: reason, offset: passed + place)
    }
}
