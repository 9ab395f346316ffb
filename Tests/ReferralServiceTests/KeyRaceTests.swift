import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing

@testable import ReferralService

@Suite("One Idempotency-Key in sixty-four requests at once")
struct KeyRaceTests {
    private static let keys = runs(20, full: 1_000)
    private static let requests = 64

    /// What became of the requests with one key.
    private struct Outcome: Sendable {
        var made = 0
        var inFlight = 0
        var busy = 0
    }

    @Test("makes one referral, on two replicas, and all who are answered get its answer", .timeLimit(.minutes(30)))
    func keys() async throws {
        try await withReferrals { broker in
            try await broker.withReplica { replica in
                try await broker.service.withConnections(Self.requests / 2) { first in
                    try await replica.service.withConnections(Self.requests / 2) { second in
                        let brokers = [first, second].map {
                            ReferralFixture(service: $0, database: broker.database, directory: broker.directory)
                        }
                        var total = Outcome()
                        for _ in 0..<Self.keys {
                            let outcome = try await Self.race(brokers)
                            total.made += outcome.made
                            total.inFlight += outcome.inFlight
                            total.busy += outcome.busy
                        }
                        let made = try await Self.expectRows(broker)
                        #expect(total.inFlight > 0 && total.made > Self.keys, "some met the first, some its answer")
                        print(
                            "one key: \(Self.keys) keys in \(Self.requests) requests each, \(made) referrals made;",
                            "\(total.made) got its answer, \(total.inFlight) that it is in flight, \(total.busy) that",
                            "the database is busy")
                    }
                }
            }
        }
    }

    private static func race(_ brokers: [ReferralFixture]) async throws -> Outcome {
        let json = ReferralRequest().json
        let key = UUID().uuidString
        let token = try await ReferralFixture.token(ReferralFixture.sender)
        let answers = try await sideBySide(requests, lanes: requests) { number in
            try await brokers[number % 2].post("/v1/referrals", json, token: token, key: key)
        }
        let last = try await brokers[0].post("/v1/referrals", json, token: token, key: key)
        #expect(last.status == 201, "\(last.text)")
        var outcome = Outcome()
        for answer in answers {
            switch answer.status {
            case 201:
                outcome.made += 1
                #expect(answer.body == last.body && answer.headers["location"] == last.headers["location"])
            case 503:
                outcome.busy += 1
                try expectProblem(answer, 503, "unavailable")
            default:
                outcome.inFlight += 1
                try expectProblem(answer, 409, "idempotency-key-in-flight")
                #expect(answer.headers["retry-after"] == ["1"])
            }
        }
        return outcome
    }

    /// - Returns: how many referrals there are.
    private static func expectRows(_ broker: ReferralFixture) async throws -> Int {
        let counts = try await broker.counts()
        for table in ["persons", "person_keys", "demands", "receptions", "consents", "referrals", "idempotency_keys"] {
            #expect(counts[table] == keys, "\(table)")
        }
        #expect(counts["referral_transitions"] == 2 * keys)
        return counts["referrals"] ?? 0
    }
}
