import Testing

@testable import Schema

@Suite("Stored structures, read the short way")
struct StoredReadingTests {
    /// Every member that there is, with what is rare in it.
    private static let whole = #"""
        {"name": "Mission « locale » d’Ancenis \"Nord\"", "label": {"state": "accorde", "charter": "28@1.0.0",
        "decided_on": "2025-10-12"}, "siret": "35600000000048", "staff": {"declared": 12, "qualified": 0},
        "region": "52", "source": "demo", "status": "signataire", "address": {"street": "1 rue de l\u2019Essai \\ B",
        "commune": "44003", "postal_code": "44150", "confidential": true}, "contact": {"email": "a@b.example",
        "phone": "0261910001", "website": "https://a.example/x", "booking_url": "https://b.example"},
        "closures": [{"from": "2026-12-01", "to": "2026-12-01", "announced_on": "2026-11-02"},
        {"from": "2027-01-01", "to": "2027-02-01"}], "location": {"latitude": -0.0001, "longitude": -1.171528,
        "precision": "site"}, "networks": ["mission-locale", "cio"], "services": [
        {"id": "019b76da-a800-7001-8001-00000000000f", "kind": "cep-conseil", "audiences": ["salarie", "tout-public"],
        "situations": ["handicap"], "modalities": [{"channel": "presentiel", "access": "flux", "format": "individuel"},
        {"channel": "telephone"}], "opening_hours": "Mo-Fr 09:00-12:00", "cep_level": 2, "cep_framework": "2019",
        "zones": [{"type": "departement", "code": "44"}, {"type": "commune", "code": "44003"}], "age_min": 16,
        "age_max": 25, "conditions": "Venir\navec", "lead_time_days": 3},
        {"id": "019b76da-a800-7001-8001-000000000010", "kind": "conseil-vae"}],
        "languages": ["fr", "en"], "parent_id": "019b76da-a800-7001-8001-0000000000ab", "verified_on": "2026-11-01",
        "accessibility": ["acces-plain-pied"], "opening_hours": "Mo-Fr 09:00-12:00; PH off",
        "participates_in": ["territoire-spro:52-01"], "logo_displayed_on": "2026-02-28"}
        """#.replacing("\n", with: " ")

    private func read(_ text: String) -> (short: StructureDraft?, strict: StructureDraft?) {
        let bytes = Array(text.utf8)
        let short = bytes.withUnsafeBufferPointer { try? StructureDraft(stored: $0) }
        let strict = try? ObjectReader.read(try JSONValue(parsing: bytes)) { StructureDraft($0, origin: .stored) }
        return (short, strict)
    }

    @Test("are what the strict way reads, every member of them")
    func whole() throws {
        // An escape by number is for the strict way alone.
        let text = Self.whole.replacing(#"\u2019"#, with: "’")
        let (short, strict) = read(text)
        #expect(short != nil && short == strict)
        let draft = try #require(strict)
        // PostgreSQL writes a line break as its letter.
        let again = read(String(decoding: draft.storedJSON, as: UTF8.self).replacing(#"\u000a"#, with: #"\n"#))
        #expect(again.short == draft)
        // What a new member forgets here would cost each start its time.
        let object = try #require(try JSONValue(parsing: draft.storedJSON).object)
        #expect(object.members.allSatisfy { $0.value != .null && $0.value != [] })
        #expect(read(Self.whole).short == nil)
    }

    @Test("are left to the strict way wherever something is not as we write it")
    func changed() throws {
        let document = try JSONValue(parsing: Array(Self.whole.utf8))
        let other: [JSONValue] = [
            .null, .bool(true), .bool(false), .number(JSONNumber(text: "-1")), .number(JSONNumber(text: "1e2")),
            .number(JSONNumber(text: "1.50")), .number(JSONNumber(7)), "", "x", "2026-02-30", "2026-01-01",
            .string(String(repeating: "é", count: 201)), .string(String(repeating: "a", count: 201)), [], ["x", "x"],
            [:],
            ["nouveau": 1],
        ]
        // Single texts are not judged anew.
        let judgedBefore: Set = [
            "siret", "email", "phone", "website", "booking_url", "postal_code", "region", "code", "languages",
            "networks", "participates_in",
        ]
        var (alike, left) = (0, 0)
        for variant in variants(of: document, "", other) {
            var json = JSONWriter()
            json.value(variant.value)
            // As PostgreSQL writes it.
            let text = String(decoding: json.bytes, as: UTF8.self).replacing(#"\u000a"#, with: #"\n"#)
            let (short, strict) = read(text)
            guard let short else {
                left += 1
                continue
            }
            alike += 1
            #expect(strict == short || strict == nil && judgedBefore.contains(variant.member), "\(variant.member)")
        }
        #expect(alike > 50 && left > 300, "\(alike), \(left)")
    }

    @Test("are never read where they are cut, or go on")
    func cut() {
        let text = Self.whole.replacing(#"\u2019"#, with: "’")
        for count in 0..<text.utf8.count {
            #expect(read(String(decoding: Array(text.utf8.prefix(count)), as: UTF8.self)).short == nil)
        }
        #expect(read(text + "}").short == nil && read(text + " ").short != nil)
    }

    @Test(
        "have numbers that are read to the last bit",
        arguments: [
            "48.856613", "-2.3522219", "0.1", "-0.3", "47.2", "12", "90", "-89.999999999999", "0.000000000001",
            "48.85661400000001", "-2.35222190000000021",
        ])
    func numbers(text: String) {
        let document =
            #"{"name":"n","status":"membre","address":{"commune":"44003"},"location":{"latitude":\#(text),"#
            + #""longitude":1,"precision":"site"}}"#
        let (short, strict) = read(document)
        #expect(short != nil && short == strict)
        #expect(short?.location?.coordinate.latitude == Double(text))
    }

    /// The value with one thing in it replaced, for each thing and each other value; and with a member more or less.
    private func variants(
        of value: JSONValue, _ member: String, _ other: [JSONValue]
    ) -> [(value: JSONValue, member: String)] {
        var found = other.map { (value: $0, member: member) }
        switch value {
        case .array(let items):
            for (index, item) in items.enumerated() {
                for inner in variants(of: item, member, other) {
                    var changed = items
                    changed[index] = inner.value
                    found.append((.array(changed), inner.member))
                }
            }
            found.append((.array(items + items.prefix(1)), member))
        case .object(let object):
            for (index, entry) in object.members.enumerated() {
                for inner in variants(of: entry.value, entry.name, other) {
                    var changed = object.members
                    changed[index].value = inner.value
                    found.append((.object(JSONObject(members: changed)), inner.member))
                }
                var fewer = object.members
                fewer.remove(at: index)
                found.append((.object(JSONObject(members: fewer)), entry.name))
            }
            found.append((.object(JSONObject(members: object.members + [(name: "nouveau", value: 1)])), member))
        default: break
        }
        return found
    }
}
