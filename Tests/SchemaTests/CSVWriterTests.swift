import Foundation
import Schema
import Support
import Testing

@Suite("Writing CSV")
struct CSVWriterTests {
    private func line(_ fields: CSVWriter.Field...) -> String {
        var writer = CSVWriter()
        writer.record(fields)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test("quotes what might be taken for more than one field, and ends records with CRLF")
    func quoting() {
        #expect(line(.literal("id"), .literal("name")) == "id,name\r\n")
        #expect(line(.text("a"), .text(""), .literal("-1.5")) == "a,,-1.5\r\n")
        #expect(line(.text("a,b"), .text("a;b"), .text("a\tb")) == "\"a,b\",\"a;b\",\"a\tb\"\r\n")
        #expect(line(.text("dit «\"oui\"»"), .text("a\nb")) == "\"dit «\"\"oui\"\"»\",\"a\nb\"\r\n")
        #expect(line(.text(" a"), .text("a "), .text("a b")) == "\" a\",\"a \",a b\r\n")
    }

    @Test(
        "keeps what a spreadsheet would run a text",
        arguments: [
            "=1+1", "+33 2 40", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "  =1+1", "\u{A0}=1", "＝1", "＋1", "－1", "＠x",
            "=HYPERLINK(\"http://x\",\"y\")", "=cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0",
        ])
    func formulas(_ text: String) throws {
        var reader = CSVReader(Array(line(.text(text), .text("b")).utf8))
        #expect(try reader.next()?.fields == ["'" + text, "b"])
    }

    @Test(
        "leaves other texts as they are", arguments: ["a=1", "1", "A-1", "'a", "é", "a@b.example", "(=1)", "1+1", "/a"])
    func plain(_ text: String) { #expect(line(.text(text)) == text + "\r\n") }

    @Test("writes whatever the reader reads back")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 4180)
        let alphabet = ["a", "é", ",", "\"", "\n", "\r\n", "\r", " ", ";", "😀", "=", "-", "'", "\t"]
        for _ in 0..<2_000 {
            let row = (0..<generator.int(2...5)).map { _ in
                (0..<generator.int(0...5)).map { _ in generator.pick(alphabet) }.joined()
            }
            var writer = CSVWriter()
            writer.record(["h", "i"].map { .literal($0) })
            writer.record(row.map { .text($0) })
            var reader = CSVReader(writer.bytes)
            _ = try reader.next()
            let read = try #require(try reader.next()).fields
            #expect(try reader.next() == nil)
            #expect(read.count == row.count)
            for (read, written) in zip(read, row) {
                #expect(read == written || read == "'" + written)
                #expect(CSVWriter.text(of: read) == written)
            }
        }
    }
}
