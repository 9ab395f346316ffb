import Schema
import Support
import Testing
import Web

@testable import ReportingService

@Suite("The publication gate")
struct PublicationGateTests {
    @Test("shows nobody a version that no body has validated, and drafts to those alone who work on them")
    func drafts() async throws {
        try await withReporting(validatedIn: []) { reporting in
            let desk = VersionDesk(reporting)
            let (publisher, decider) = (try await desk.publisher, try await desk.decider)
            let dashboard = try await Reporting.reader
            let abroad = try await VersionDesk(reporting, region: "53").publisher
            for token in [dashboard, publisher, decider] {
                let answer = try await desk.data(token: token)
                #expect(answer.status == 409 && answer.code == "not-validated")
            }
            #expect(try await desk.put("3.0.0", VersionDesk.document("3.0.0", VersionDesk.remote)).status == 201)
            for version in ["2.0.0", "3.0.0"] {
                for token in [publisher, decider] {
                    #expect(
                        try await desk.data("&version=\(version)", token: token).served == version + " experimental")
                }
                for token in [dashboard, abroad] {
                    let answer = try await desk.data("&version=\(version)", token: token)
                    #expect(answer.status == 403 && answer.code == "forbidden")
                }
            }
            #expect(try await desk.data("&version=4.0.0", token: publisher).status == 404)
            #expect(try await desk.data("&version=4.0.0").status == 403)
            #expect(try await desk.data("&version=4").status == 409)
            try await desk.validate()
            #expect(try await desk.data("&version=2.0.0").served == "2.0.0")
            #expect(try await desk.data("&version=2.0.0", token: publisher).served == "2.0.0")
            #expect(try await desk.data("&version=3.0.0").status == 403)
            #expect(try await desk.data("&version=4").flaws.map { $0.prefix(8) } == ["version "])
        }
    }

    @Test("closes with an edit of what was validated, also for who has a tag or a table of it")
    func edits() async throws {
        try await withReporting(validatedIn: []) { reporting in
            let desk = VersionDesk(reporting)
            let publisher = try await desk.publisher
            try await desk.validate()
            let first = try await desk.data()
            #expect(first.served == "2.0.0")
            #expect(try await desk.data(tag: first.tag).status == 304)
            let edit = try await desk.put("2.0.0", VersionDesk.document("2.0.0", VersionDesk.words("un")))
            #expect(edit.state == "draft")
            #expect(try await desk.steps() == ["written", "proposed", "validated", "voided", "written"])
            #expect(try await desk.data(tag: first.tag).code == "not-validated")
            // The same number, seen as a draft: another text, another tag, and marked.
            let draft = try await desk.data("&version=2.0.0", token: publisher, tag: first.tag)
            #expect(draft.served == "2.0.0 experimental" && draft.tag != first.tag)
            #expect(try await desk.data(tag: draft.tag).code == "not-validated")
            try await desk.validate()
            let again = try await desk.data(tag: draft.tag)
            #expect(again.served == "2.0.0" && again.tag != first.tag && again.tag != draft.tag)
        }
    }

    @Test("computes from the text that was validated, not from the catalogue's")
    func texts() async throws {
        try await withReporting(validatedIn: ["53"]) { reporting in
            let desk = VersionDesk(reporting)
            let tables: [String: JSONValue?] = [
                "tables": [["period": "year"], ["period": "year", "by": ["department"]]]
            ]
            #expect(try await desk.put("2.1.0", VersionDesk.document("2.1.0", tables)).status == 201)
            try await desk.validate("2.1.0")
            #expect(try await desk.data("&by=department").status == 200)
            #expect(try await desk.data("&by=territory").flaws == ["by not-published"])
            #expect(try await VersionDesk(reporting, region: "53").data("&by=territory").status == 200)
            let measures =
                (VersionDesk.remote["measures"]??.array ?? []) + [
                    ["name": "inhabitants", "label": ["fr": "Habitants", "en": "Inhabitants"], "count": ["of": ""]]
                ]
            _ = try await desk.put("3.0.0", VersionDesk.document("3.0.0", ["measures": .array(measures)]))
            try await desk.validate("3.0.0")
            let rows = try await desk.data().json.object?["items"]?.array?.compactMap(\.object) ?? []
            #expect(rows.map { $0["measure"]?.string } == ["coverage", "inhabitants"])
        }
    }

    @Test("counts in the indicator of indicators what was validated a moment ago")
    func ownFigures() async throws {
        try await withReporting(validatedIn: ["53"]) { reporting in
            var desk = VersionDesk(reporting)
            desk.code = "GOV7"
            let version = try #require(Catalogue.shipped.definition("GOV7")?.version.text)
            try await desk.validate(version)
            let year = ParisClock.today.year
            let first = try await desk.data(of: year)
            #expect(try await desk.data(of: year, tag: first.tag).status == 304)
            desk.code = "ACC1"
            _ = try await desk.propose()
            desk.code = "GOV7"
            let second = try await desk.data(of: year, tag: first.tag)
            #expect(second.status == 200 && second.body != first.body)
        }
    }
}
