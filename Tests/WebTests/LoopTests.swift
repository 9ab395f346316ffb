import Foundation
import Hummingbird
import Schema
import Support
import Testing
import Web

@Suite("Routes and the event loop")
struct LoopTests {
    private static let definition = ServiceDefinition(
        name: "directory", defaultPort: 8081, migrations: [.idempotencyKeys(number: 1)]
    ) { _ in
        { _ in
            ServiceDefinition.Parts(routes: [
                Route(.get, "/brief", .open, isBrief: true) { request, _ in answer([isOnLoop()], request) },
                Route(.get, "/long", .open) { request, _ in answer([isOnLoop()], request) },
                Route(.get, "/leaving", .open, isBrief: true) { request, _ in
                    let before = isOnLoop()
                    let away = await awayFromLoop { isOnLoop() }
                    return answer([before, away, isOnLoop()], request)
                },
            ])
        }
    }

    @Test("brief ones stay on it; the others, and what leaves it, run elsewhere")
    func threads() async throws {
        try await withDatabase(migrations: Self.definition.migrations) { database in
            try await withService(Self.definition, on: database) { service in
                var seen: [String] = []
                for path in ["/brief", "/long", "/leaving"] {
                    seen.append(try await service.get(path, token: nil).text)
                }
                #expect(seen == ["[true]", "[false]", "[true,false,true]"])
            }
        }
    }
}

private func answer(_ seen: [Bool], _ request: Request) -> Response {
    var json = JSONWriter()
    json.array(of: seen) { $0.value($1) }
    return .json(json, for: request)
}

/// By the name that NIO gives the threads of its loops.
private func isOnLoop() -> Bool {
    (try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8))?.hasPrefix("NIO-") == true
}
