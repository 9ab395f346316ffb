import Foundation
import Schema
import Support
import Synchronization
import Testing

@testable import DemoActivity

/// Partners who repeat each request with its key until it is answered, and then once more, and keep what they were told.
struct KeyedWalk: Sendable {
    let sender: ServiceCaller
    let recipient: ServiceCaller

    /// A write that was acknowledged.
    struct Deed: Sendable {
        let caller: ServiceCaller
        let path: String
        let key: String
        let body: String
        let answer: JSONObject
    }

    /// What was acknowledged of one referral.
    struct Trail: Sendable {
        let referral: String
        /// As the database names it.
        let state: String
        /// Answers in which the recipient was told who the person is.
        let disclosures: Int
        let deeds: [Deed]
    }

    /// Every third person withdraws once the recipient knows them.
    func walk(_ number: Int) async throws -> Trail {
        var deeds: [Deed] = []
        func post(_ caller: ServiceCaller, _ path: String, _ key: String, _ body: String = "{}") async throws -> Deed {
            let key = "\(key)-\(number)-0000"
            let answer = try await caller.post(path, key: key, body)
            let deed = Deed(caller: caller, path: path, key: key, body: body, answer: answer)
            try await deed.expectSameAgain()
            deeds.append(deed)
            return deed
        }
        let made = try await post(sender, "/v1/referrals", "made", ReferralJourney.referral(number)).answer
        let id = try #require(made["id"]?.string)
        let commands = "/v1/referrals/\(id)/commands"
        _ = try await post(recipient, "\(commands)/start_review", "review")
        _ = try await post(recipient, "\(commands)/accept", "accept")
        let shown = try await recipient.get("/v1/referrals/\(id)")
        #expect(shown["identity"]?.object?["given_name"]?.string == "Alix")
        if number % 3 == 2 {
            let consent = try #require(made["consent_id"]?.string)
            _ = try await post(sender, "/v1/consents/\(consent)/withdrawal", "withdrawn")
            let refusal = await #expect(throws: ServiceCaller.Failure.self) {
                _ = try await recipient.get("/v1/referrals/\(id)")
            }
            #expect(refusal?.description.contains(": 404 ") == true, "\(String(describing: refusal))")
            return Trail(referral: id, state: "withdrawn", disclosures: 1, deeds: deeds)
        }
        let started = try await post(recipient, "\(commands)/start", "start").answer
        return Trail(
            referral: id, state: try #require(started["state"]?.string), disclosures: 1, deeds: deeds)
    }

    /// Walks with people, some at a time, until it is told to stop.
    func walk(until pace: Pace, lanes: Int = 3) async throws -> [Trail] {
        defer { pace.stop() }
        return try await withThrowingTaskGroup(of: [Trail].self) { group in
            for _ in 0..<lanes {
                group.addTask {
                    var trails: [Trail] = []
                    while let number = pace.next() { trails.append(try await walk(number)) }
                    return trails
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    /// Counts people and repetitions, until it is stopped.
    final class Pace: Sendable {
        private let state = Mutex<(people: Int, repetitions: Int, isOver: Bool)>((0, 0, false))

        var people: Int { state.withLock(\.people) }
        var repetitions: Int { state.withLock(\.repetitions) }
        var isOver: Bool { state.withLock(\.isOver) }

        func stop() { state.withLock { $0.isOver = true } }

        func countRepetition() { state.withLock { $0.repetitions += 1 } }

        fileprivate func next() -> Int? {
            state.withLock { state in
                guard !state.isOver else { return nil }
                defer { state.people += 1 }
                return state.people
            }
        }
    }
}

extension KeyedWalk {
    /// The demo's partners, who tell `pace` of each request that they repeat.
    init(_ processes: ServiceProcesses, _ pace: Pace) async throws {
        let issuer = RunningIssuer(url: processes.issuer)
        func caller(_ client: String) async throws -> ServiceCaller {
            ServiceCaller(processes.referralURL, token: try await issuer.token(of: client)) { pace.countRepetition() }
        }
        self.init(sender: try await caller("partner-a"), recipient: try await caller("partner-b"))
    }
}

extension KeyedWalk.Deed {
    /// The same request with the same key is answered as it first was.
    func expectSameAgain() async throws {
        let again = try await caller.post(path, key: key, body)
        #expect(again == answer, "\(path)")
    }
}
