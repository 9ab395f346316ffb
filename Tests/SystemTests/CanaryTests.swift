import AsyncHTTPClient
import Foundation
import Hummingbird
import NIOCore
import NIOHTTP1
import Schema
import Support
import Synchronization
import Testing

/// Persons whose every text is unmistakable go through all that is written and refused, beside real processes; then nobody
/// but those whom it concerned must be able to read any of it, and after their erasure nobody at all.
@Suite("Nothing of a person is left behind")
struct CanaryTests {
    @Test("a trace is found as text, in hexadecimal and in base64, wherever it begins; and a secret exactly")
    func traces() {
        let canary = Canary(0)
        let traces = CanaryTraces([canary.phone, "s3cret"])
        let text = canary.text("given")
        let hexadecimal = text.utf8.map { String($0, radix: 16) }.joined()
        for trace in [text, text.uppercased(), hexadecimal, hexadecimal.uppercased(), canary.phone, "s3cret"] {
            #expect(!traces.found(in: Data("before \(trace) after".utf8)).isEmpty, "\(trace)")
        }
        for lead in ["", "a", "ab", "abc"] {
            #expect(!traces.found(in: Data("\(lead)\(text)".utf8).base64EncodedData()).isEmpty, "\(lead)")
        }
        #expect(traces.found(in: Data("kanari s3cre 0612".utf8)).isEmpty)
    }

    @Test(
        "no log, metric, error, event, webhook, journal or ledger tells of anybody, and after their erasure no dump does",
        .timeLimit(.minutes(60)))
    func canaries() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "canaries-\(UUID().uuidString)")
        for part in ["logs", "ledger"] {
            try FileManager.default.createDirectory(
                at: folder.appending(path: part), withIntermediateDirectories: true)
        }
        defer { try? FileManager.default.removeItem(at: folder) }
        let count = ProcessInfo.processInfo.environment["SPRO_FULL"] == nil ? 8 : 200
        let receiver = FailingReceiver()
        try await receiver.run { url in
            try await withProcesses(
                logs: folder.appending(path: "logs"),
                settings: [
                    "SPRO_LEDGER_DIR": folder.appending(path: "ledger").path, "SPRO_WEBHOOK_NETWORKS": "127.0.0.0/8",
                    "SPRO_LOG_LEVEL": "debug",
                ]
            ) { cluster, processes in
                let flock = try await CanaryFlock(processes, webhook: url)
                let canaries = (0..<count).map(Canary.init)
                for canary in canaries { try await flock.live(canary) }
                // In the middle of it all the database falls.
                try await cluster.kill()
                for canary in canaries.prefix(3) { try await flock.meetOutage(canary) }
                try await cluster.start()
                try await eventually(within: .seconds(60)) { try await flock.isUp() }
                try await eventually { receiver.heard.count >= count }
                try await flock.follow()

                let traces = CanaryTraces(canaries.flatMap { [$0.phone, $0.relay] } + flock.papers)
                func hold(_ place: String, _ data: Data) {
                    #expect(!data.isEmpty, "\(place) was looked at")
                    #expect(traces.found(in: data).prefix(3) == [], "\(place)")
                }
                hold("answers that were not theirs", flock.told)
                hold("webhooks", receiver.heard.reduce(into: Data()) { $0 += $1 })
                for service in ["directory", "referral", "reporting"] {
                    hold("metrics of \(service)", try await flock.metrics(of: service))
                }
                // That it finds what is there: the person's own view has it.
                #expect(!traces.found(in: flock.shown).isEmpty)

                try await flock.eraseAll()
                try await eventually { try await flock.ledgerHolds(count, in: folder.appending(path: "ledger")) }
                for database in ["directory", "referral", "reporting"] {
                    hold("dump of \(database)", try await Self.dump(database, of: cluster, into: folder))
                }
                processes.killAll()
                for part in ["logs", "ledger"] {
                    let files = try FileManager.default.contentsOfDirectory(
                        at: folder.appending(path: part), includingPropertiesForKeys: nil)
                    let all = try files.reduce(into: Data()) { $0 += try Data(contentsOf: $1) }
                    hold(part, all)
                }
                hold("log of PostgreSQL", try await Self.serverLog(of: cluster, into: folder))
            }
        }
    }

    private static func dump(_ database: String, of cluster: PrivateCluster, into folder: URL) async throws -> Data {
        let file = folder.appending(path: "\(database).sql")
        try await cluster.run(
            """
            "$(cluster_programs)/pg_dump" --host=127.0.0.1 --port=\(cluster.port) --username=postgres \
                '\(database)' >'\(file.path)'
            """)
        return try Data(contentsOf: file)
    }

    private static func serverLog(of cluster: PrivateCluster, into folder: URL) async throws -> Data {
        let file = folder.appending(path: "server.log")
        try await cluster.run("cat \"$(cluster_home '\(cluster.directory)')/data/server.log\" >'\(file.path)'")
        return try Data(contentsOf: file)
    }
}

/// A partner's end of a webhook that never takes anything, and keeps what it hears.
private final class FailingReceiver: Sendable {
    private let bodies = Mutex<[Data]>([])

    var heard: [Data] { bodies.withLock { $0 } }

    func run(_ body: (_ url: String) async throws -> Void) async throws {
        try await withServer { port, onServerRunning in
            let router = Router()
            router.post("hook") { request, _ -> Response in
                let bytes = try await request.body.collect(upTo: 1 << 20)
                self.bodies.withLock { $0.append(Data(bytes.readableBytesView)) }
                return Response(status: .init(code: 500))
            }
            return Application(
                router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)),
                onServerRunning: { _ in await onServerRunning() })
        } _: { url in
            try await body(url + "/hook")
        }
    }
}
