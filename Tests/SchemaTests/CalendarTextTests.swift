import Foundation
import Schema
import Testing

@Suite("iCalendar text")
struct CalendarTextTests {
    private func lines(_ write: (inout CalendarText) -> Void) -> [String] {
        var text = CalendarText()
        write(&text)
        return String(decoding: text.bytes, as: UTF8.self).components(separatedBy: "\r\n")
    }

    @Test("folds at 75 octets, never within a character, and unfolds to what it was")
    func folding() {
        // One to four octets a character, so that the limit falls on every place within one.
        for shift in 0..<8 {
            let value = String(repeating: "a", count: shift) + String(repeating: "é€𝄞ab", count: 60)
            let lines = lines { $0.line("SUMMARY", value) }
            #expect(lines.last == "", "a line ends with CRLF")
            let content = lines.dropLast()
            #expect(content.count >= 10)
            #expect(content.allSatisfy { $0.utf8.count <= 75 && !$0.contains("\u{FFFD}") })
            // As full as a character of four octets lets them be.
            #expect(content.dropLast().allSatisfy { $0.utf8.count >= 72 })
            #expect(content.dropFirst().allSatisfy { $0.hasPrefix(" ") })
            let unfolded = content[0] + content.dropFirst().map { $0.dropFirst() }.joined()
            #expect(unfolded == "SUMMARY:" + value)
        }
        #expect(lines { $0.line("A", String(repeating: "x", count: 73)) }.count == 2)
        #expect(lines { $0.line("A", String(repeating: "x", count: 74)) }.count == 3)
    }

    @Test("escapes what has a meaning, and makes any line break one")
    func escaping() {
        let lines = lines { $0.text("DESCRIPTION", "a;b,c\\d\ne\r\nf\rg:h\"i") }
        #expect(lines == [#"DESCRIPTION:a\;b\,c\\d\ne\nf\ng:h"i"#, ""])
        let marked = self.lines { $0.text("SUMMARY", ",\u{301}x\\\u{301};\u{301}") }
        #expect(marked == ["SUMMARY:\\,\u{301}x\\\\\u{301}\\;\u{301}", ""])
    }

    @Test("nobody writes a property of his own into a text")
    func injection() {
        let lines = lines { $0.text("SUMMARY", "x\r\nATTENDEE:mailto:a@b.example\nEND:VEVENT") }
        #expect(lines == [#"SUMMARY:x\nATTENDEE:mailto:a@b.example\nEND:VEVENT"#, ""])
    }

    @Test("instants are in UTC, to the second")
    func instants() throws {
        let instant = try #require(RFC3339.parse("2026-10-25T02:30:00.75+02:00"))
        #expect(lines { $0.instant("DTSTART", instant) } == ["DTSTART:20261025T003000Z", ""])
    }
}
