import Foundation
import Support
import Testing

/// As ``CrashTests``, the broker alone and many times: it is killed at any moment of a write, and started again.
@Suite("A broker that is killed again and again")
struct KillTests {
    private static let kills = runs(8, full: 500)

    @Test(
        "loses nothing that it acknowledged, does nothing by half, and answers a key as it first did",
        .timeLimit(.minutes(60)))
    func kills() async throws {
        try await withProcesses { cluster, processes in
            // Who follows the feed has no part in it.
            processes.kill("reporting")
            let pace = KeyedWalk.Pace()
            let walk = try await KeyedWalk(processes, pace)
            let walking = Task { try await walk.walk(until: pace) }
            var generator = SeededGenerator(seed: 7)
            var returns: [Duration] = []
            while returns.count < Self.kills, !pace.isOver {
                try await Task.sleep(for: .milliseconds(generator.int(10...250)))
                processes.kill("referral")
                let start = ContinuousClock.now
                try await processes.start("referral")
                returns.append(.now - start)
            }
            pace.stop()
            let trails = try await walking.value
            try #require(returns.count == Self.kills)
            #expect(pace.repetitions > Self.kills / 2, "the kills met requests")
            let slowest = try #require(returns.max())
            #expect(slowest < .seconds(10))
            try await BrokerWholeness.expect(trails, on: cluster)
            print(
                "kills: \(Self.kills), \(trails.reduce(0) { $0 + $1.deeds.count }) writes acknowledged of",
                "\(trails.count) referrals, \(trails.count { $0.state == "withdrawn" }) of them withdrawn;",
                "\(pace.repetitions) requests repeated; ready again after \(slowest) at most")
        }
    }
}
