import Foundation
import Postgres
import Schema
import Support
import Synchronization
import Testing
import Web

@testable import DemoActivity

/// People are referred while the services and their database are killed: what was answered stays, and counts once.
@Suite("When everything is killed")
struct CrashTests {
    /// Who walks at one time; each next one starts when one has arrived, until the last victim is back.
    private static let lanes = 8

    /// Who must have noticed that a victim was away: the broker for its partners, and, where others read them, the
    /// directory and the figures.
    private static let victims = [
        "referral", "database", "directory", "reporting", "referral", "database", "reporting", "directory",
    ]

    /// What is down at the moment, and how often a request that met it was sent again.
    private final class Ward: Sendable {
        private let state = Mutex<(victim: Int?, isOver: Bool, walkers: Int, met: [Int: Int])>((nil, false, 0, [:]))

        var isOver: Bool { state.withLock { $0.isOver } }
        var met: [Int: Int] { state.withLock { $0.met } }

        func fell(_ victim: Int) { state.withLock { $0.victim = victim } }

        func rose() { state.withLock { $0.victim = nil } }

        func end() { state.withLock { $0.isOver = true } }

        /// The next person's number; nil when everything stands again and enough have walked.
        func next() -> Int? {
            state.withLock { state in
                if state.isOver, state.walkers >= 24 { return nil }
                defer { state.walkers += 1 }
                return state.walkers
            }
        }

        /// A caller that meets the fall of these.
        func caller(_ url: String, _ token: String, meeting names: Set<String>) -> ServiceCaller {
            ServiceCaller(url, token: token) {
                self.state.withLock { state in
                    guard let victim = state.victim, names.contains(CrashTests.victims[victim]) else { return }
                    state.met[victim, default: 0] += 1
                }
            }
        }
    }

    @Test(
        "No acknowledged step is lost and none is counted twice, whatever is killed with SIGKILL meanwhile",
        .timeLimit(.minutes(10)))
    func kills() async throws {
        try await withProcesses { cluster, processes in
            let issuer = RunningIssuer(url: processes.issuer)
            let ward = Ward()
            let partner = try await issuer.token(of: "partner-a")
            let sender = ward.caller(processes.referralURL, partner, meeting: ["referral", "database"])
            let recipient = ward.caller(
                processes.referralURL, try await issuer.token(of: "partner-b"), meeting: ["referral", "database"])
            let directory = ward.caller(processes.directoryURL, partner, meeting: ["directory"])
            let dashboard = ward.caller(
                processes.reportingURL, try await issuer.token(of: "dashboard"), meeting: ["reporting"])
            let journey = ReferralJourney(sender: sender, recipient: recipient)
            try await RunningService(url: processes.reportingURL).validate(
                ["CON1", "CON5"], in: "52", publisher: try await issuer.token(of: "region"),
                decider: try await issuer.token(of: "crefop"))

            // The people's paths go on while one part after the other falls and comes back.
            let paths = Task { try await Self.walk(journey, ward) }
            let readings = Task {
                async let structures: Void = Self.read("/v1/structures/\(ReferralJourney.home)", directory, ward)
                async let figures: Void = Self.read("/v1/indicators", dashboard, ward)
                _ = try await (structures, figures)
            }
            for (number, victim) in Self.victims.enumerated() {
                try await Task.sleep(for: .milliseconds(400))
                ward.fell(number)
                if victim == "database" {
                    try await cluster.kill()
                    try await cluster.start()
                } else {
                    processes.kill(victim)
                    try await processes.start(victim)
                }
                // Whoever met it has slept over it.
                try await Task.sleep(for: .milliseconds(400))
                ward.rose()
            }
            ward.end()
            let ends = try await paths.value
            try await readings.value
            for (number, victim) in Self.victims.enumerated() {
                #expect(ward.met[number, default: 0] > 0, "nobody met the fall \(number) of \(victim)")
            }

            for end in ends {
                let shown = try await sender.get("/v1/referrals/\(end.referral)")
                #expect(shown["state"]?.string == end.state, "referral \(end.referral)")
            }
            #expect(Set(ends.map(\.state)) == ["completed", "declined", "closed"])
            try await Self.expectRows(of: ends.count, on: cluster)
            try await Self.expectFigures(ends, dashboard)
        }
    }

    private static func walk(_ journey: ReferralJourney, _ ward: Ward) async throws -> [ReferralJourney.End] {
        try await withThrowingTaskGroup(of: [ReferralJourney.End].self) { group in
            for _ in 0..<lanes {
                group.addTask {
                    var ends: [ReferralJourney.End] = []
                    while let number = ward.next() { ends.append(try await journey.walk(number)) }
                    return ends
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    /// Without a pause, by two at a time: one request at least is under way when the service falls. (Whoever asks
    /// while it is down does not notice: the client waits until it can connect.)
    private static func read(_ path: String, _ service: ServiceCaller, _ ward: Ward) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask { while !ward.isOver { _ = try await service.get(path) } }
            }
            try await group.waitForAll()
        }
    }

    /// One row of each for each person, and every subject's events without gap or repetition.
    private static func expectRows(of people: Int, on cluster: PrivateCluster) async throws {
        var place = cluster.configuration
        place.database = "referral"
        try await Connection.with(place) { connection in
            let counts = try await connection.query(
                """
                select (select count(*) from persons), (select count(*) from demands),
                    (select count(*) from receptions), (select count(*) from referrals)
                """)[0].decode((Int, Int, Int, Int).self)
            #expect(counts == (people, people, people, people))
            let broken = try await connection.query(
                """
                select count(*) from (
                    select subject from event_outbox group by subject
                    having count(*) <> max(sequence) or count(distinct sequence) <> count(*)) as wrong
                """)[0].decode(Int.self)
            #expect(broken == 0)
        }
    }

    /// The indicators say what happened, once all of it has arrived.
    private static func expectFigures(_ ends: [ReferralJourney.End], _ dashboard: ServiceCaller) async throws {
        let year = ParisClock.today.text.prefix(4)
        let completed = ends.count { $0.state == "completed" }
        func figure(_ code: String, _ measure: String) async throws -> JSONObject? {
            let answer = try await dashboard.get("/v1/indicators/\(code)/data?region=52&period=\(year)")
            return answer["items"]?.array?.compactMap(\.object).first { $0["measure"]?.string == measure }
        }
        try await eventually(within: .seconds(60)) {
            let accepted = try await figure("CON5", "accepted")
            return accepted?["denominator"]?.int == ends.count && accepted?["numerator"]?.int == completed
        }
        try await eventually(within: .seconds(60)) {
            try await figure("CON1", "within_limit")?["denominator"]?.int == completed
        }
    }
}
