import Testing

@testable import DirectoryService

@Suite("Lines that come piece by piece")
struct LineReaderTests {
    private static let text = "\u{FEFF}un\r\n\ndeux, été\n\n\n trois"
    private static let lines = ["un\r", "", "deux, été", "", "", " trois"]

    private func lines(of text: String, inPiecesOf size: Int, longest: Int = 100) async throws -> [String] {
        var rest = Array(text.utf8)[...]
        var reader = LineReader(longest: longest) {
            defer { rest = rest.dropFirst(size) }
            return Array(rest.prefix(size))
        }
        var found: [String] = []
        while let line = try await reader.next() {
            found.append(String(decoding: line, as: UTF8.self))
            #expect(reader.number == found.count)
        }
        return found
    }

    @Test("are the same however the pieces fall", arguments: [1, 2, 3, 4, 5, 7, 100])
    func pieces(size: Int) async throws {
        #expect(try await lines(of: Self.text, inPiecesOf: size) == Self.lines)
        #expect(try await lines(of: Self.text + "\n", inPiecesOf: size) == Self.lines)
        #expect(try await lines(of: "", inPiecesOf: size) == [])
    }

    @Test("are bounded, so that a file without line ends does not fill the memory")
    func tooLong() async throws {
        #expect(try await lines(of: String(repeating: "x", count: 100) + "\ny", inPiecesOf: 10).count == 2)
        await #expect(throws: LineReader.TooLong.self) {
            try await lines(of: String(repeating: "x", count: 121) + "\ny", inPiecesOf: 10)
        }
    }
}
