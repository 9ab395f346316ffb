import HTTPTypes
import NIOHTTP1
import Schema
import Support
import Testing
import Web

@Suite("Problems")
struct ProblemTests {
    @Test(
        "every refusal has a client's or server's status and a title in both languages", arguments: RefusalCode.allCases
    )
    func table(_ code: RefusalCode) {
        #expect((400...599).contains(code.status.code))
        #expect(!code.title.fr.isEmpty && !code.title.en.isEmpty && code.title.fr != code.title.en)
        let others = RefusalCode.allCases.filter { $0 != code }
        #expect(!others.contains { $0.title.fr == code.title.fr || $0.title.en == code.title.en })
        let ours: [RefusalCode] = [.unavailable, .outcomeUnknown, .notImplemented, .internalError]
        #expect((code.status.code >= 500) == ours.contains(code))
    }

    @Test("what nobody foresaw is a bare 500 that tells nothing of its cause")
    func unexpected() async throws {
        try await withProbe { service in
            let token = try await token(.directoryRead)
            for kind in ["indiscretion", "http-418", "constraint", "raised", "other"] {
                let answer = try await service.get("/v1/failures/\(kind)", token: token)
                let body = try expectProblem(answer, .internalError)
                #expect(
                    body.members.map(\.name) == ["type", "title", "status", "instance", "code", "request_id"], "\(kind)"
                )
                expectNothing(of: answer, kind)
            }
            for (kind, code) in [
                ("http-400", RefusalCode.invalidParameters), ("http-404", .notFound), ("http-413", .bodyTooLarge),
            ] {
                let answer = try await service.get("/v1/failures/\(kind)", token: token)
                try expectProblem(answer, code)
                expectNothing(of: answer, kind)
            }
        }
    }

    @Test("a request that was cancelled is counted apart from mistakes of ours")
    func cancelled() async throws {
        let metrics = PrometheusFactory()
        try await withProbe(metrics: metrics) { service in
            try expectProblem(
                try await service.get("/v1/failures/cancellation", token: token(.directoryRead)), .cancelled)
        }
        #expect(
            metrics.text.contains(
                #"http_server_requests_total{method="GET",route="/v1/failures/{kind}",status="499"} 1"#))
        #expect(!metrics.text.contains(#"status="500""#))
    }

    @Test("faults of the database that a retry may mend are 503 with a time to wait")
    func database() async throws {
        try await withProbe { service in
            let token = try await token(.directoryRead)
            for kind in [
                "connection-lost", "timeout", "saturated", "exhausted", "serialization", "deadlock", "commit-unknown",
            ] {
                let answer = try await service.get(
                    "/v1/failures/\(kind)", token: token, headers: [("Accept-Language", "en")])
                let body = try expectProblem(answer, .unavailable, .english)
                #expect(answer.headers["retry-after"] == ["2"])
                #expect(body["detail"]?.string?.contains("Nothing was stored") == true, "\(kind)")
                expectNothing(of: answer, kind)
            }
            for (kind, code, seconds) in [
                ("token-busy", RefusalCode.unavailable, "1"), ("token-failures", .tooManyRequests, "17"),
            ] {
                let answer = try await service.get("/v1/failures/\(kind)", token: token)
                try expectProblem(answer, code)
                #expect(answer.headers["retry-after"] == [seconds])
            }
        }
    }

    @Test("a refusal shows its sentence and its violations in the caller's language")
    func refusal() async throws {
        try await withProbe { service in
            let answer = try await service.get(
                "/v1/failures/refusal", token: token(.directoryRead), headers: [("Accept-Language", "en")])
            let body = try expectProblem(answer, .conflict, .english)
            #expect(body["detail"] == "It is done already." && body["instance"] == "/v1/failures/refusal")
            #expect(
                body["errors"] == [
                    ["pointer": "/a", "code": "required", "detail": "This field is required."],
                    [
                        "pointer": "/b", "code": "read-only",
                        "detail": "Only the service writes this field: leave it out.",
                    ],
                ])
            #expect(answer.headers["retry-after"] == ["5"])
        }
    }

    private func expectNothing(of answer: RunningService.Answer, _ kind: String) {
        let text = answer.text + answer.headers.map { "\($0.name): \($0.value)" }.joined()
        for secret in [Indiscretion.canary, "select", "Error", "SP001", "SQL"] {
            #expect(!text.contains(secret), "\(kind): \(secret)")
        }
    }
}
