import Schema
import Testing

@Suite("Languages")
struct LanguageTests {
    @Test(
        "chooses the better of French and English for Accept-Language",
        arguments: [
            (nil, .french), ("", .french), ("fr", .french), ("en", .english), ("EN", .english), ("en-GB", .english),
            ("fr-CA", .french), ("de", .french), ("de, en", .english), ("en, fr", .english), ("fr, en", .french),
            ("en;q=0.5, fr;q=0.9", .french), ("en;q=0.9, fr;q=0.5", .english), ("fr;q=0.1, en", .english),
            ("en;q=0", .french), ("fr;q=0, en;q=0.1", .english), ("*", .french), ("de;q=1, *;q=0.5", .french),
            (" en ; q=0.8 ,\tfr ; q=0.7", .english), ("en;Q=0.8, fr;q=0.7", .english), ("english", .french),
            ("en_GB", .french), ("enfr", .french), (",,, en", .english), (";q=1", .french), ("-", .french),
            ("en;q=nan, fr;q=0.1", .french), ("en;q=-1, fr;q=0.1", .french), ("en;q=0.001", .english),
            // A malformed weight is no way to the top, nor is one past 1 (RFC 9110 §12.4.2).
            ("en;q=5, fr", .french), ("en;q=inf, fr;q=0.9", .french), ("en;q=abc, fr;q=0.1", .french),
            ("en;q=1e0, fr;q=0.1", .french), ("en;q=, fr;q=0.1", .french),
        ] as [(String?, Language)])
    func chooses(_ header: String?, _ language: Language) { #expect(Language(acceptLanguage: header) == language) }

    @Test("reads no more than sixteen ranges")
    func bounded() {
        let others = Array(repeating: "de", count: 16)
        #expect(Language(acceptLanguage: (others + ["en"]).joined(separator: ",")) == .french)
        #expect(Language(acceptLanguage: (others.dropFirst() + ["en"]).joined(separator: ",")) == .english)
    }

    @Test("every vocabulary has a name of its own, unique codes and both labels")
    func vocabularies() {
        let all = Vocabulary.all + [.indicator]
        #expect(Set(all.map(\.name)).count == all.count)
        #expect(all.count >= 23)
        for vocabulary in all {
            #expect(!vocabulary.terms.isEmpty)
            #expect(vocabulary.codes == vocabulary.terms.map(\.code))
            #expect(Set(vocabulary.codes).count == vocabulary.codes.count, "\(vocabulary.name)")
            for term in vocabulary.terms {
                let isIndicator = vocabulary.name == "indicator"
                let isCode = term.code.utf8.allSatisfy { byte in
                    (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x5F
                        || (isIndicator ? 0x41...0x5A : 0x61...0x7A).contains(byte)
                }
                #expect(isCode && !term.code.isEmpty, "\(vocabulary.name): \(term.code)")
                for label in [term.label.fr, term.label.en] {
                    let isTrimmed = label.first?.isWhitespace == false && label.last?.isWhitespace == false
                    #expect(isTrimmed, "\(vocabulary.name): \(term.code)")
                }
                #expect(vocabulary.contains(term.code))
            }
            #expect(!vocabulary.contains("") && !vocabulary.contains("inconnu"))
        }
    }
}
