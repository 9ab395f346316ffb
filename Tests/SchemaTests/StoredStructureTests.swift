import Foundation
import Schema
import Support
import Testing

/// What the database keeps of a structure must read back as the same structure, whatever the structure.
@Suite("Stored structures")
struct StoredStructureTests {
    @Test("the stored JSON of any draft reads back as an equal draft, and is the same JSON again")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 2026)
        var shortly = 0
        for run in 0..<runs(500) {
            let isImport = generator.chance(50)
            let body = written(structure(isImport: isImport, &generator))
            let json = try JSONValue(parsing: body)
            let draft: StructureDraft
            do throws(Refusal) {
                draft = try ObjectReader.read(json) { StructureDraft($0, origin: isImport ? .importer : .editor) }
            } catch {
                Issue.record("run \(run): \(error.violations) in \(String(decoding: body, as: UTF8.self))")
                return
            }
            let stored = draft.storedJSON
            let again = try ObjectReader.read(try JSONValue(parsing: stored)) { StructureDraft($0, origin: .stored) }
            guard again == draft, again.storedJSON == stored else {
                Issue.record("run \(run): \(String(decoding: stored, as: UTF8.self))")
                return
            }
            _ = try JSONSerialization.jsonObject(with: Data(stored))
            // The short way may leave it to the strict one, and must not read anything else.
            guard let short = stored.withUnsafeBufferPointer({ try? StructureDraft(stored: $0) }) else { continue }
            shortly += 1
            guard short == draft, short.storedJSON == stored else {
                Issue.record("run \(run), read shortly: \(String(decoding: stored, as: UTF8.self))")
                return
            }
        }
        #expect(shortly > runs(500) / 5)
    }

    // MARK: Random structures

    private static let hours = [
        "24/7", "Mo-Fr 09:00-12:30,13:30-17:00; PH off", "SH Mo-Fr 10:00-12:00 || \"sur rendez-vous\"",
        "week 1-53/2 Mo off",
    ]

    private typealias Members = [(name: String, value: JSONValue)]

    private func structure(isImport: Bool, _ generator: inout SeededGenerator) -> JSONValue {
        var members: Members = [
            ("name", text(1...200, &generator)), ("status", code(.structureStatus, &generator)),
            ("region", .string(generator.pick(["52", "28", "94"]))),
            ("services", list(0...4, &generator) { service(isImport: isImport, &$0) }),
        ]
        add("parent_id", to: &members, &generator) { _ in .string(UUID.v7().text) }
        add("networks", to: &members, &generator) { set(["cio", "mission-locale", "a-1"], &$0) }
        add("siret", to: &members, &generator) { _ in "35600000000048" }
        if generator.chance(60) {
            members.append(("address", address(&generator)))
            add("location", to: &members, &generator) { location(&$0) }
        }
        add("participates_in", to: &members, &generator) { set(["territoire-spro:52-01", "epci:244400404"], &$0) }
        add("contact", to: &members, &generator) { contact(&$0) }
        add("opening_hours", to: &members, &generator) { .string($0.pick(Self.hours)) }
        add("closures", to: &members, &generator) { list(0...3, &$0) { closure(&$0) } }
        add("accessibility", to: &members, &generator) { set(Vocabulary.accessibility.codes, &$0) }
        add("languages", to: &members, &generator) { set(["fr", "en", "br"], &$0) }
        add("staff", to: &members, &generator) { staff(&$0) }
        add("logo_displayed_on", to: &members, &generator) { date(&$0) }
        add("source", to: &members, &generator) { text(1...200, &$0) }
        add("verified_on", to: &members, &generator) { date(&$0) }
        if isImport {
            add("label", to: &members, &generator) { generator in
                var label: Members = [("state", .string(generator.pick(Label.publicStates)))]
                add("charter", to: &label, &generator) { _ in "52@1.0.0" }
                add("decided_on", to: &label, &generator) { date(&$0) }
                return .object(JSONObject(members: label))
            }
        }
        return .object(JSONObject(members: members.shuffled(using: &generator)))
    }

    private func service(isImport: Bool, _ generator: inout SeededGenerator) -> JSONValue {
        var members: Members = [("kind", code(.serviceKind, &generator))]
        if isImport || generator.chance(50) { members.append(("id", .string(UUID.v7().text))) }
        add("audiences", to: &members, &generator) { set(Vocabulary.audience.codes, &$0) }
        add("situations", to: &members, &generator) { set(Vocabulary.situation.codes, &$0) }
        add("modalities", to: &members, &generator) { generator in
            .array(
                ["presentiel", "visio"].map { channel in
                    var modality: Members = [("channel", .string(channel))]
                    add("access", to: &modality, &generator) { code(.access, &$0) }
                    add("format", to: &modality, &generator) { code(.format, &$0) }
                    return .object(JSONObject(members: modality))
                })
        }
        add("opening_hours", to: &members, &generator) { .string($0.pick(Self.hours)) }
        add("zones", to: &members, &generator) { _ in
            [
                ["type": "commune", "code": "2A004"], ["type": "epci", "code": "244400404"],
                ["type": "departement", "code": "974"], ["type": "region", "code": "52"],
                ["type": "pays", "code": "FR"],
            ]
        }
        add("cep_framework", to: &members, &generator) { code(.cepFramework, &$0) }
        add("cep_level", to: &members, &generator) { .number(JSONNumber($0.int(1...2))) }
        add("age_min", to: &members, &generator) { .number(JSONNumber($0.int(0...60))) }
        add("age_max", to: &members, &generator) { .number(JSONNumber($0.int(60...120))) }
        add("conditions", to: &members, &generator) { text(1...1000, &$0, among: ["\n", "\t"]) }
        add("lead_time_days", to: &members, &generator) { .number(JSONNumber($0.int(0...365))) }
        return .object(JSONObject(members: members))
    }

    private func address(_ generator: inout SeededGenerator) -> JSONValue {
        var members: Members = [("commune", "44109")]
        add("street", to: &members, &generator) { text(1...200, &$0) }
        add("postal_code", to: &members, &generator) { _ in "44000" }
        add("confidential", to: &members, &generator) { .bool($0.chance(50)) }
        return .object(JSONObject(members: members))
    }

    private func location(_ generator: inout SeededGenerator) -> JSONValue {
        let latitude = Double.random(in: -90...90, using: &generator)
        let longitude = generator.pick([0, -0.0, 180, 1e-7, -1.5, .random(in: -180...180, using: &generator)])
        return [
            "latitude": .number(JSONNumber(text: "\(latitude)")),
            "longitude": .number(JSONNumber(text: "\(longitude)")),
            "precision": code(.locationPrecision, &generator),
        ]
    }

    private func contact(_ generator: inout SeededGenerator) -> JSONValue {
        var members: Members = []
        add("phone", to: &members, &generator) { .string($0.pick(["02 40 12 34 56", "+33.240123456", "39 39"])) }
        add("email", to: &members, &generator) { _ in "prénom@exemple.fr" }
        add("website", to: &members, &generator) { _ in "https://exemple.fr/é?a=\"b\"" }
        add("booking_url", to: &members, &generator) { _ in "http://exemple.fr:8080/" }
        return .object(JSONObject(members: members))
    }

    private func closure(_ generator: inout SeededGenerator) -> JSONValue {
        let days = generator.int(20_000...21_000)
        let dates = [days, days + generator.int(0...30)].map { CalendarDate(daysSinceEpoch: $0)?.text ?? "" }
        var members: Members = [("from", .string(dates[0])), ("to", .string(dates[1]))]
        add("announced_on", to: &members, &generator) { date(&$0) }
        return .object(JSONObject(members: members))
    }

    private func staff(_ generator: inout SeededGenerator) -> JSONValue {
        let declared = generator.int(0...100_000)
        var members: Members = [("declared", .number(JSONNumber(declared)))]
        add("qualified", to: &members, &generator) { .number(JSONNumber($0.int(0...declared))) }
        return .object(JSONObject(members: members))
    }

    /// Leaves a member away, or null, or gives it a value.
    private func add(
        _ name: String, to members: inout Members, _ generator: inout SeededGenerator,
        _ value: (inout SeededGenerator) -> JSONValue
    ) {
        switch generator.int(0...5) {
        case 0: break
        case 1: members.append((name, .null))
        default: members.append((name, value(&generator)))
        }
    }

    private func code(_ vocabulary: Vocabulary, _ generator: inout SeededGenerator) -> JSONValue {
        .string(generator.pick(vocabulary.codes))
    }

    private func set(_ codes: [String], _ generator: inout SeededGenerator) -> JSONValue {
        .array(codes.shuffled(using: &generator).prefix(generator.int(0...codes.count)).map { .string($0) })
    }

    private func list(
        _ count: ClosedRange<Int>, _ generator: inout SeededGenerator, _ item: (inout SeededGenerator) -> JSONValue
    ) -> JSONValue {
        .array((0..<generator.int(count)).map { _ in item(&generator) })
    }

    private func date(_ generator: inout SeededGenerator) -> JSONValue {
        .string(CalendarDate(daysSinceEpoch: generator.int(-719_162...2_932_896))?.text ?? "")
    }

    /// Texts that normalisation changes, that need escapes, and that are made of several scalars a character.
    private func text(
        _ length: ClosedRange<Int>, _ generator: inout SeededGenerator, among further: [String] = []
    ) -> JSONValue {
        let pieces =
            ["a", "É", "e\u{301}", "\u{212B}", "\"", "\\", "/", "’", "😀", "日", " ", "ﬁ", "\u{1100}\u{1161}"] + further
        let count = generator.int(0...min(length.upperBound - 1, 40))
        return .string("x" + (0..<count).map { _ in generator.pick(pieces) }.joined())
    }
}
