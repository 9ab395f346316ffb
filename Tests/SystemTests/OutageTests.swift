import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("When the database is away")
struct OutageTests {
    private static let structure = UUID.v7()
    private static let refuge = UUID.v7()

    @Test(
        "Reads go on with their age, writes are refused in time and stored nowhere, and all recovers by itself",
        .timeLimit(.minutes(5)))
    func outage() async throws {
        try await PrivateCluster.with { cluster in
            let place = try await Self.populatedDatabase(on: cluster)
            try await withService(.directory, at: place, settings: Self.settings) { service in
                let scene = try await Scene(service)
                try await scene.announceEvent()
                let reads = Task { try await scene.readUntilCancelled() }
                try await scene.expectWrite()

                try await cluster.freeze()
                // Refused within statement_timeout and its grace.
                try await scene.expectRefusedWrite(within: .seconds(8))
                try await scene.expectSnapshotAge()
                try await cluster.thaw()
                try await scene.expectRecovery()

                try await cluster.stop()
                try await scene.expectRefusedWrite(within: .seconds(2))
                try await scene.expectSnapshotAge()
                try await scene.expectPublicForm()
                try await cluster.start()
                try await scene.expectRecovery()

                reads.cancel()
                let count = try await reads.value
                #expect(count > 100, "reads went on all the while")
            }
        }
    }

    private static let settings = ["SPRO_CURSOR_KEY": Data(repeating: 7, count: 32).base64EncodedString()]

    /// Made by the same commands as in production.
    private static func populatedDatabase(on cluster: PrivateCluster) async throws -> DatabaseConfiguration {
        let environment = ["SPRO_DATABASE_PORT": "\(cluster.port)"]
        let process = ServiceProcess(.directory, environment: environment)
        try await process.bootstrap()
        #expect(try await !process.migrate().isEmpty)
        var place = cluster.configuration
        place.database = "directory"
        place.user = "directory_runtime"
        let communes =
            "insee_code,name,department,region,latitude,longitude,population\n44184,Saint-Nazaire,44,52,47.28,-2.25,72000\n"
        let structures =
            #"{"id":"\#(structure.text)","name":"A","status":"signataire","address":{"commune":"44184"},"location":{"latitude":47.27,"longitude":-2.21,"precision":"rue"}}"#
        let confidential =
            #"{"id":"\#(refuge.text)","name":"B","status":"point-de-contact","address":{"commune":"44184","street":"7 impasse Canari","confidential":true},"location":{"latitude":47.26,"longitude":-2.21,"precision":"rue"}}"#
        try await Connection.with(place) { connection in
            for (subject, text) in [
                (App.Import.Subject.communes, communes), (.structures, structures), (.structures, confidential),
            ] {
                let importing = Importing(subject: subject, charters: Repository.path("charters"), isDryRun: false)
                let report = try await importing.run(.bytes(Array(text.utf8)), on: connection)
                #expect(report.changed == 1)
            }
        }
        return place
    }

    /// A region's editor and a website, at work.
    private struct Scene: Sendable {
        let service: RunningService
        let token: String

        init(_ service: RunningService) async throws {
            self.service = service
            token = try await TestIssuer.shared.token(
                scopes: [.directoryRead, .directoryAdmin], region: "52", lifetime: 3000)
        }

        func readUntilCancelled() async throws -> Int {
            var count = 0
            while !Task.isCancelled {
                let answer: RunningService.Answer
                do {
                    answer = try await service.get("/v1/structures?commune=44184", token: token)
                } catch  where Task.isCancelled {
                    break
                }
                #expect(answer.status == 200)
                #expect(try answer.json.object?["items"]?.array?.count == 1)
                if count.isMultiple(of: 10) { try await expectEvent() }
                count += 1
            }
            return count
        }

        func announceEvent() async throws {
            let answer = try await service.send(
                .POST, "/v1/agenda", token: token, headers: [("Idempotency-Key", "event")],
                json:
                    #"{"title":"A","kind":"forum","starts_at":"2099-01-01T08:00:00Z","ends_at":"2099-01-01T09:00:00Z","region":"52","place":{"commune":"44184"}}"#
            )
            #expect(answer.status == 201)
        }

        /// The lists are answered from memory as the structures are.
        private func expectEvent() async throws {
            guard let answer = try? await service.get("/v1/agenda?commune=44184", token: token) else {
                // The task was cancelled while it asked.
                return #expect(Task.isCancelled)
            }
            #expect(answer.status == 200)
            #expect(try answer.json.object?["items"]?.array?.count == 1)
        }

        /// Tries to make the name say which version it is.
        private func write() async throws -> RunningService.Answer {
            let path = "/v1/structures/\(OutageTests.structure.text)"
            let etag = try #require(try await service.get(path, token: token).headers.first(name: "etag"))
            return try await service.send(
                .PUT, path, token: token, headers: [("If-Match", etag)],
                json:
                    #"{"name":"after \#(etag.filter(\.isNumber))","status":"signataire","address":{"commune":"44184"},"location":{"latitude":47.27,"longitude":-2.21,"precision":"rue"}}"#
            )
        }

        func expectWrite() async throws { #expect(try await write().status == 204) }

        func expectRefusedWrite(within limit: Duration) async throws {
            let start = ContinuousClock.now
            let answer = try await write()
            #expect(answer.status == 503)
            #expect(answer.headers.first(name: "retry-after") != nil)
            #expect(ContinuousClock.now - start < limit)
        }

        func expectSnapshotAge() async throws {
            try await eventually("an age is told") {
                let answer = try await service.get("/v1/structures?commune=44184", token: token)
                return answer.headers.first(name: "snapshot-age").flatMap { Int($0) } != nil
            }
        }

        /// Whoever edits a structure whose address is confidential is shown what everybody is, and told its age.
        func expectPublicForm() async throws {
            let path = "/v1/structures/\(OutageTests.refuge.text)"
            let answer = try await service.get(path, token: token)
            #expect(answer.status == 200 && !answer.text.contains("Canari"))
            #expect(answer.headers.first(name: "snapshot-age").flatMap { Int($0) } != nil)
            let reader = try await TestIssuer.shared.token(scopes: [.directoryRead])
            let etag = try await service.get(path, token: reader).headers.first(name: "etag")
            #expect(etag != nil && answer.headers.first(name: "etag") == etag)
        }

        func expectRecovery() async throws {
            try await eventually("writes are taken again") { try await write().status == 204 }
            let whole = try await service.get("/v1/structures/\(OutageTests.refuge.text)", token: token)
            #expect(whole.text.contains("Canari"))
            try await eventually("answers are fresh again") {
                try await service.get("/v1/structures?commune=44184", token: token)
                    .headers.first(name: "snapshot-age") == nil
            }
        }
    }
}
