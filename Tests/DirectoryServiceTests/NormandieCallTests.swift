import Foundation
import NIOHTTP1
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

/// Normandie's call of 2020, replayed by its own calendar: the database's clock is set to it, and nothing else.
@Suite("Normandie's call of 2020")
struct NormandieCallTests {
    private let complete = CandidateSketch(10)
    private let second = CandidateSketch(11)
    private let late = CandidateSketch(12)
    private let short: CandidateSketch = {
        var sketch = CandidateSketch(13)
        // Four half-days; the last is half an hour too short to be one.
        sketch.hours = "Mo,Tu,Th 09:00-12:00; We 14:00-17:00; Fr 09:00-10:30"
        return sketch
    }()
    private let inaccessible: CandidateSketch = {
        var sketch = CandidateSketch(14)
        sketch.accessibility = ["boucle-magnetique"]
        return sketch
    }()
    private let indiscreet = CandidateSketch(15)
    private let agency: CandidateSketch = {
        var sketch = CandidateSketch(16)
        sketch.name = "Agence de l’orientation (essai)"
        return sketch
    }()

    private var everybody: [CandidateSketch] {
        [complete, second, late, short, inaccessible, indiscreet, agency]
    }

    private var examiner: String {
        get async throws {
            try await TestIssuer.shared.token(
                scopes: [.directoryRead, .labelDecide], clientID: "agency", structures: [agency.id])
        }
    }

    @Test("takes what is complete until the last moment, and tells everybody else each reason with its figures")
    func filing() async throws {
        try await withCalls(everybody, at: "2020-05-15T08:00:00Z") { calls in
            let call = try await calls.create(
                "/v1/calls", CallFixture.normandie(), token: try await CallFixture.region())
            let shown = try await calls.directory.get("/v1/calls/\(call.text)").json
            #expect(shown["closes"]?.string == "2020-07-31T16:00")
            #expect(shown["closes_at"]?.string == "2020-07-31T14:00:00Z")
            #expect(shown["time_zone"]?.string == "Europe/Paris" && shown["charter"]?.string == "28@1.0.0")
            #expect(shown["status"]?.string == "a-venir")
            let first = try await calls.apply(call, complete)
            #expect(try reasons(try await calls.file(first, by: complete)) == ["/call_id": "not-open-yet"])

            // 15:59:59 in Paris.
            try await calls.setClock("2020-07-31T13:59:59Z")
            #expect(try await calls.directory.get("/v1/calls/\(call.text)").json["status"]?.string == "ouvert")
            let filed = try await calls.file(first, by: complete)
            #expect(filed.status == 204, "\(filed.text)")
            let tooShort = try await calls.apply(call, short)
            let refused = try await calls.file(tooShort, by: short)
            try expectProblem(refused, 409, "conflict", at: ["/criteria/demi-journees"])
            #expect(try reasons(refused) == ["/criteria/demi-journees": "too-few-half-days"])
            let figures = try #require(
                try refused.json["criteria"]?.array?.first { $0["code"]?.string == "demi-journees" })
            #expect(figures["found"]?.int == 4 && figures["needed"]?.int == 5)
            #expect(figures["verdict"]?.string == "non-rempli" && figures["structure"]?.string == short.id.text)
            #expect(figures["quote"]?.string?.hasPrefix("Un minimum de service dédié de deux jours et demi") == true)
            #expect(try refused.json["criteria"]?.array?.count == 18)

            let closed = try await calls.apply(call, inaccessible)
            #expect(
                try reasons(try await calls.file(closed, by: inaccessible))
                    == ["/criteria/accessibilite": "not-accessible"])
            let loud = try await calls.apply(
                call, indiscreet,
                answers: CallFixture.answers.replacing(#""confidentialite":true"#, with: #""confidentialite":false"#))
            #expect(
                try reasons(try await calls.file(loud, by: indiscreet))
                    == ["/criteria/confidentialite": "commitment-missing"])
            let empty = try await calls.apply(call, late, answers: "{}")
            #expect(try reasons(try await calls.file(empty, by: late)).count == 13)

            // At 16:00:00 it still is 16 o'clock; a minute later it is not.
            try await calls.setClock("2020-07-31T14:00:00Z")
            let last = try await calls.apply(call, second)
            #expect(try await calls.file(last, by: second).status == 204)
            try await calls.setClock("2020-07-31T14:01:00Z")
            let tooLate = try await calls.apply(call, late)
            let overdue = try await calls.file(tooLate, by: late)
            #expect(try reasons(overdue) == ["/call_id": "late"])
            #expect(overdue.text.contains("2020-07-31T16:00"))
            let english = try await calls.directory.service.send(
                .POST, "/v1/applications/\(tooShort.text)/submission", token: try await short.token,
                headers: [("If-Match", "\"v1\""), ("Accept-Language", "en")], json: "{}")
            #expect(
                try reasons(english) == ["/call_id": "late", "/criteria/demi-journees": "too-few-half-days"])
            #expect(english.text.contains("Filing closed at"))
            let token = try await CallFixture.region()
            let list = try await calls.directory.service.get("/v1/calls/\(call.text)/applications", token: token).json
            #expect(list["items"]?.array?.map { $0["id"]?.string } == [first.text, last.text])
            // What was refused stays a draft, with nothing of it told.
            #expect(try await calls.show(tooShort, token: try await short.token)["state"]?.string == "brouillon")
            // Who applies is nobody's to know.
            #expect(try await calls.label(complete.id) == nil)
            #expect(try await calls.label(short.id) == nil)
        }
    }

    @Test("goes by examination, interview, vote, decision, prefecture and publication, then suspension and withdrawal")
    func wholeWay() async throws {
        try await withCalls(everybody) { calls in
            let region = try await CallFixture.region()
            let examiner = try await examiner
            let call = try await calls.create(
                "/v1/calls", CallFixture.normandie(examiner: agency.id), token: region)
            let granted = try await calls.apply(call, complete)
            let refused = try await calls.apply(call, second)
            #expect(try await calls.file(granted, by: complete).status == 204)
            #expect(try await calls.file(refused, by: second).status == 204)

            func expectRefusal(
                _ id: UUID, _ json: String, _ reason: String, token: String, at pointer: String = "/step",
                _ line: SourceLocation = #_sourceLocation
            ) async throws {
                let answer = try await calls.step(id, json, token: token)
                #expect(answer.status == 409, "\(answer.text)", sourceLocation: line)
                #expect(try reasons(answer) == [pointer: reason], sourceLocation: line)
            }
            try await calls.setClock("2020-08-03T08:00:00Z")
            try await expectRefusal(granted, #"{"step":"vote","opinion":"favorable"}"#, "step-too-early", token: region)
            try await expectRefusal(
                granted, #"{"step":"decision","decision":"accorde"}"#, "step-too-early", token: region)
            try await expectRefusal(
                granted, #"{"step":"avis","opinion":"favorable"}"#, "step-not-in-charter", token: region)
            for id in [granted, refused] {
                let answer = try await calls.step(
                    id, #"{"step":"instruction","comment":"Dossier complet"}"#, token: examiner)
                #expect(answer.status == 204, "\(answer.text)")
            }
            try await expectRefusal(granted, #"{"step":"instruction"}"#, "step-already-taken", token: examiner)
            try await calls.setClock("2020-09-10T08:00:00Z")
            #expect(
                try await calls.step(granted, #"{"step":"entretien","on":"2020-09-08"}"#, token: examiner).status == 204
            )
            try await expectRefusal(
                granted, #"{"step":"vote","opinion":"favorable"}"#, "step-not-delegated", token: examiner)
            let tomorrow = try await calls.step(
                granted, #"{"step":"vote","opinion":"favorable","on":"2020-10-12"}"#, token: region)
            try expectProblem(tomorrow, 422, "invalid-body", at: ["/on"])
            #expect(try await calls.label(complete.id) == nil)

            try await calls.setClock("2020-10-12T15:00:00Z")
            let before = try await calls.step(
                granted, #"{"step":"vote","opinion":"favorable","on":"2020-09-01"}"#, token: region)
            #expect(try reasons(before) == ["/on": "before-previous-step"])
            #expect(
                try await calls.step(granted, #"{"step":"vote","opinion":"favorable"}"#, token: region).status == 204)
            #expect(
                try await calls.step(refused, #"{"step":"vote","opinion":"defavorable"}"#, token: region).status == 204)
            try await expectRefusal(
                refused, #"{"step":"decision","decision":"accorde"}"#, "against-the-vote", token: region,
                at: "/decision")
            let unexplained = try await calls.step(refused, #"{"step":"decision","decision":"refuse"}"#, token: region)
            try expectProblem(unexplained, 422, "invalid-body", at: ["/reasons"])
            let why = #"[{"criterion":"espace-dedie","text":"L’accueil se fait dans un couloir."}]"#
            #expect(
                try await calls.step(
                    refused, #"{"step":"decision","decision":"refuse","reasons":\#(why)}"#, token: region
                ).status == 204)
            #expect(
                try await calls.step(granted, #"{"step":"decision","decision":"accorde"}"#, token: region).status == 204
            )

            // Decided, and nobody's to know yet.
            for (id, candidate) in [(granted, complete), (refused, second)] {
                let seen = try await calls.show(id, token: try await candidate.token)
                #expect(seen["state"]?.string == "en-instruction" && seen["decided_on"] == .null)
                let steps = seen["steps"]?.array?.compactMap { $0["step"]?.string } ?? []
                #expect(Set(steps).isDisjoint(with: ["vote", "decision"]), "\(steps)")
                #expect(try await calls.label(candidate.id) == nil)
            }
            let peek = "/v1/calls/\(call.text)/applications?state="
            #expect(
                try await calls.directory.service.get(peek + "refuse", token: try await second.token).json["items"]
                    == .array([]))
            #expect(
                try reasons(try await calls.listStep(call, #"{"step":"publication"}"#)).values.contains(
                    "results-too-soon"))
            try await expectRefusal(
                granted, #"{"step":"retrait","cause":"dysfonctionnement","comment":"…"}"#, "results-not-public",
                token: region)
            try await calls.setClock("2020-10-15T07:00:00Z")
            #expect(
                try reasons(try await calls.listStep(call, #"{"step":"publication"}"#)) == ["/step": "step-too-early"])
            let list = #"{"step":"depot-prefecture","on":"2020-10-14","comment":"Recueil n° 12"}"#
            #expect(try await calls.listStep(call, list).status == 204)
            #expect(try reasons(try await calls.listStep(call, list)) == ["/step": "step-already-taken"])
            let published = try await calls.listStep(call, #"{"step":"publication"}"#)
            #expect(published.status == 204, "\(published.text)")
            #expect(
                try reasons(try await calls.listStep(call, #"{"step":"publication"}"#)) == [
                    "/step": "step-already-taken"
                ])

            #expect(try await calls.label(complete.id) == "accorde")
            // Nobody is pilloried: those who were refused are told, and the services that count it.
            #expect(try await calls.label(second.id) == nil)
            try expectProblem(
                try await calls.directory.get("/v1/structures?label=refuse"), 400, "invalid-parameters", at: ["label"])
            let found = try await calls.directory.get("/v1/structures?region=28&label=accorde").json
            #expect(found["items"]?.array?.map { $0["id"]?.string } == [complete.id.text])
            #expect(found["items"]?[0]?["label"]?["decided_on"]?.string == "2020-10-12")
            #expect(found["items"]?[0]?["label"]?["charter"]?.string == "28@1.0.0")
            let told = try await calls.show(refused, token: try await second.token)
            #expect(told["state"]?.string == "refuse" && told["decided_on"]?.string == "2020-10-12")
            let decision = told["steps"]?.array?.first { $0["step"]?.string == "decision" }
            #expect(decision?["reasons"]?[0]?["text"]?.string == "L’accueil se fait dans un couloir.")
            #expect(decision?["reasons"]?[0]?["criterion"]?.string == "espace-dedie")
            // How they voted stays with them.
            #expect(told["steps"]?.array?.contains { $0["step"]?.string == "vote" } == false)

            try await suspendAndWithdraw(granted, call, calls, region)
            let whole = try await calls.show(granted, token: region)
            let steps = (whole["steps"]?.array ?? []).map { "\($0["step"]?.string ?? "") \($0["for"]?.string ?? "")" }
            let (office, own, agency) = ("region:28", "structure:\(complete.id.text)", "structure:\(agency.id.text)")
            #expect(
                steps == [
                    "depot \(own)", "instruction \(agency)", "entretien \(agency)", "vote \(office)",
                    "decision \(office)", "depot-prefecture \(office)", "publication \(office)", "suspension \(office)",
                    "fin-suspension \(office)", "retrait \(office)",
                ])
            let decisions = try await calls.decisions(atLeast: 5)
            #expect(decisions[complete.id] == ["accorde 1", "suspendu 2", "accorde 3", "retire 4"])
            #expect(decisions[second.id] == ["refuse 1"])
        }
    }

    private func suspendAndWithdraw(_ id: UUID, _ call: UUID, _ calls: CallFixture, _ region: String) async throws {
        try await calls.setClock("2021-02-01T08:00:00Z")
        let bare = try await calls.step(id, #"{"step":"suspension"}"#, token: region)
        try expectProblem(bare, 422, "invalid-body", at: ["/cause", "/comment"])
        let text = #""cause":"dysfonctionnement","comment":"Plus de permanence depuis janvier.""#
        #expect(try await calls.step(id, #"{"step":"suspension",\#(text)}"#, token: region).status == 204)
        #expect(try await calls.label(complete.id) == "suspendu")
        #expect(try await calls.step(id, #"{"step":"fin-suspension"}"#, token: region).status == 204)
        #expect(try await calls.label(complete.id) == "accorde")
        let withdrawn = try await calls.step(id, #"{"step":"retrait",\#(text)}"#, token: region)
        #expect(withdrawn.status == 204, "\(withdrawn.text)")
        #expect(try await calls.label(complete.id) == "retire")
        let seen = try await calls.show(id, token: try await complete.token)
        #expect(seen["state"]?.string == "retire" && seen["next_steps"] == .array([]))
        #expect(seen["steps"]?.array?.last?["cause"]?.string == "dysfonctionnement")
        #expect(seen["steps"]?.array?.last?["comment"]?.string == "Plus de permanence depuis janvier.")
        let again = try await calls.step(id, #"{"step":"fin-suspension"}"#, token: region)
        #expect(try reasons(again) == ["/step": "wrong-state"])
        let history =
            try await calls.directory.service.get(
                "/v1/structures/\(complete.id.text)/history", token: region
            ).json["items"]?.array ?? []
        let operations = history.map { "\($0["operation"]?.string ?? "") \($0["changed_for"]?.string ?? "")" }
        #expect(
            operations == Array(repeating: "labelled region:28", count: 4) + ["imported "])
        #expect(history.dropLast().allSatisfy { $0["changes"] == .array([.string("label")]) })
    }
}
