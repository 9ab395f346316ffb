import Schema
import Support
import Testing
import Web

@testable import ReportingService

@Suite("Written definitions")
struct DefinitionFlawTests {
    @Test("are refused with everything that is wrong, and nothing is stored")
    func flaws() async throws {
        let label: JSONValue = ["fr": "a", "en": "a"]
        func measures(_ condition: JSONValue, _ names: [JSONValue] = ["coverage"]) -> [String: JSONValue?] {
            ["measures": .array(names.map { ["name": $0, "label": label, "count": ["of": condition]] })]
        }
        let wrong: [(changes: [String: JSONValue?], flaws: Set<String>)] = [
            (["population": "people"], ["/population unknown-code"]),
            (["population": .some(nil)], ["/population required"]),
            (measures("served and shiny"), ["/measures/0/count/of unknown-word"]),
            (measures("served and"), ["/measures/0/count/of unfinished-condition"]),
            (measures("served)"), ["/measures/0/count/of malformed-condition"]),
            (measures("", ["coverage", "coverage"]), ["/measures duplicate-item"]),
            (["tables": [["period": "year", "by": ["audience"]]]], ["/tables/0/by/0 unknown-code"]),
            (["tables": [["period": "week"]]], ["/tables/0/period unknown-code"]),
            (["code": "ACC2"], ["/code other-than-path"]),
            (["shiny": true], ["/shiny unknown-member"]),
            (["quote": ["region": "52"], "events": "D1"], ["/quote/text required", "/events wrong-type"]),
            (["parameters": ["limit": -1]], ["/parameters out-of-range"]),
        ]
        try await withReporting(validatedIn: []) { reporting in
            let desk = VersionDesk(reporting)
            for (changes, flaws) in wrong {
                let answer = try await desk.put("2.1.0", VersionDesk.document("2.1.0", changes))
                #expect(answer.status == 422, "\(changes)")
                #expect(Set(answer.flaws) == flaws)
            }
            let other = try await desk.put("2.2.0", VersionDesk.document("2.1.0"))
            #expect(other.status == 422 && other.flaws == ["/version other-than-path"])
            #expect(try await desk.put("2.1", VersionDesk.document("2.1.0")).status == 404)
            #expect(try await desk.put("2.1.0", [1]).status == 422)
            #expect(try await desk.states == ["2.0.0 draft"])
        }
    }

    @Test("with a changed formula take a new major number, of which the answer names what differs")
    func majors() async throws {
        try await withReporting(validatedIn: []) { reporting in
            let desk = VersionDesk(reporting)
            for version in ["2.0.0", "2.0.1", "2.1.0"] {
                let answer = try await desk.put(version, VersionDesk.document(version, VersionDesk.remote))
                #expect(answer.status == 409)
                #expect(try answer.json.object?["differing_measures"] == ["coverage"])
            }
            #expect(try await desk.put("3.0.0", VersionDesk.document("3.0.0", VersionDesk.remote)).status == 201)
            #expect(try await desk.put("3.1.0", VersionDesk.document("3.1.0")).status == 409)
            // Not yet validated, and alone of its number: it may still become anything.
            #expect(try await desk.put("3.0.0", VersionDesk.document("3.0.0")).status == 200)
            try await desk.validate("3.0.0")
            #expect(try await desk.put("3.0.0", VersionDesk.document("3.0.0", VersionDesk.remote)).status == 409)
            // Nor by two steps.
            _ = try await desk.put("3.0.0", VersionDesk.document("3.0.0", VersionDesk.words("un")))
            #expect(try await desk.put("3.0.0", VersionDesk.document("3.0.0", VersionDesk.remote)).status == 409)
            #expect(try await desk.states == ["2.0.0 draft", "3.0.0 draft"])
        }
    }

    @Test("have the same formula in other words, with other parameters and in other tables")
    func formulas() throws {
        func definition(_ condition: String, _ parameters: JSONObject, _ name: String = "m") throws
            -> IndicatorDefinition
        {
            let document = VersionDesk.document(
                "1.2.0", code: "CON1",
                [
                    "parameters": .some(.object(parameters)),
                    "measures": [
                        ["name": .string(name), "label": ["fr": "x", "en": "y"], "count": ["of": .string(condition)]]
                    ],
                ])
            return try ObjectReader.read(document) { IndicatorDefinition($0, document: document) }
        }
        let one = try definition("linkable and structures <= most", ["most": 2])
        for (condition, value, isSame): (String, JSONValue, Bool) in [
            ("linkable and structures <= most", 2, true), ("linkable and structures <= most", 3, true),
            ("structures <= most and linkable", 2, true), ("(linkable) and (structures <= most)", 2, true),
            ("not not linkable and structures <= most", 2, true), ("linkable or structures <= most", 2, false),
            ("linkable and structures < most", 2, false), ("linkable and structures <= 2", 2, false),
            ("linkable and structures <= 700000", 2, false), ("linkable and structures <= 900000", 2, false),
            ("structures <= most", 2, false),
        ] {
            let other = try definition(condition, ["most": value])
            #expect(FormulaRule.differences(one, other) == (isSame ? [] : ["m"]), "\(condition)")
            #expect(FormulaRule.differences(other, one) == (isSame ? [] : ["m"]), "\(condition)")
        }
        let renamed = try definition("linkable and structures <= most", ["most": 2], "n")
        #expect(FormulaRule.differences(one, renamed) == ["m", "n"])
        for definition in Catalogue.shipped.definitions {
            #expect(FormulaRule.differences(definition, definition) == [])
        }
    }
}
