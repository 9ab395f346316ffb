import Foundation
import NIOHTTP1
import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("Who may call which route")
struct AccessTests {
    private static let id = Example.mission.id.text
    /// Every route with the scopes that open it; any one is enough.
    private static let routes: [(method: HTTPMethod, path: String, scopes: Set<Scope>)] =
        [
            (.GET, "/v1/structures", [.directoryRead]),
            (.GET, "/v1/services", [.directoryRead]),
            (.GET, "/v1/structures/\(id)", [.directoryRead]),
            (.POST, "/v1/structures", [.directoryWrite, .directoryAdmin]),
            (.PUT, "/v1/structures/\(id)", [.directoryWrite, .directoryAdmin]),
            (.DELETE, "/v1/structures/\(id)", [.directoryWrite, .directoryAdmin]),
            (.POST, "/v1/structures/\(id)/merger", [.directoryAdmin]),
            (.POST, "/v1/structures/\(id)/verification", [.directoryWrite, .directoryAdmin]),
            (.GET, "/v1/structures/\(id)/history", [.directoryWrite, .directoryAdmin]),
            (.GET, "/v1/structures/\(id)/history/1", [.directoryWrite, .directoryAdmin]),
            (.GET, "/v1/territories", [.directoryRead]),
            (.GET, "/v1/territories/territoire-spro:52-01", [.directoryRead]),
            (.GET, "/v1/territories/territoire-spro:52-01/coordination", [.directoryRead]),
            (.PUT, "/v1/territories/territoire-spro:52-01/coordination", [.directoryWrite, .directoryAdmin]),
            (.GET, "/v1/territories/territoire-spro:52-01/coordination/history", [.directoryWrite, .directoryAdmin]),
            (.GET, "/v1/territories/territoire-spro:52-01/coordination/history/2", [.directoryWrite, .directoryAdmin]),
            (.GET, "/v1/coverage?region=52", [.directoryRead]), (.POST, "/v1/recommendations", [.directoryRead]),
            (.GET, "/v1/territories/locate?commune=44184", [.directoryRead]),
            (.GET, "/v1/communes?q=nantes", [.directoryRead]), (.GET, "/v1/networks", [.directoryRead]),
            (.GET, "/v1/calls", [.directoryRead]), (.POST, "/v1/calls", [.labelDecide]),
            (.GET, "/v1/calls/\(id)", [.directoryRead]), (.PUT, "/v1/calls/\(id)", [.labelDecide]),
            (.DELETE, "/v1/calls/\(id)", [.labelDecide]), (.POST, "/v1/calls/\(id)/steps", [.labelDecide]),
            (.GET, "/v1/calls/\(id)/history", [.labelDecide]), (.GET, "/v1/calls/\(id)/history/1", [.labelDecide]),
            (.GET, "/v1/calls/\(id)/applications", [.labelApply, .labelDecide]),
            (.POST, "/v1/calls/\(id)/applications", [.labelApply]),
            (.GET, "/v1/applications/\(id)", [.labelApply, .labelDecide]),
            (.PUT, "/v1/applications/\(id)", [.labelApply]), (.DELETE, "/v1/applications/\(id)", [.labelApply]),
            (.POST, "/v1/applications/\(id)/agreement", [.labelApply]),
            (.POST, "/v1/applications/\(id)/submission", [.labelApply]),
            (.POST, "/v1/applications/\(id)/withdrawal", [.labelApply]),
            (.POST, "/v1/applications/\(id)/steps", [.labelDecide]),
            (.GET, "/v1/vocabularies", [.directoryRead]),
            (.GET, "/v1/vocabularies/channel", [.directoryRead]),
        ]
        + lists("agenda", writers: [.directoryWrite, .directoryAdmin])
        + lists("schemes", writers: [.directoryAdmin]) + lists("resources", writers: [.directoryAdmin])
        + lists("conventions", writers: [.directoryAdmin])

    private static func lists(
        _ list: String, writers: Set<Scope>
    ) -> [(method: HTTPMethod, path: String, scopes: Set<Scope>)] {
        [
            (.GET, "/v1/\(list)", [.directoryRead]), (.POST, "/v1/\(list)", writers),
            (.GET, "/v1/\(list)/\(id)", [.directoryRead]), (.PUT, "/v1/\(list)/\(id)", writers),
            (.DELETE, "/v1/\(list)/\(id)", writers),
        ]
    }

    @Test("is said scope by scope, and denied otherwise")
    func matrix() async throws {
        try await withDirectory(Example.all) { directory in
            let before = try await directory.stored
            for route in Self.routes {
                func call(_ token: String?) async throws -> RunningService.Answer {
                    try await directory.service.send(
                        route.method, route.path, token: token, headers: [("Content-Type", "application/json")],
                        body: [.GET, .DELETE].contains(route.method) ? nil : Array("{}".utf8))
                }
                let name = "\(route.method) \(route.path)"
                for scope in Scope.allCases {
                    let token = try await TestIssuer.shared.token(
                        scopes: [scope], region: "52", structures: [Example.mission.id], networks: ["mission-locale"],
                        territories: ["territoire-spro:52-01"])
                    let answer = try await call(token)
                    if route.scopes.contains(scope) {
                        #expect(answer.status != 401 && answer.status != 403, "\(name) \(scope)")
                    } else {
                        try expectProblem(answer, 403, "insufficient-scope", "\(name) \(scope)")
                    }
                }
                let rest = Scope.allCases.filter { !route.scopes.contains($0) }
                let all = try await TestIssuer.shared.token(
                    scopes: rest, region: "52", structures: [Example.mission.id])
                try expectProblem(try await call(all), 403, "insufficient-scope", "\(name)")
                let stranger = try await TestIssuer(name: TestIssuer.shared.name).token(scopes: Scope.allCases)
                let wrong = [
                    nil, "", "x", stranger,
                    try await TestIssuer.shared.token(scopes: Scope.allCases, audiences: ["referral", "reporting"]),
                    try await TestIssuer.shared.token(scopes: Scope.allCases, lifetime: -61),
                ]
                for token in wrong {
                    let answer = try await call(token)
                    try expectProblem(answer, 401, "unauthenticated", "\(name)")
                    #expect(answer.headers["www-authenticate"].first?.hasPrefix("Bearer realm=\"spro\"") == true)
                }
                for method in [HTTPMethod.DELETE, .OPTIONS, .PATCH]
                where !Self.routes.contains(where: { $0.method == method && $0.path == route.path }) {
                    let answer = try await directory.service.send(method, route.path, token: nil)
                    try expectProblem(answer, 405, "method-not-allowed", "\(method) \(route.path)")
                    #expect(answer.headers["allow"].first?.contains(route.method.rawValue) == true)
                }
            }
            #expect(try await directory.stored == before)
            #expect(try await directory.service.get("/openapi.yaml", token: nil).status == 200)
            try expectProblem(try await directory.service.get("/v1/nothing", token: nil), 404, "not-found")
        }
    }
}
