import Foundation
import NIOHTTP1
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

/// Provence-Alpes-Côte d'Azur: «décident de mettre en commun leurs compétences et savoirs-faire».
@Suite("Provence-Alpes-Côte d'Azur's call for projects")
struct GroupAnswerTests {
    private static func sketch(_ number: Int, _ network: String) -> CandidateSketch {
        var sketch = CandidateSketch(number)
        (sketch.commune, sketch.networks) = ("13055", [network])
        return sketch
    }
    private let lead = sketch(40, "mission-locale")
    private let member = sketch(41, "cio")
    private let third = sketch(42, "cap-emploi")
    private let elsewhere = CandidateSketch(43)

    private static func call(_ territories: String) -> String {
        """
        {"region":"93","kind":"appel-a-projets","title":"SPRO des territoires","opens":"2020-01-02T09:00",\
        "closes":"2020-12-18T12:00","territories":[\(territories)],"published":true}
        """
    }

    private func answer(_ members: [UUID], _ territory: String, actions: Int = 2) -> String {
        let texts = (0..<actions).map { "\"Action \($0)\"" }.joined(separator: ",")
        return """
            {"lead_id":"\(lead.id.text)","member_ids":[\(members.map { "\"\($0.text)\"" }.joined(separator: ","))],\
            "territory":"\(territory)","answers":{"perimetre":["13055"],"diagnostic":"Trois lieux d’accueil",\
            "besoins-appui":"Un outil commun","actions":[\(texts)],"eligibilite":"Tous signataires"}}
            """
    }

    @Test("a group answers for its territory once every member has agreed to the same words")
    func group() async throws {
        try await withCalls([lead, member, third, elsewhere]) { calls in
            let region = try await CallFixture.region("93")
            let territories = try await calls.directory.get("/v1/territories?region=93&limit=2").json["items"]?.array
            let keys = (territories ?? []).compactMap { $0["key"]?.string }
            try #require(keys.count == 2)
            let call = try await calls.create(
                "/v1/calls", Self.call(keys.map { "\"\($0)\"" }.joined(separator: ",")), token: region)
            let own = try await lead.token
            let applications = "/v1/calls/\(call.text)/applications"
            let wrong = try await calls.directory.send(
                .POST, applications, answer([elsewhere.id, .v7()], "departement:14").replacing("13055", with: "14118"),
                token: own)
            #expect(
                try reasons(wrong) == [
                    "/member_ids/0": "structure-in-another-region", "/member_ids/1": "unknown-structure",
                    "/territory": "unknown-code", "/answers/perimetre/0": "unknown-commune",
                ])
            let notTheirs = try await calls.directory.send(
                .POST, applications, answer([third.id], keys[0]), token: try await member.token)
            try expectProblem(notTheirs, 403, "forbidden")

            let id = try await calls.create(
                applications, answer([member.id, third.id], keys[0], actions: 3), token: own)
            let path = "/v1/applications/\(id.text)"
            let early = try await calls.file(id, by: lead)
            #expect(
                try reasons(early) == [
                    "/member_ids/0": "not-agreed", "/member_ids/1": "not-agreed", "/criteria/actions": "wrong-count",
                ])
            #expect(try early.json["criteria"]?.array?.first { $0["code"]?.string == "actions" }?["found"]?.int == 3)
            func agree(_ who: CandidateSketch, as structure: UUID, agrees: Bool = true) async throws -> Int {
                try await calls.act(
                    id, "agreement", #"{"structure_id":"\#(structure.text)","agrees":\#(agrees)}"#,
                    token: try await who.token
                ).status
            }
            #expect(try await agree(member, as: third.id) == 403)
            #expect(try await agree(elsewhere, as: elsewhere.id) == 404)
            #expect(try await agree(member, as: member.id) == 204)
            #expect(try await agree(third, as: third.id) == 204)
            // Only who leads writes; and whoever agreed to other words has agreed to nothing.
            let foreign = try await calls.directory.send(
                .PUT, path, answer([], keys[0]), token: try await member.token, ifMatch: "\"v1\"")
            try expectProblem(foreign, 403, "forbidden")
            #expect(
                try await calls.directory.send(
                    .PUT, path, answer([member.id, third.id], keys[0]), token: own, ifMatch: "\"v1\""
                ).status == 204)
            #expect(try reasons(try await calls.file(id, by: lead)).values.sorted() == ["not-agreed", "not-agreed"])
            #expect(try await agree(member, as: member.id) == 204)
            #expect(try await agree(third, as: third.id) == 204)
            #expect(try await agree(third, as: third.id, agrees: false) == 204)
            #expect(try reasons(try await calls.file(id, by: lead)) == ["/member_ids/1": "not-agreed"])
            #expect(try await agree(third, as: third.id) == 204)
            let filed = try await calls.file(id, by: lead)
            #expect(filed.status == 204, "\(filed.text)")
            for who in [lead, member, third] {
                #expect(try await calls.show(id, token: try await who.token)["state"]?.string == "candidate")
            }

            // A structure is in one answer of a territory, and may be in another territory's.
            let rival = try await calls.create(applications, answer([], keys[0]), token: own)
            #expect(try reasons(try await calls.file(rival, by: lead)) == ["/call_id": "already-applied"])
            let neighbour = try await calls.create(applications, answer([], keys[1]), token: own)
            #expect(try await calls.file(neighbour, by: lead).status == 204)
            #expect(try await calls.act(neighbour, "withdrawal", #"{"comment":"Plus tard"}"#, token: own).status == 204)
            #expect(
                try await calls.show(neighbour, token: region)["steps"]?.array?.last?["comment"]?.string == "Plus tard")

            // The charter asks for no step before the decision, and provides for no withdrawal.
            let decided = try await calls.step(id, #"{"step":"decision","decision":"accorde"}"#, token: region)
            #expect(decided.status == 204, "\(decided.text)")
            let seen = try await calls.show(id, token: try await third.token)
            #expect(seen["state"]?.string == "accorde" && seen["territory"]?.string == keys[0])
            let withdrawal = try await calls.step(
                id, #"{"step":"retrait","cause":"demande-structure","comment":"…"}"#, token: region)
            #expect(try reasons(withdrawal) == ["/step": "step-not-in-charter"])
            // A call for projects gives no label.
            #expect(try await calls.label(lead.id) == nil)
        }
    }
}
