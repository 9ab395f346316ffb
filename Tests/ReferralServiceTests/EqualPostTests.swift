import Foundation
import Postgres
import Schema
import Support
import Testing

@testable import ReferralService

@Suite("Two referrals of one person to one structure on one theme, at the same moment")
struct EqualPostTests {
    private static let trials = runs(200, full: 10_000)

    @Test("are one: the other is told that it is open already, and leaves nothing", .timeLimit(.minutes(30)))
    func posts() async throws {
        let themes = Vocabulary.theme.codes
        try await withReferrals { broker in
            try await broker.withReplica { replica in
                let persons = try await sideBySide((Self.trials + themes.count - 1) / themes.count) { _ in
                    try await broker.person()
                }
                let winners = try await sideBySide(Self.trials) { number in
                    let json = Self.referral(persons[number / themes.count], themes[number % themes.count])
                    return try await Self.race(json, number.isMultiple(of: 2) ? [broker, replica] : [replica, broker])
                }
                let left = try await broker.sql(
                    """
                    select (select count(*) from (
                            select from referrals where is_under_way(state)
                            group by person_id, recipient_id, theme having count(*) = 1) as single),
                        (select count(*) from referrals), (select count(*) from demands),
                        (select count(*) from receptions), (select count(*) from consents),
                        (select count(*) from referral_transitions), (select count(*) from idempotency_keys)
                    """)
                let (single, referrals, demands, receptions, consents, transitions, keys) = try left[0].decode(
                    (Int, Int, Int, Int, Int, Int, Int).self)
                #expect([single, referrals, demands, receptions, consents].allSatisfy { $0 == Self.trials })
                // Made and submitted; and each person's own key.
                #expect(transitions == 2 * Self.trials && keys == Self.trials + persons.count)
                let first = winners.count { $0 == 0 }
                #expect(first > 0 && first < Self.trials, "a race has two orders")
                print("equal posts: \(Self.trials) trials, \(single) with one open; the first of the two in \(first)")
            }
        }
    }

    /// - Returns: which of the two was made.
    private static func race(_ json: String, _ brokers: [ReferralFixture]) async throws -> Int {
        let token = try await ReferralFixture.token(ReferralFixture.sender)
        let answers = try await sideBySide(2, lanes: 2) { number in
            try await brokers[number].post("/v1/referrals", json, token: token)
        }
        let winner = answers[0].status == 201 ? 0 : 1
        #expect(answers[winner].status == 201, "\(answers[winner].text)")
        try expectProblem(answers[1 - winner], 409, "conflict")
        return winner
    }

    private static func referral(_ person: String, _ theme: String) -> String {
        var request = ReferralRequest()
        request.theme = theme
        return request.json.replacing(#""person":\#(request.person)"#, with: #""person_id":"\#(person)""#)
    }
}

extension ReferralFixture {
    /// A person of the sender's, nothing more.
    fileprivate func person() async throws -> String {
        let body = #"{"structure_id":"\#(Self.sender.text)",\#(ReferralRequest().person.dropFirst())"#
        let answer = try await post("/v1/persons", body, token: try await Self.token(Self.sender))
        try #require(answer.status == 201, "\(answer.text)")
        return try #require(try answer.json["id"]?.string)
    }
}
