import Foundation
import Schema
import Testing

@Suite("Rules for texts")
struct TextRuleTests {
    @Test("normalises free text to NFC and counts characters")
    func normalises() throws {
        let rule = TextRule.text(1...4)
        #expect(Array(try rule.read("cafe\u{301}").unicodeScalars) == Array("caf\u{E9}".unicodeScalars))
        #expect(Array(try rule.read("\u{212B}").unicodeScalars) == ["\u{C5}"])
        #expect(try rule.read("👨‍👩‍👧‍👦é") == "👨‍👩‍👧‍👦é")
        #expect(try TextRule.lines(1...4).read("a\tb\n") == "a\tb\n")
        #expect(try TextRule.text(0...4).read("") == "")
        // Normalising may make two scalars of one; what is kept must be readable again.
        #expect(throws: Flaw.self) {
            try TextRule.text(1...2).read(String(repeating: "e\u{344}\u{344}\u{344}", count: 2))
        }
        for (text, code) in [
            ("", "wrong-length"), ("abcde", "wrong-length"), ("   ", "wrong-length"),
            ("\u{A0}\u{3000}", "wrong-length"),
            ("\u{200B}\u{200D}", "wrong-length"), ("\u{AD}", "wrong-length"), (" \u{3164}", "wrong-length"),
        ] {
            #expect(
                throws: Flaw(code, fr: "Il faut de 1 à 4 caractères.", en: "Between 1 and 4 characters are required.")
            ) {
                try rule.read(text)
            }
        }
    }

    @Test("refuses every control and bidirectional character, and no letter")
    func controls() throws {
        let refused: [ClosedRange<UInt32>] = [
            0x00...0x08, 0x0B...0x0C, 0x0E...0x1F, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF...0xFEFF,
            0xFDD0...0xFDEF, 0xFFFE...0xFFFF, 0x1FFFE...0x1FFFF, 0x10FFFE...0x10FFFF,
        ]
        for scalar in refused.joined().compactMap(Unicode.Scalar.init) {
            #expect(throws: Flaw.self, "U+\(String(scalar.value, radix: 16))") {
                try TextRule.text(1...10).read("a\(Character(scalar))b")
            }
        }
        for text in ["Élève", "ﬁ", "œ", "Ω", "日本", "שלום", "مرحبا", "नमस्ते", "a\u{200E}b", "l’orientation", "1 à 2"] {
            #expect(try TextRule.text(1...20).read(text) == text.precomposedStringWithCanonicalMapping)
        }
    }

    @Test("one line has no line breaks and no tabs; lines have them")
    func lines() throws {
        for end in ["\n", "\r\n", "\r", "\t", "\u{2028}", "\u{2029}"] {
            for text in ["a\(end)b", "a\(end)", "\(end)a"] {
                let flaw = #expect(throws: Flaw.self) { try TextRule.text(1...20).read(text) }
                #expect(flaw?.code == "control-character")
                #expect(try TextRule.lines(1...20).read(text) == text)
            }
        }
        for text in ["a\u{85}b", "a\u{0}b", "a\u{202E}b"] {
            #expect(throws: Flaw.self) { try TextRule.lines(1...20).read(text) }
        }
    }

    @Test("refuses a character of thousands of combining marks before it costs anything")
    func combiningMarks() throws {
        let bomb = "e" + String(repeating: "\u{301}\u{323}", count: 250_000)
        #expect(bomb.count == 1)
        let time = ContinuousClock().measure {
            #expect(throws: Flaw.self) { try TextRule.text(1...200).read(bomb) }
        }
        #expect(time < .seconds(2))
        #expect(throws: Flaw.self) { try TextRule.text(1...2).read("e" + String(repeating: "\u{301}", count: 8)) }
        #expect(try TextRule.text(1...2).read("e\u{301}\u{323}\u{327}").count == 1)
    }

    @Test(
        "an e-mail address has one @, a dot after it, and no blank",
        arguments: [
            ("a@b.fr", true), ("prénom.nom+tri@exemple.fr", true), ("a@b", false), ("a@b@c.fr", false),
            ("@b.fr", false),
            ("a b@c.fr", false), ("a@b .fr", false), ("a@b.fr\n", false), ("a\u{A0}b@c.fr", false), ("", false),
            ("a\u{2003}@c.fr", false), ("a\u{202E}@c.fr", false), ("a\u{0}@c.fr", false), ("a@b.fr, c@d.fr", false),
            (String(repeating: "a", count: 250) + "@b.fr", false), (String(repeating: "a", count: 249) + "@b.fr", true),
        ])
    func email(_ text: String, _ isRight: Bool) { #expect((try? TextRule.email.read(text)) == (isRight ? text : nil)) }

    @Test(
        "a telephone number is kept without blanks and dots",
        arguments: [
            ("02 40 12 34 56", "0240123456"), ("02.40.12.34.56", "0240123456"), ("+33 2 40 12 34 56", "+33240123456"),
            ("39\u{A0}39", "3939"), ("02\u{202F}40\u{202F}12\u{202F}34\u{202F}56", "0240123456"),
            ("+352123456", "+352123456"),
            ("1234567890", nil), ("024012345", nil), ("02401234567", nil), ("+1234", nil), ("+1234567", nil),
            ("+1234567890123456", nil), ("+", nil), ("++33240123456", nil), ("33+240123456", nil), ("", nil),
            ("112", nil),
            ("٠٢٤٠١٢٣٤٥٦", nil), ("0240123456a", nil), ("02-40-12-34-56", nil), ("0\u{301}240123456", nil),
            ("tel:0240123456", nil), ("0240123456;123", nil),
        ] as [(String, String?)])
    func telephone(_ text: String, _ digits: String?) { #expect((try? TextRule.telephone.read(text)) == digits) }

    @Test(
        "a web address is an absolute one of http or https without credentials",
        arguments: [
            ("https://exemple.fr", true), ("http://exemple.fr/a?b=c#d", true), ("https://exemple.fr:8443/é", true),
            ("https://127.0.0.1/", true), ("https://[::1]/", true), ("javascript:alert(1)", false),
            ("JavaScript:alert(1)", false), ("javascript://exemple.fr/%0aalert(1)", false), ("data:text/html,x", false),
            ("vbscript:x", false), ("file:///etc/passwd", false), ("ftp://exemple.fr", false), ("//exemple.fr", false),
            ("exemple.fr", false), ("/chemin", false), ("https:", false), ("https://", false), ("https:///a", false),
            ("https:exemple.fr", false), ("https://a:b@exemple.fr", false), ("https://exemple.fr@pirate.fr", false),
            ("https://exemple.fr/a b", false), (" https://exemple.fr", false), ("https://exemple.fr\n", false),
            ("java\nscript:alert(1)", false), ("https://exemple.fr/\u{202E}", false), ("https://a\u{A0}b.fr", false),
            ("https://exemple.fr/\u{2028}", false), ("", false),
            ("https://exemple.fr/" + String(repeating: "a", count: 1981), true),
            ("https://exemple.fr/" + String(repeating: "a", count: 1982), false),
        ])
    func webAddress(_ text: String, _ isRight: Bool) {
        #expect((try? TextRule.webAddress.read(text)) == (isRight ? text : nil))
    }

    @Test("a SIRET has a right key, or La Poste's")
    func siret() throws {
        // INSEE's own, the Banque de France's, and La Poste's head office and offices.
        for right in ["12002701600563", "57210489100013", "35600000000048", "35600000049837", "35600000000001"] {
            let digits = right.compactMap(\.wholeNumberValue)
            let luhn = digits.reversed().enumerated().map { index, digit in
                index % 2 == 0 ? digit : (digit * 2 > 9 ? digit * 2 - 9 : digit * 2)
            }.reduce(0, +)
            let isRight = luhn % 10 == 0 || (right.hasPrefix("356000000") && digits.reduce(0, +) % 5 == 0)
            #expect(((try? TextRule.siret.read(right)) != nil) == isRight, "\(right)")
        }
        #expect(try TextRule.siret.read("35600000000048") == "35600000000048")
        #expect(throws: Flaw.self) { try TextRule.siret.read("35600000000049") }
        for zeros in ["00000000000000", "00000000000018"] {
            #expect(throws: Flaw.format("14 chiffres", "14 digits")) { try TextRule.siret.read(zeros) }
        }
        // La Poste's rule is La Poste's alone: the digits sum to 5, the Luhn key is wrong.
        #expect(throws: Flaw.self) { try TextRule.siret.read("10000000000400") }
        for text in ["", "1200270160056", "120027016005630", "1200270160056a", "120 027 016 00563", "１２００２７０１６００５６３"] {
            #expect(
                throws: Flaw(
                    "wrong-format", fr: "Le format attendu est 14 chiffres.", en: "The expected format is 14 digits.")
            ) {
                try TextRule.siret.read(text)
            }
        }
        // A right number with any one digit changed is wrong.
        let right = Array("57210489100013")
        for index in right.indices {
            for digit in "0123456789" where digit != right[index] {
                var wrong = right
                wrong[index] = digit
                #expect(throws: Flaw.self, "\(String(wrong))") { try TextRule.siret.read(String(wrong)) }
            }
        }
    }

    @Test(
        "codes keep to their alphabets",
        arguments: [
            ("slug", "mission-locale", true), ("slug", "a", true), ("slug", "42", true), ("slug", "-a", false),
            ("slug", "a-", false), ("slug", "A", false), ("slug", "é", false), ("slug", "a_b", false),
            ("slug", "", false),
            ("slug", "a b", false), ("slug", "a'b", false), ("slug", String(repeating: "a", count: 64), true),
            ("slug", String(repeating: "a", count: 65), false), ("place", "44184", true), ("place", "2A004", true),
            ("place", "FR", true), ("place", "2a004", false), ("place", "4", false), ("place", "1234567890", false),
            ("place", "44-18", false), ("place", "４４１８４", false), ("commune", "44184", true),
            ("commune", "4418", false),
            ("commune", "441840", false), ("territory", "territoire-spro:52-01", true),
            ("territory", "epci:244400404", true), ("territory", "departement:2A", true),
            ("territory", "territoire-spro", false), ("territory", "territoire-spro:", false),
            ("territory", ":52", false),
            ("territory", "inconnu:52", false), ("territory", "epci:a b", false), ("territory", "epci:a,b", false),
            ("territory", "epci:<b>", false), ("territory", "epci:a:b", false), ("territory", "epci:é", false),
            ("territory", "epci:a/b", false), ("territory", "epci:" + String(repeating: "1", count: 65), false),
            ("language", "fr", true), ("language", "fra", false), ("language", "FR", false), ("language", "f1", false),
            ("postal", "44000", true), ("postal", "4400", false), ("postal", "2A000", false),
            ("postal", "４４000", false),
        ])
    func codes(_ rule: String, _ text: String, _ isRight: Bool) throws {
        let rules: [String: TextRule<String>] = [
            "slug": .slug, "place": .placeCode, "commune": .communeCode, "territory": .territoryKey,
            "language": .language, "postal": .postalCode,
        ]
        let read = try #require(rules[rule]).read
        #expect((try? read(text)) == (isRight ? text : nil))
    }

    @Test("a code outside its list is told the list, at most twenty of it")
    func closedLists() throws {
        #expect(try TextRule.code(["a", "b"]).read("b") == "b")
        #expect(throws: Flaw("unknown-code", fr: "Valeurs admises : a, b.", en: "Allowed values: a, b.")) {
            try TextRule.code(["a", "b"]).read("B")
        }
        let many = (0..<30).map(String.init)
        #expect {
            try TextRule.code(many).read("x")
        } throws: { error in
            (error as? Flaw)?.detail.en == "Allowed values: \(many.prefix(20).joined(separator: ", ")), …."
        }
    }

    @Test("dates, instants and identifiers are read by their own rules, and rules can be chained")
    func others() throws {
        #expect(try TextRule.date.read("2026-10-01").text == "2026-10-01")
        #expect(try TextRule.instant.read("1970-01-01T00:00:01Z") == Date(timeIntervalSince1970: 1))
        let id = UUID.v7()
        #expect(try TextRule.uuid.read(id.text) == id)
        #expect(throws: Flaw.self) { try TextRule.date.read("2026-02-30") }
        #expect(throws: Flaw.self) { try TextRule.instant.read("2026-10-01") }
        #expect(throws: Flaw.self) { try TextRule.uuid.read(id.text.uppercased()) }
        let doubled = TextRule.int(1...9).map { number throws(Flaw) in number * 2 }
        #expect(try doubled.read("4") == 8)
        #expect(throws: Flaw.self) { try doubled.read("10") }
    }
}
