import NIOHTTP1
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

/// A request, and what it must be answered with.
struct Exchange: Sendable {
    var operation: String
    var path: String
    var status: Int
    var scopes: [Scope] = [.directoryRead]
    var headers: [(String, String)] = []
    var json: String?
}

/// Sends the requests one after the other, then does what else is to be done.
func holdAnswers(
    _ exchanges: [Exchange],
    _ then: @Sendable @escaping (RunningService, Description) async throws -> Void = { _, _ in }
) async throws {
    let description = try Description(of: "directory")
    try await withDatabase(of: .directory) { database in
        try await importDemoData(into: database)
        try await withService(.directory, on: database, settings: ServiceDefinition.directory.ownSettings) {
            service in
            for exchange in exchanges {
                let operation = try #require(description.operation(exchange.operation))
                let token = try await TestIssuer.shared.token(scopes: exchange.scopes, region: "52")
                let answer = try await service.send(
                    .init(rawValue: operation.method), exchange.path, token: token, headers: exchange.headers,
                    body: exchange.json.map { Array($0.utf8) })
                let place = "\(operation.method) \(exchange.path.prefix(80)) \(exchange.status)"
                #expect(answer.status == exchange.status, "\(place): \(answer.text.prefix(600))")
                let violations = try description.violations(of: answer, to: operation)
                #expect(violations.prefix(10) == [], "\(place)")
            }
            try await then(service, description)
        }
    }
}
