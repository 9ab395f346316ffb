import Schema
import Support
import Testing
import Web

@testable import ReportingService

@Suite("Versions of definitions")
struct VersionLifeTests {
    @Test("are proposed, refused, amended, validated and superseded in one region, while another keeps its own")
    func life() async throws {
        try await withReporting(validatedIn: []) { reporting in
            let (desk, other) = (VersionDesk(reporting), VersionDesk(reporting, region: "24"))
            #expect(try await desk.states == ["2.0.0 draft"])
            #expect(try await desk.show().tag?.hasPrefix("\"v1-") == true)
            #expect(try await other.validate().status == 200)
            let body = try await desk.put("2.1.0", VersionDesk.document("2.1.0", VersionDesk.words("un")))
            #expect(body.status == 201 && body.state == "draft")
            let proposed = try await desk.propose("2.1.0")
            #expect(proposed.status == 200 && proposed.state == "proposed")
            let refused = try await desk.decide("2.1.0", "refused", seen: proposed.tag, comment: "À revoir")
            #expect(refused.status == 200 && refused.state == "refused")
            let amended = try await desk.put("2.1.0", VersionDesk.document("2.1.0", VersionDesk.words("deux")))
            #expect(amended.status == 200 && amended.state == "draft")
            #expect(try await desk.data().code == "not-validated")
            #expect(try await desk.validate("2.1.0").state == "validated")
            #expect(try await desk.data().served == "2.1.0")
            #expect(try await desk.put("3.0.0", VersionDesk.document("3.0.0", VersionDesk.remote)).status == 201)
            #expect(try await desk.validate("3.0.0").state == "validated")
            #expect(try await desk.states == ["2.0.0 draft", "2.1.0 superseded", "3.0.0 validated"])
            #expect(try await desk.data().served == "3.0.0")
            #expect(try await other.data().served == "2.0.0")
            #expect(try await other.states == ["2.0.0 validated"])
            let steps = ["written", "proposed", "refused", "written", "proposed", "validated", "superseded"]
            #expect(try await desk.steps("2.1.0") == steps)
            let late = try await desk.put("2.1.0", VersionDesk.document("2.1.0", VersionDesk.words("trois")))
            #expect(late.status == 409)
            #expect(try await desk.propose("2.1.0").status == 409)
        }
    }

    @Test("carry the history of who decided what, in which session, about which text")
    func history() async throws {
        try await withReporting(validatedIn: []) { reporting in
            let desk = VersionDesk(reporting)
            let proposed = try await desk.propose()
            _ = try await desk.decide("2.0.0", "refused", seen: proposed.tag, session: "2026-01-15", comment: "Non.")
            let shown = try #require(try await desk.show().json.object)
            let steps = (shown["steps"]?.array ?? []).compactMap(\.object)
            #expect(steps.map { $0["step"]?.string } == ["written", "proposed", "refused"])
            #expect(steps.map { $0["client"]?.string } == ["region", "region", "crefop"])
            #expect(steps.map { $0["body"] } == [.null, .null, "crefop"])
            #expect(steps.last?["session_date"] == "2026-01-15" && steps.last?["comment"] == "Non.")
            #expect(steps.allSatisfy { $0["digest"] == shown["digest"] })
            #expect(shown["from_catalogue"] == true)
        }
    }

    @Test("are given out as they can be written again, whatever the order of their members")
    func again() async throws {
        try await withReporting { reporting in
            for code in ["ACC1", "CON1", "NR3", "TRA1"] {
                var desk = VersionDesk(reporting)
                desk.code = code
                let version = try #require(Catalogue.shipped.definition(code)?.version.text)
                let shown = try await desk.show(version)
                let definition = try #require(try shown.json.object?["definition"])
                let same = try await desk.put(version, definition)
                #expect(same.status == 200 && same.tag == shown.tag, "\(code)")
                let members = (definition.object?.members ?? []).reversed()
                let turned = try await desk.put(version, .object(JSONObject(members: Array(members))))
                #expect(turned.status == 200 && turned.tag == shown.tag, "\(code)")
            }
        }
    }

    @Test("say in the catalogue what is in force in a region, since when and by whom")
    func standing() async throws {
        try await withReporting(validatedIn: []) { reporting in
            let desk = VersionDesk(reporting)
            _ = try await desk.put("2.1.0", VersionDesk.document("2.1.0", VersionDesk.words("un")))
            let proposed = try await desk.propose("2.1.0")
            _ = try await desk.decide("2.1.0", seen: proposed.tag, session: "2026-02-03")
            let here = try #require(try await reporting.get("/v1/indicators/ACC1?region=52").json.object)
            #expect(here["version"] == "2.1.0" && here["state"] == "validated" && here["experimental"] == false)
            let inForce = try #require(here["in_force"]?.object)
            #expect(inForce["version"] == "2.1.0" && inForce["body"] == "crefop")
            #expect(inForce["session_date"] == "2026-02-03" && inForce["since"]?.string != nil)
            let list = try await reporting.get("/v1/indicators?region=52")
            #expect(try list.json.object?["items"]?.array?.contains(.object(here)) == true)
            let there = try #require(try await reporting.get("/v1/indicators/ACC1?region=53").json.object)
            #expect(there["in_force"] == .null && there["state"] == "draft" && there["experimental"] == true)
            let plain = try #require(try await reporting.get("/v1/indicators/ACC1").json.object)
            #expect(plain["version"] == "2.0.0" && plain["in_force"] == nil && plain["region"] == nil)
            #expect(try await reporting.get("/v1/indicators?region=99").status == 400)
        }
    }

    @Test("stay as they are for a second replica and after a restart")
    func replicas() async throws {
        try await withReportingDatabase { database in
            try await withService(.reporting, on: database) { one in
                let desk = VersionDesk(one)
                try await withService(.reporting, on: database) { two in
                    let mirror = VersionDesk(two)
                    #expect(try await mirror.data().code == "not-validated")
                    try await desk.validate()
                    #expect(try await mirror.data().served == "2.0.0")
                    let tag = try await mirror.data().tag
                    _ = try await desk.put("2.0.0", VersionDesk.document("2.0.0", VersionDesk.words("un")))
                    #expect(try await mirror.data(tag: tag).code == "not-validated")
                    #expect(try await mirror.validate().state == "validated")
                    #expect(try await desk.data().served == "2.0.0")
                }
            }
            try await withService(.reporting, on: database) { service -> Void in
                let desk = VersionDesk(service)
                let (figures, steps) = (try await desk.data(), try await desk.steps())
                #expect(figures.served == "2.0.0")
                #expect(steps.count == 7)
            }
        }
    }
}
