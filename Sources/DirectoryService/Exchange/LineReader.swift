import Schema

/// The lines of a text that comes piece by piece: no more of it is held than a piece and a line.
struct LineReader {
    /// The next bytes; none at the end.
    private let piece: () async throws -> [UInt8]
    private var held: [UInt8] = []
    private var place = 0
    private var isAtEnd = false
    /// Of the line that was read last, from 1.
    private(set) var number = 0
    /// In bytes: the longest structure that the rules let pass is half as long.
    private let longest: Int

    struct TooLong: Error {}

    init(longest: Int = 16 << 20, _ piece: @escaping () async throws -> [UInt8]) {
        self.piece = piece
        self.longest = longest
    }

    init(_ bytes: [UInt8]) {
        var rest: [UInt8]? = bytes
        self.init { rest.take() ?? [] }
    }

    /// The next line without its end; a byte order mark before the first is passed over.
    ///
    /// - Throws: ``TooLong``, and what reading throws; then there is no way on.
    mutating func next() async throws -> ArraySlice<UInt8>? {
        var searched = place
        while true {
            if let end = held[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { place = end + 1 }
                return line(held[place..<end])
            }
            searched = held.count
            guard searched - place <= longest else { throw TooLong() }
            if isAtEnd {
                guard place < held.count else { return nil }
                defer { place = held.count }
                return line(held[place...])
            }
            let more = try await piece()
            isAtEnd = more.isEmpty
            held.removeSubrange(..<place)
            searched -= place
            place = 0
            held += more
        }
    }

    private mutating func line(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        number += 1
        return number == 1 ? bytes.dropFirst(ByteOrderMark.length(in: Array(bytes.prefix(3)))) : bytes
    }
}
