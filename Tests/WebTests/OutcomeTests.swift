import Hummingbird
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@Suite("A database that stops while it stores")
struct OutcomeTests {
    private static let migrations = [
        Migration(number: 1, name: "thing", sql: "create table thing (id bigint primary key)")
    ]

    /// A service that stores a number, and lets the test act before the statement or before the commit.
    private static func definition(_ cluster: PrivateCluster) -> ServiceDefinition {
        ServiceDefinition(name: "directory", defaultPort: 0, migrations: migrations) { _ in
            { ground in
                let pool = ground.pool
                return ServiceDefinition.Parts(routes: [
                    Route(.post, "/v1/things/{id}", .open) { _, context in
                        let id = Int(context.parameters.get("id") ?? "") ?? 0
                        try await pool.withTransaction(timeout: .milliseconds(200)) { transaction in
                            if id == 1 { try await cluster.freeze() }
                            try await transaction.query("insert into thing values (\(id))")
                            if id == 2 { try await cluster.freeze() }
                        }
                        return Response(status: .noContent)
                    },
                    Route(.get, "/v1/things", .open) { _, _ in
                        try await cluster.freeze()
                        try await pool.query("select id from thing", timeout: .milliseconds(200))
                        return Response(status: .noContent)
                    },
                ])
            }
        }
    }

    @Test("tells whether nothing was stored or nobody knows", .timeLimit(.minutes(3)))
    func freeze() async throws {
        try await PrivateCluster.with { cluster in
            let definition = Self.definition(cluster)
            let process = ServiceProcess(definition, environment: ["SPRO_DATABASE_PORT": "\(cluster.port)"])
            try await process.bootstrap()
            _ = try await process.migrate()
            var place = cluster.configuration
            place.database = "directory"
            place.user = "directory_runtime"
            let direct = place
            try await withService(definition, at: place) { service in
                let before = try await service.send(.POST, "/v1/things/1", headers: [("Accept-Language", "en")])
                let body = try expectProblem(before, .unavailable, .english)
                #expect(body["detail"]?.string?.contains("Nothing was stored") == true)
                try await cluster.thaw()
                try await eventually { try await service.send(.POST, "/v1/things/3").status == 204 }

                for (language, sentence) in [
                    (Language.french, "Recommencez avec la même Idempotency-Key"),
                    (.english, "Repeat with the same Idempotency-Key"),
                ] {
                    let during = try await service.send(
                        .POST, "/v1/things/2", headers: [("Accept-Language", language.rawValue)])
                    let body = try expectProblem(during, .outcomeUnknown, language)
                    #expect(body["detail"]?.string?.contains(sentence) == true)
                    #expect(during.headers["retry-after"] == ["2"])
                    try await cluster.thaw()
                    // The commit was on its way: it is stored all the same.
                    try await eventually {
                        try await Connection.with(direct) { connection in
                            try await connection.query("delete from thing where id = 2 returning id").count == 1
                        }
                    }
                    try await eventually {
                        try await service.send(.POST, "/v1/things/\(language == .french ? 4 : 5)").status == 204
                    }
                }

                try expectProblem(try await service.get("/v1/things", token: nil), .unavailable)
                try await cluster.thaw()
            }
        }
    }
}
