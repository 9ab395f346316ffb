import Foundation
import Schema
import Support
import Testing

@Suite("Identifiers: UUID version 7")
struct IdentifierTests {
    @Test("has the time, version and variant where RFC 9562 puts them")
    func bits() {
        // The example of RFC 9562, appendix A.6.
        let example = Date(timeIntervalSince1970: 1_645_557_742)
        for _ in 0..<100 {
            let id = UUID.v7(at: example)
            #expect(id.text.hasPrefix("017f22e2-79b0-7"))
            #expect(id.uuid.6 >> 4 == 7)
            #expect(id.uuid.8 >> 6 == 0b10)
        }
    }

    @Test("sorts by its time of making, as text too")
    func order() {
        var generator = SeededGenerator(seed: 9562)
        let times = (0..<500).map { _ in Double(generator.int(0...4_000_000_000_000)) / 1000 }.sorted()
        let texts = times.map { UUID.v7(at: Date(timeIntervalSince1970: $0)).text }
        #expect(texts == texts.sorted() || Set(times).count < times.count)
        #expect(UUID.v7(at: Date(timeIntervalSince1970: -1)).text.hasPrefix("00000000-0000-7"))
    }

    @Test("is another one each time, in each of its random bits")
    func random() {
        let now = Date()
        let bytes = (0..<2_000).map { _ in withUnsafeBytes(of: UUID.v7(at: now).uuid) { Array($0) } }
        #expect(Set(bytes).count == bytes.count)
        for bit in 48..<128 where !(48..<52).contains(bit) && !(64..<66).contains(bit) {
            let ones = bytes.count { $0[bit / 8] & 0x80 >> UInt8(bit % 8) != 0 }
            #expect((800...1200).contains(ones), "bit \(bit) is one in \(ones) of 2,000")
        }
    }

    @Test("reads the canonical text only")
    func text() throws {
        let text = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
        #expect(try #require(UUID(text: text)).text == text)
        for other in [
            text.uppercased(), "{\(text)}", "urn:uuid:\(text)", text.filter { $0 != "-" }, " \(text)", "\(text) ",
            String(text.dropLast()), "\(text)0", text.replacing("-", with: "_"), text.replacing("f", with: "g"),
            text.replacing("017f22e2-79b0", with: "017f22e279-b0"), "", "017F22e2-79b0-7cc3-98c4-dc0c0c07398f",
        ] {
            #expect(UUID(text: other) == nil, "\(other)")
        }
    }
}
