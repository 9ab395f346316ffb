import Foundation
import NIOHTTP1
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

/// A call, from its opening to the withdrawal of a label, over the demo data: every answer is held to its description.
@Suite("Answers of calls as described")
struct CallAnswerTests {
    private static let lead = "019b76da-a800-7468-ae50-9539281096c4"
    private static let short = "019b76da-a800-715e-a9db-f9e735f70214"
    private static let call = """
        {"region":"28","kind":"labellisation","title":"Essai","description":"a\\nb","url":"https://a.example",\
        "territories":null,"opens":"2020-06-01T09:00","closes":"2099-07-31T16:00","examiner_id":null,"published":true}
        """
    private static let answers = """
        {"gratuite":true,"confidentialite":true,"anonymat":true,"premier-accueil":true,"bilan-annuel":true,\
        "horaires-affiches":"a","espace-dedie":"a","postes-internet":"a","signaletique":"a","langage-adapte":"a",\
        "neutralite":"a","professionnalisation":"a","animation-territoire":"a"}
        """

    private struct Speaker: Sendable {
        let service: RunningService
        let description: Description
        let region: String
        let candidate: String

        /// Sends one request and holds its answer to its description.
        @discardableResult
        func hold(
            _ operation: String, _ path: String, _ status: Int, _ json: String? = nil, as token: String? = nil,
            _ headers: (String, String)...
        ) async throws -> RunningService.Answer {
            let operation = try #require(description.operation(operation))
            let answer = try await service.send(
                .init(rawValue: operation.method), path, token: token ?? region,
                headers: headers + (json == nil ? [] : [("Content-Type", "application/json")]),
                body: json.map { Array($0.utf8) })
            #expect(answer.status == status, "\(operation.method) \(path): \(answer.text.prefix(600))")
            #expect(
                try description.violations(of: answer, to: operation).prefix(10) == [], "\(operation.method) \(path)")
            return answer
        }

        func made(_ answer: RunningService.Answer) throws -> String {
            try #require(try answer.json.object?["id"]?.string)
        }
    }

    @Test("from its opening to a label's withdrawal")
    func way() async throws {
        try await withDatabase(of: .directory) { database in
            try await importDemoData(into: database)
            try await withService(.directory, on: database, settings: ServiceDefinition.directory.ownSettings) {
                service in
                let ids = try [Self.lead, Self.short].map { try #require(UUID(uuidString: $0)) }
                let speaker = Speaker(
                    service: service, description: try Description(of: "directory"),
                    region: try await TestIssuer.shared.token(
                        scopes: [.directoryRead, .labelDecide, .eventsRead], region: "28"),
                    candidate: try await TestIssuer.shared.token(
                        scopes: [.directoryRead, .labelApply], structures: ids))
                let call = try await open(speaker)
                try await answer(call, speaker)
            }
        }
    }

    private func open(_ speaker: Speaker) async throws -> String {
        let made = try await speaker.hold(
            "createCall", "/v1/calls", 201, Self.call, ("Idempotency-Key", "a"))
        try await speaker.hold("createCall", "/v1/calls", 201, Self.call, ("Idempotency-Key", "a"))
        try await speaker.hold("createCall", "/v1/calls", 422, "{}", ("Idempotency-Key", "b"))
        try await speaker.hold("createCall", "/v1/calls", 400, Self.call)
        let foreign = Self.call.replacing("\"28\"", with: "\"93\"")
        try await speaker.hold("createCall", "/v1/calls", 403, foreign, ("Idempotency-Key", "b"))
        let path = "/v1/calls/\(try speaker.made(made))"
        try await speaker.hold("showCall", path, 200)
        try await speaker.hold("showCall", path, 304, nil, ("If-None-Match", "*"))
        try await speaker.hold("showCall", "/v1/calls/x", 404)
        try await speaker.hold("listCalls", "/v1/calls?region=28&kind=labellisation&status=ouvert&limit=1", 200)
        try await speaker.hold("listCalls", "/v1/calls?limit=0&state=x", 400)
        try await speaker.hold("updateCall", path, 428, Self.call)
        try await speaker.hold("updateCall", path, 204, Self.call, ("If-Match", "\"v1\""))
        try await speaker.hold("updateCall", path, 412, Self.call, ("If-Match", "\"v1\""))
        try await speaker.hold("deleteCall", path, 409, nil, ("If-Match", "\"v2\""))
        try await speaker.hold("listCallVersions", path + "/history?limit=1", 200)
        try await speaker.hold("listCallVersions", path + "/history?limit=0", 400)
        try await speaker.hold("listCallVersions", "/v1/calls/x/history", 404)
        try await speaker.hold("listCallVersions", path + "/history", 403, as: speaker.candidate)
        try await speaker.hold("showCallVersion", path + "/history/1", 200)
        try await speaker.hold("showCallVersion", path + "/history/9", 404)
        try await speaker.hold("takeListStep", path + "/steps", 409, #"{"step":"publication"}"#, ("If-Match", "\"v2\""))
        try await speaker.hold("takeListStep", path + "/steps", 422, #"{"step":"vote"}"#, ("If-Match", "\"v2\""))
        let draft = Self.call.replacing("\"published\":true", with: "\"published\":false,\"results_on\":\"2100-01-01\"")
        let other = try speaker.made(
            try await speaker.hold("createCall", "/v1/calls", 201, draft, ("Idempotency-Key", "c")))
        try await speaker.hold("showCall", "/v1/calls/\(other)", 200)
        try await speaker.hold("deleteCall", "/v1/calls/\(other)", 204, nil, ("If-Match", "\"v1\""))
        return path
    }

    private func answer(_ call: String, _ speaker: Speaker) async throws {
        let own = speaker.candidate
        let list = call + "/applications"
        func draft(_ lead: String) -> String { #"{"lead_id":"\#(lead)","answers":\#(Self.answers)}"# }
        let made = try await speaker.hold(
            "createApplication", list, 201, draft(Self.lead), as: own, ("Idempotency-Key", "d"))
        try await speaker.hold("createApplication", list, 422, "{}", as: own, ("Idempotency-Key", "e"))
        try await speaker.hold(
            "createApplication", list, 201, draft(Self.short), as: own, ("Idempotency-Key", "f"))
        let path = "/v1/applications/\(try speaker.made(made))"
        try await speaker.hold("showApplication", path, 200, as: own)
        try await speaker.hold("showApplication", path, 404)
        try await speaker.hold("updateApplication", path, 204, draft(Self.short), as: own, ("If-Match", "\"v1\""))
        try await speaker.hold("submitApplication", path + "/submission", 428, "{}", as: own)
        // Two half-days a week.
        try await speaker.hold("submitApplication", path + "/submission", 409, "{}", as: own, ("If-Match", "\"v2\""))
        try await speaker.hold("updateApplication", path, 204, draft(Self.lead), as: own, ("If-Match", "\"v2\""))
        try await speaker.hold(
            "agreeToApplication", path + "/agreement", 422, #"{"structure_id":"\#(Self.short)"}"#, as: own,
            ("If-Match", "\"v3\""))
        try await speaker.hold("submitApplication", path + "/submission", 204, "{}", as: own, ("If-Match", "\"v3\""))
        try await speaker.hold("deleteApplication", path, 409, nil, as: own, ("If-Match", "\"v4\""))
        try await speaker.hold("listApplications", list, 200)
        try await speaker.hold("listApplications", list + "?state=brouillon&limit=1", 200, as: own)
        try await speaker.hold("takeStep", path + "/steps", 422, #"{"step":"decision"}"#, ("If-Match", "\"v4\""))
        let why = #""cause":"dysfonctionnement","comment":"Fermé""#
        let steps = [
            #"{"step":"instruction","on":null}"#, #"{"step":"entretien","comment":"Sur place"}"#,
            #"{"step":"vote","opinion":"favorable"}"#, #"{"step":"decision","decision":"accorde"}"#,
            #"{"step":"suspension",\#(why)}"#, #"{"step":"fin-suspension"}"#, #"{"step":"retrait",\#(why)}"#,
        ]
        for (turn, step) in steps.enumerated() {
            try await speaker.hold("takeStep", path + "/steps", 204, step, ("If-Match", "\"v\(turn + 4)\""))
            try await speaker.hold("showApplication", path, 200)
            try await speaker.hold("showApplication", path, 200, as: own)
        }
        try await speaker.hold("takeStep", path + "/steps", 409, #"{"step":"instruction"}"#, ("If-Match", "\"v11\""))
        // It has not seen the vote.
        try await speaker.hold("withdrawApplication", path + "/withdrawal", 409, "{}", as: own, ("If-Match", "\"v10\""))
        try await speaker.hold("listEvents", "/v1/events?limit=10000", 200)
    }
}
