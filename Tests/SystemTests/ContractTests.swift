import NIOHTTP1
import Schema
import Support
import Testing

@testable import Web

/// `openapi/*.yaml` says what is served, no less and no more.
@Suite("Contract")
struct ContractTests {
    @Test("Every route is described with its scopes, and nothing else is", arguments: everyService)
    func routesBothWays(_ service: ServiceDefinition) async throws {
        let description = try Description(of: service.name)
        let described = description.operations.map { operation in
            "\(operation.name) \(operation.scopes?.sorted().joined(separator: "|") ?? "open")"
        }
        let served = try await withRunning(service) { running in
            running.routes.map { route in
                switch route.access {
                case .open: "\(route.method) \(route.path) open"
                case .anyOf(let scopes):
                    "\(route.method) \(route.path) \(scopes.map(\.rawValue).sorted().joined(separator: "|"))"
                }
            }
        }
        #expect(described.sorted() == served.sorted())
    }

    @Test("Every operation describes what the platform answers", arguments: everyService)
    func platformStatuses(_ service: ServiceDefinition) throws {
        let description = try Description(of: service.name)
        #expect(!description.operations.isEmpty)
        for operation in description.operations {
            #expect(operation.statuses.isSuperset(of: Self.platformStatuses(operation)), "\(operation.name)")
            #expect(operation.isPlanned == operation.statuses.allSatisfy { $0 >= 400 }, "\(operation.name)")
        }
        let ids = description.operations.compactMap(\.id)
        #expect(ids.count == description.operations.count && Set(ids).count == ids.count)
    }

    private static func platformStatuses(_ operation: Description.Operation) -> Set<Int> {
        var statuses: Set<Int> = [400, 406, 408, 414, 415, 417, 431, 500, 503]
        if operation.scopes != nil { statuses.formUnion([401, 403, 429]) }
        if operation.method != "GET" { statuses.insert(413) }
        if operation.hasBody { statuses.insert(422) }
        if operation.takes("If-Match") { statuses.insert(412) }
        if operation.requires("If-Match") { statuses.insert(428) }
        if operation.takes("Idempotency-Key") { statuses.insert(409) }
        if operation.takes("If-None-Match") { statuses.insert(304) }
        if operation.path.contains("{"), !operation.isPlanned { statuses.insert(404) }
        return statuses
    }

    @Test("The security scheme names the scopes that the routes ask for, and no other", arguments: everyService)
    func securityScheme(_ service: ServiceDefinition) throws {
        let description = try Description(of: service.name)
        let flow = description.check.resolve("#/components/securitySchemes/oauth2/flows/clientCredentials")
        let named = Set((flow?.object?["scopes"]?.object?.members ?? []).map(\.name))
        #expect(named == description.operations.reduce(into: []) { $0.formUnion($1.scopes ?? []) })
    }

    @Test("Its lists of codes are the vocabularies, and those of problems", arguments: everyService)
    func codes(_ service: ServiceDefinition) throws {
        let description = try Description(of: service.name)
        let problems = Set(RefusalCode.allCases.map(\.rawValue)).union(EdgeRefusal.allCases.map(\.rawValue))
        let schemas = description.document.object?["components"]?.object?["schemas"]?.object?.members ?? []
        for (name, schema) in schemas {
            let codes = schema.object?["enum"]?.array?.compactMap(\.string)
            guard let codes else { continue }
            if name == "ProblemCode" {
                #expect(Set(codes) == problems)
            } else {
                let vocabulary = Vocabulary.all.first { $0.name == schema.object?["x-vocabulary"]?.string }
                #expect(codes == vocabulary?.codes, "\(name)")
            }
        }
        #expect(schemas.contains { $0.name == "ProblemCode" })
    }

    @Test("/openapi.yaml is the file, open to all, with an entity tag", arguments: everyService)
    func servedFile(_ service: ServiceDefinition) async throws {
        let description = try Description(of: service.name)
        let operation = try #require(description.operation("showDescription"))
        try await withRunning(service) { running in
            let answer = try await running.get("/openapi.yaml", token: nil)
            #expect(answer.status == 200 && answer.text == description.text)
            #expect(try description.violations(of: answer, to: operation) == [])
            let tag = try #require(answer.headers.first(name: "ETag"))
            let again = try await running.get("/openapi.yaml", token: nil, headers: [("If-None-Match", tag)])
            #expect(again.status == 304 && again.body.isEmpty)
            #expect(try description.violations(of: again, to: operation) == [])
            let surplus = try await running.get("/openapi.yaml?v=1", token: nil)
            #expect(surplus.status == 400)
            #expect(try description.violations(of: surplus, to: operation) == [])
        }
    }

    @Test("A method that a path does not have answers 405, and Allow names those it has", arguments: everyService)
    func otherMethods(_ service: ServiceDefinition) async throws {
        let description = try Description(of: service.name)
        try await withRunning(service) { running in
            for (path, operations) in Dictionary(grouping: description.operations, by: \.path) {
                let served = operations.map(\.method)
                let allowed = (served + (served.contains("GET") ? ["HEAD"] : [])).sorted()
                for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
                where !allowed.contains(method) {
                    let answer = try await running.send(.init(rawValue: method), operations[0].examplePath)
                    #expect(answer.status == 405, "\(method) \(path)")
                    #expect(answer.headers.first(name: "Allow") == allowed.joined(separator: ", "), "\(method) \(path)")
                }
            }
        }
    }

    @Test("Each operation answers 401 without a token, 403 without its scope, and 501 while planned")
    func guards() async throws {
        for service in everyService {
            let description = try Description(of: service.name)
            let guarded = description.operations.filter { $0.scopes != nil }
            try await withRunning(service) { running in
                for operation in guarded { try await Self.probe(operation, of: running, description) }
            }
        }
    }

    private static func probe(
        _ operation: Description.Operation, of service: RunningService, _ description: Description
    ) async throws {
        let needed = try #require(operation.scopes).compactMap(Scope.init(rawValue:))
        let others = Scope.allCases.filter { !needed.contains($0) }
        var probes: [(token: String?, status: Int)] = [
            (nil, 401), ("not.a.token", 401), (try await TestIssuer.shared.token(scopes: others), 403),
            (try await TestIssuer.shared.token(scopes: []), 403),
        ]
        if operation.isPlanned {
            for scope in needed { probes.append((try await TestIssuer.shared.token(scopes: [scope]), 501)) }
        }
        for (token, status) in probes {
            let answer = try await service.send(.init(rawValue: operation.method), operation.examplePath, token: token)
            #expect(answer.status == status, "\(operation.name)")
            #expect(try description.violations(of: answer, to: operation) == [], "\(operation.name) \(status)")
        }
    }
}
