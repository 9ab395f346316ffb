import Schema
import Support
import Testing

@Suite("CSV")
struct CSVReaderTests {
    private func records(_ text: String) throws -> [CSVReader.Record] { try records(Array(text.utf8)) }

    private func records(_ bytes: [UInt8]) throws -> [CSVReader.Record] {
        var reader = CSVReader(bytes)
        var records: [CSVReader.Record] = []
        while let record = try reader.next() { records.append(record) }
        return records
    }

    @Test(
        "reads RFC 4180",
        arguments: [
            ("", []), ("\n\r\n", []), ("a", [["a"]]), ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
            ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]), ("a,\n,b\n,\n", [["a", ""], ["", "b"], ["", ""]]),
            ("a,", [["a", ""]]), ("\"a\",\"b,c\"", [["a", "b,c"]]), ("\"a \"\"b\"\"\"\n", [["a \"b\""]]),
            ("\"\"\n\"\"", [[""], [""]]), ("\"\"\"\"", [["\""]]), (" a , b ", [[" a ", " b "]]),
            ("\"a\nb\",\"c\r\nd\"\r\n", [["a\nb", "c\r\nd"]]), ("é,\u{1F600}", [["é", "\u{1F600}"]]),
            ("\u{FEFF}code,nom\n1,x", [["code", "nom"], ["1", "x"]]), ("\"a\"\r\n\"b\"\r\n", [["a"], ["b"]]),
            ("a\rb,c\n", [["a\rb", "c"]]), ("a\r,b\n", [["a\r", "b"]]), ("'a,b'\n", [["'a", "b'"]]),
        ])
    func reads(_ text: String, _ expected: [[String]]) throws { #expect(try records(text).map(\.fields) == expected) }

    @Test("says on which line each record begins")
    func lines() throws {
        let text = "h,i\n\n\"a\nb\nc\",1\r\n\r\nlast,2\n"
        #expect(try records(text).map(\.line) == [1, 3, 7])
    }

    @Test(
        "refuses what is not RFC 4180, with the record's line",
        arguments: [
            ("\"a", 1), ("a\n\"b\nc", 2), ("a\"b", 1), ("a\nb,c\"\n", 2), ("\"a\"b", 1), ("\"a\" ,b", 1),
            ("x\n\n\n\"a\"\"", 4), ("\"a\"\rb", 1), ("\"a\"\r,b", 1), ("a\u{0}b", 1), ("a\n\"b\u{0}\"", 2),
        ])
    func refuses(_ text: String, _ line: Int) {
        #expect {
            try records(text)
        } throws: {
            ($0 as? CSVReader.Failure)?.line == line
        }
    }

    @Test("refuses other encodings")
    func encodings() {
        for bytes in [[0x61, 0xE9], [0xFF, 0xFE, 0x61, 0x00], [0x61, 0x0A, 0x22, 0xC0, 0x80, 0x22]] as [[UInt8]] {
            #expect(throws: CSVReader.Failure.self) { try records(bytes) }
        }
    }

    @Test("reads back whatever fields are written with quotes")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 4180)
        let alphabet = ["a", "é", ",", "\"", "\n", "\r\n", "\r", " ", ";", "😀", "\u{FEFF}"]
        for _ in 0..<runs(2_000) {
            let rows = (0..<generator.int(1...4)).map { _ in
                (0..<generator.int(1...4)).map { _ in
                    (0..<generator.int(0...5)).map { _ in generator.pick(alphabet) }.joined()
                }
            }
            let end = generator.chance(50) ? "\n" : "\r\n"
            let text = rows.map { row in
                row.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",")
            }.joined(separator: end)
            #expect(try records(text).map(\.fields) == rows)
        }
    }
}
