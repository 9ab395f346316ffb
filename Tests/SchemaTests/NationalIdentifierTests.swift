import Support
import Testing

@testable import Schema

@Suite("National identifiers")
struct NationalIdentifierTests {
    @Test(
        "are found however they are written",
        arguments: [
            "1 85 05 78 006 084 91", "185057800608491", "1850578006084", "2.99.12.2A.004.123.45", "NIR:285102B004123",
            "né 1850578006084 à Nantes", "12 1 85 05 78 006 084 36", "1 85 05 78 006 084 36 44000 Nantes",
            "12 1 85 05 78 006 084", "12 185057800608491 44000", "1/85/05/78/006/084/91", "1_85_05_78_006_084_91",
            "1:85:05:78:006:084:91", "1\u{2009}85\u{2009}05\u{2009}78\u{2009}006\u{2009}084\u{2009}91",
            "1\u{202F}85\u{202F}05 78 006 084", "1850 5780 0608 491", "n° 12, 18505780060 8491, 44000 Nantes",
            "１８５０５７８００６０８４９１", "１ ８５ ０５ ７８ ００６ ０８４", "١٨٥٠٥٧٨٠٠٦٠٨٤٩١", "¹⁸⁵⁰⁵⁷⁸⁰⁰⁶⁰⁸⁴",
            "1\u{200B}8\u{200B}5\u{200B}0\u{200B}5\u{200B}7800608491", "1\u{FE0F}\u{20E3}850578006084",
            "12185057800608491",
            "123456789AB", "1234567890z", "123 456 789 AB", "INE 123-456-789-AB", "123 456 789AB", "1234567890-Z",
            "１２３４５６７８９ａｂ", "185057800608436@exemple.example",
            "185-05-78-006-084", "1 85 05 78006084", "1850578 006084", "1 8 5 0 5 7 8 0 0 6 0 8 4",
            "n° 12, 18505 78 006084",
            "INE 1234567890 A", "ine n° 123 456 789 de",
        ])
    func found(_ text: String) {
        #expect(NationalIdentifier.isFound(in: text))
        let person: JSONValue = ["mode": "identified", "identity": ["given_name": .string(text), "family_name": "B"]]
        #expect(flaws(person) == ["/identity/given_name national-identifier"])
    }

    @Test(
        "are told from other numbers",
        arguments: [
            "0240000000", "+33 2 40 00 00 00 poste 12", "Dupont-Martin", "12345678901234567", "1851378006084",
            "12345678AB", "44 rue des Lilas 44600", "SIREN 123 456 789 LE MANS", "06 12 34 56 78 M. Exemple",
            "06 12 34 56 78 / 02 40 00 00 00", "SIRET 123 456 789 00012, 44000 Nantes", "né le 12/05/1985 à 14:30",
            "12 bis, 3e étage, 44000 Nantes", "019b76da-a800-77ef-adb4-848cc2d4fdb4", "1 85 05 78",
            "1234567890 A", "SIREN 732 829 320 2024", "12 05 2024 12345", "1 2 3 4 5 6 7 8 9 10 11 12",
        ])
    func others(_ text: String) {
        #expect(!NationalIdentifier.isFound(in: text))
    }

    @Test("are found in e-mail addresses and in the digits of telephone numbers")
    func contact() {
        let address: JSONValue = "185057800608436@exemple.example"
        let number: JSONValue = "+185057800608491"
        func person(_ contact: JSONValue, _ relay: JSONValue) -> JSONValue {
            [
                "mode": "identified", "identity": ["given_name": "A", "family_name": "B"], "contact": contact,
                "relay_channel": relay,
            ]
        }
        #expect(
            flaws(person(["email": address, "phone": number], ["channel": "courriel", "value": address]))
                == [
                    "/contact/email national-identifier", "/contact/phone national-identifier",
                    "/relay_channel/value national-identifier",
                ])
        #expect(
            flaws(person(["phone": "+86 138 1234 5678"], ["channel": "telephone", "value": number]))
                == ["/relay_channel/value national-identifier"])
    }

    @Test("10,000 telephone numbers, SIRETs and addresses pass, and 1,000 NIRs do not")
    func random() {
        var random = SeededGenerator(seed: 20_261_121)
        func digits(_ count: Int) -> String {
            (0..<count).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
        }
        var mistaken = 0
        for _ in 0..<10_000 {
            let pairs = (0..<4).map { _ in digits(2) }
            let telephone = ["06", "02"].map { ([$0] + pairs).joined(separator: " ") }.joined(separator: " / ")
            let siret = digits(14)
            let parts = [siret.prefix(3), siret.dropFirst(3).prefix(3), siret.dropFirst(6).prefix(3), siret.suffix(5)]
            let place = "\(Int.random(in: 1...200, using: &random)) rue des Lilas, \(digits(5)) Nantes"
            for text in [telephone, "+33 6 " + pairs.joined(separator: " "), parts.joined(separator: " "), place] {
                #expect(!NationalIdentifier.isFound(in: text), "\(text)")
            }
            // A SIRET and a house number of one digit are fifteen: one in a hundred has a valid key.
            if NationalIdentifier.isFound(in: parts.joined(separator: " ") + ", " + place) { mistaken += 1 }
        }
        #expect(mistaken <= 10)
        for _ in 0..<1_000 {
            let body = (Bool.random(using: &random) ? "1" : "2") + digits(2) + "0578" + digits(6)
            let key = 97 - (Int(body) ?? 0) % 97
            let nir = body + (key < 10 ? "0" : "") + String(key)
            for nir in [nir, nir.prefix(7) + " " + nir.dropFirst(7), nir.map(String.init).joined(separator: "/")] {
                #expect(NationalIdentifier.isFound(in: "12, \(nir) 44000 Nantes"), "\(nir)")
            }
        }
    }

    @Test(
        "a text of 20,000 characters is read in seconds, whatever it is made of",
        arguments: [
            "1 ", "1", "1 A ", "123 ", "123456789 ", "123456789 1A ", "a ", "é", "2A", "1850578006084 ", "1\u{600}",
            "@.",
            "\u{FDFA}", "e\u{301}\u{316}", "\u{1F1EB}", "\u{1F468}\u{200D}", "\u{1112}\u{1161}\u{11AB}", "\r\n", "INE ",
        ])
    func cost(_ part: String) {
        let text = String(repeating: part, count: 20_000 / part.count - 1) + " x"
        let rules: [TextRule<String>] = [
            .personalLines(1...20_000), .personal(1...20_000), .personalEmail, .personalTelephone, .webhookAddress,
            .mediaType, .slug, .sha256,
        ]
        let time = ContinuousClock().measure {
            for rule in rules { _ = try? rule.read(text) }
            _ = NationalIdentifier.isFound(inCode: text)
            _ = StaffName.isSame(text, "x")
        }
        // A debug build on a busy machine; what grew with the square took minutes.
        #expect(time < .seconds(10), "\(time)")
    }

    @Test("are found in what machines make where they stand by themselves")
    func codes() {
        for text in ["185057800608491", "https://a.example/185057800608491?x=1", "order.185-05-78-006-084-91"] {
            #expect(NationalIdentifier.isFound(inCode: text), "\(text)")
        }
        // Instants in milliseconds, microseconds and nanoseconds, ids, a SIRET.
        for text in [
            "1763776800000", "1763776800000000", "1763776800000000000", "12185057800608491",
            "019b76da-a800-77ef-adb4-848cc2d4fdb4", "abcde185-0578-0060-8491-abcdefabcdef", "73282932000074",
            "1850578006084",
        ] {
            #expect(!NationalIdentifier.isFound(inCode: text), "\(text)")
        }
    }

    private func flaws(_ json: JSONValue) -> Set<String> {
        do throws(Refusal) {
            _ = try ObjectReader.read(json) { PersonDraft($0, today: ParisClock.today) }
            return []
        } catch {
            return Set(error.violations.map { "\($0.pointer) \($0.code)" })
        }
    }
}
