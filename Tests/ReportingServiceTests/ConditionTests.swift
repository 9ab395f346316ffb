import Schema
import Support
import Testing

@testable import ReportingService

@Suite("Conditions")
struct ConditionTests {
    private static let attributes = Attribute.placed([
        .dimension(.network), .dimension(.recipientNetwork), .dimension(.audience), .flag("linkable"),
        .code("outcome"), .number("structures"), .number("delay", .days, scale: 86_400), .key("sender"),
        .key("recipient"),
    ])

    private func parse(_ text: String) throws -> Condition {
        try ConditionParser.parse(text, attributes: Self.attributes, parameters: ["most": 2, "days": 60])
    }

    private func holds(_ text: String, _ values: [String: Observation.Value]) throws -> Bool {
        let observation = Observation(
            period: nil, person: .nobody, weight: 1, values: Self.attributes.map { values[$0.name] ?? .none })
        return try parse(text).holds(for: observation)
    }

    @Test("hold for what they say")
    func holding() throws {
        #expect(try holds("", [:]))
        #expect(try holds("linkable", ["linkable": .flag(true)]))
        for values: [String: Observation.Value] in [[:], ["linkable": .flag(false)]] {
            #expect(try !holds("linkable", values))
            #expect(try holds("not linkable", values))
        }
        #expect(try holds("known linkable", ["linkable": .flag(false)]))
        #expect(try !holds("known linkable", [:]))
        let outcome: [String: Observation.Value] = ["outcome": .code("partielle")]
        #expect(try holds("outcome = partielle", outcome))
        #expect(try holds("outcome != satisfaite", outcome))
        #expect(try holds("outcome in (satisfaite, partielle)", outcome))
        #expect(try !holds("outcome in (satisfaite)", outcome))
        // What is not known is not the same as anything.
        #expect(try !holds("outcome = partielle", [:]))
        #expect(try holds("outcome != partielle", [:]))
        let audiences: [String: Observation.Value] = ["audience": .codes(["salarie", "scolaire"])]
        #expect(try holds("audience = scolaire and audience = salarie and not audience = etudiant", audiences))
    }

    @Test("compare numbers in the unit that people read, with numbers and parameters")
    func numbers() throws {
        for (count, least) in [(1, true), (2, true), (3, false)] {
            let values: [String: Observation.Value] = ["structures": .number(count)]
            #expect(try holds("structures <= most", values) == least)
            #expect(try holds("structures < 3", values) == least)
            #expect(try holds("structures > most", values) == !least)
            #expect(try holds("structures >= 3", values) == !least)
            #expect(try holds("structures = 2", values) == (count == 2))
        }
        #expect(try !holds("structures <= 5", [:]))
        #expect(try holds("not structures <= 5", [:]))
        #expect(try holds("delay <= days", ["delay": .number(60 * 86_400)]))
        #expect(try !holds("delay <= days", ["delay": .number(60 * 86_400 + 1)]))
        #expect(try holds("delay < 1", ["delay": .number(86_399)]))
    }

    @Test("compare attributes with each other")
    func attributes() throws {
        let same = "network = recipient_network"
        #expect(try holds(same, ["network": .code("a"), "recipient_network": .code("a")]))
        #expect(try !holds(same, ["network": .code("a"), "recipient_network": .code("b")]))
        #expect(try !holds(same, [:]))
        #expect(try holds("sender = recipient", ["sender": .code("a"), "recipient": .code("a")]))
        #expect(try holds("known sender and sender != recipient", ["sender": .code("a")]))
        #expect(try holds("known network and network != recipient_network", ["network": .code("a")]))
    }

    @Test("bind not closer than and, and and closer than or, unless parentheses say otherwise")
    func precedence() throws {
        var random = SeededGenerator(seed: 3)
        let flags = Attribute.placed([.flag("a"), .flag("b"), .flag("c")])
        for _ in 0..<64 {
            let (a, b, c) = (random.oneIn(2), random.oneIn(2), random.oneIn(2))
            let observation = Observation(
                period: nil, person: .nobody, weight: 1, values: [.flag(a), .flag(b), .flag(c)])
            for (text, expected) in [
                ("a or b and c", a || b && c), ("(a or b) and c", (a || b) && c), ("not a and b", !a && b),
                ("not (a and b) or c", !(a && b) || c), ("a and not b or not not c", a && !b || c),
            ] {
                let condition = try ConditionParser.parse(text, attributes: flags, parameters: [:])
                #expect(condition.holds(for: observation) == expected, "\(text)")
            }
        }
    }

    @Test(
        "that cannot be read say why",
        arguments: [
            ("nothing", "unknown-word"), ("linkable and", "unfinished-condition"),
            ("and linkable", "malformed-condition"),
            ("linkable linkable", "malformed-condition"), ("outcome", "unfinished-condition"),
            ("outcome = ", "unfinished-condition"), ("outcome in ()", "malformed-condition"),
            ("outcome in (a", "unfinished-condition"), ("structures <= many", "unknown-word"),
            ("structures = outcome", "unknown-word"), ("structures ! 2", "malformed-condition"),
            ("structures <= -1", "unknown-word"), ("structures <= 99999999999999999999", "unknown-word"),
            ("(linkable", "unfinished-condition"), ("linkable)", "malformed-condition"),
            ("linkable; x", "malformed-condition"),
            ("sender = a", "unknown-word"), ("sender != a", "unknown-word"), ("sender in (a)", "malformed-condition"),
            ("known", "unfinished-condition"), ("known and", "malformed-condition"),
            ("Linkable", "malformed-condition"),
            ("outcome = é", "malformed-condition"),
            (String(repeating: "not ", count: 50) + "linkable", "malformed-condition"),
            (String(repeating: "(", count: 50) + "linkable", "malformed-condition"),
            (String(repeating: "linkable or ", count: 300) + "linkable", "malformed-condition"),
        ])
    func mistakes(text: String, code: String) {
        do throws(Flaw) {
            _ = try ConditionParser.parse(text, attributes: Self.attributes, parameters: ["most": 2])
            Issue.record("read: \(text)")
        } catch {
            #expect(error.code == code, "\(text)")
        }
    }

    @Test("are decided by coordinates where these tell enough, and then as for the whole")
    func coordinates() throws {
        var place = Coordinates()
        place[.network] = "a"
        place[.recipientNetwork] = "b"
        func decided(_ text: String, _ dimensions: Set<Dimension>) throws -> Bool? {
            try parse(text).holds(at: place, telling: dimensions)
        }
        let both: Set<Dimension> = [.network, .recipientNetwork]
        #expect(try decided("network = a", both) == true)
        #expect(try decided("network = b", both) == false)
        #expect(try decided("network = b", []) == nil)
        #expect(try decided("network != recipient_network", both) == true)
        #expect(try decided("network != recipient_network", [.network]) == nil)
        #expect(try decided("linkable", both) == nil)
        #expect(try decided("linkable and network = b", both) == false)
        #expect(try decided("linkable or network = a", both) == true)
        #expect(try decided("not (linkable and network = a)", both) == nil)
    }
}
