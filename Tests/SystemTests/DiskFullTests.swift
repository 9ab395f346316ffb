import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DemoActivity

@Suite("When PostgreSQL's disk is full", .enabled(if: geteuid() == 0, "only root mounts a disk"))
struct DiskFullTests {
    @Test(
        "the broker says so, loses nothing and does nothing by half, and goes on by itself once there is room",
        .timeLimit(.minutes(20)))
    func full() async throws {
        try await withProcesses(megabytes: 256) { cluster, processes in
            processes.kill("reporting")
            let pace = KeyedWalk.Pace()
            let walk = try await KeyedWalk(processes, pace)
            let walking = Task { try await walk.walk(until: pace) }
            let token = try await RunningIssuer(url: processes.issuer).token(of: "partner-a")
            let service = RunningService(url: processes.referralURL)
            try await eventually { pace.people > 6 || pace.isOver }

            // Tables cannot grow: what does not fit in their pages is refused.
            try await cluster.fillDisk()
            let full = try await Self.refusal(by: service, token)
            #expect(full.answer.text.contains("no room left") && full.answer.headers["retry-after"] == ["2"])
            try await Task.sleep(for: .seconds(2))
            let first = try await Self.recovery(of: pace, on: cluster)

            // Nor can the log of what is written: the server falls, and is started again by whoever keeps it.
            try await cluster.fillDisk()
            try? await Connection.with(cluster.configuration) { connection in
                for _ in 0..<8 {
                    try await connection.query("select pg_logical_emit_message(true, 'fill', repeat('x', 8000000))")
                }
            }
            let fallen = try await Self.refusal(by: service, token)
            let second = try await Self.recovery(of: pace, on: cluster)
            pace.stop()
            let trails = try await walking.value
            var others = 0
            for refused in [full, fallen] {
                // The same request with its key, which is done once.
                let answer = try await Self.post(refused.json, refused.key, to: service, token)
                #expect(answer.status == 201, "\(answer.text)")
                others += refused.made + 1
            }
            try await BrokerWholeness.expect(trails, beside: others, on: cluster)
            print(
                "disk full: \(trails.count) referrals and all of each, \(pace.repetitions) requests repeated; writing",
                "again after \(first) without room for tables, \(second) without room for the log")
        }
    }

    /// A request that was refused, and how many were made before it.
    private struct Refused: Sendable {
        let answer: RunningService.Answer
        let key: String
        let json: String
        let made: Int
    }

    /// Writes until it is refused, and only so.
    private static func refusal(by service: RunningService, _ token: String) async throws -> Refused {
        for made in 0..<2_000 {
            let (key, json) = (UUID().uuidString, ReferralJourney.referral(made))
            let answer = try await post(json, key, to: service, token)
            if answer.status == 503 { return Refused(answer: answer, key: key, json: json, made: made) }
            try #require(answer.status == 201, "\(answer.text)")
        }
        throw NeverRefused()
    }

    private static func post(
        _ json: String, _ key: String, to service: RunningService, _ token: String
    ) async throws -> RunningService.Answer {
        try await service.send(
            .POST, "/v1/referrals", token: token,
            headers: [("Idempotency-Key", key), ("Accept-Language", "en")], json: json)
    }

    private struct NeverRefused: Error {}

    /// How long after there is room, and the server runs, people have been referred.
    private static func recovery(of pace: KeyedWalk.Pace, on cluster: PrivateCluster) async throws -> Duration {
        try await cluster.clearDisk()
        // It may be about to fall.
        try await eventually(within: .seconds(60)) { (try? await cluster.start()) != nil }
        let start = ContinuousClock.now
        let people = pace.people
        // Those who were under way have come through, and others have begun.
        try await eventually(within: .seconds(30)) { pace.people > people + 3 || pace.isOver }
        let duration = ContinuousClock.now - start
        #expect(duration < .seconds(10))
        return duration
    }
}
