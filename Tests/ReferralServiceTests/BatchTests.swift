import Foundation
import Postgres
import Schema
import Support
import Testing

@testable import ReferralService

@Suite("Referrals in a batch")
struct BatchTests {
    private static func body(_ items: [String]) -> String { #"{"items":[\#(items.joined(separator: ","))]}"# }

    @Test("are each made or refused by itself, as they would be alone")
    func each() async throws {
        try await withReferrals { broker in
            let token = try await ReferralFixture.token(ReferralFixture.sender)
            var elsewhere = ReferralRequest()
            elsewhere.recipient = UUID(text: "019b76da-a800-7000-8000-00000000ffff")!
            elsewhere.consent = ReferralRequest.consent(recipients: [elsewhere.recipient])
            var foreign = ReferralRequest()
            foreign.sender = ReferralFixture.stranger
            var narrow = ReferralRequest()
            narrow.theme = "emploi"
            narrow.consent = ReferralRequest.consent(singleUse: true, validFor: 60)
            let items = [
                ReferralRequest().json, "7", elsewhere.json, foreign.json, #"{"urgency":"jamais"}"#, narrow.json,
            ]
            let answer = try await broker.post("/v1/referrals/batch", Self.body(items), token: token)
            #expect(answer.status == 200)
            let outcomes = try #require(try answer.json["items"]?.array)
            #expect(outcomes.map { $0["index"]?.int } == [0, 1, 2, 3, 4, 5])
            #expect(outcomes.map { $0["status"]?.int } == [201, 422, 422, 403, 422, 201])
            #expect(outcomes[0]["body"]?["state"]?.string == "submitted")
            #expect(
                outcomes[2]["body"]?["errors"]?.array?.first?["pointer"]?.string == "/recipient_structure_id")
            #expect(outcomes[3]["body"]?["instance"]?.string == "/v1/referrals/batch#/items/3")
            #expect((outcomes[4]["body"]?["errors"]?.array?.count ?? 0) > 5, "all that is wrong with it")
            #expect(try await broker.counts()["referrals"] == 2)
            for secret in ReferralFixture.secrets { #expect(!answer.text.contains(secret)) }
        }
    }

    @Test("make once what was made when the request is repeated, and then what could not be")
    func repeated() async throws {
        try await withReferrals { broker in
            let token = try await ReferralFixture.token(ReferralFixture.sender)
            var unknown = ReferralRequest()
            unknown.recipient = UUID(text: "019b76da-a800-7000-8000-00000000ffff")!
            unknown.consent = ReferralRequest.consent(recipients: [unknown.recipient])
            let body = Self.body([ReferralRequest().json, unknown.json])
            let first = try await broker.post("/v1/referrals/batch", body, token: token, key: "k").json["items"]?.array
            #expect(first?.map { $0["status"]?.int } == [201, 422])
            broker.directory.say(
                StructureFacts(
                    id: unknown.recipient, root: unknown.recipient, region: "52", networks: ["cio"], territories: [],
                    offering: ReferralFixture.offering), of: unknown.recipient)
            try await broker.sql("delete from known_structures where id = \(unknown.recipient)")
            let second = try await broker.post("/v1/referrals/batch", body, token: token, key: "k").json["items"]?.array
            #expect(second?.map { $0["status"]?.int } == [201, 201])
            #expect(second?.first == first?.first)
            #expect(try await broker.counts()["referrals"] == 2)

            let other = Self.body([unknown.json, ReferralRequest().json])
            try expectProblem(
                try await broker.post("/v1/referrals/batch", other, token: token, key: "k"), 422,
                "idempotency-key-reused")
            #expect(try await broker.counts()["referrals"] == 2)
        }
    }

    @Test("are a hundred at most, and sent once by 16 at the same time are made once")
    func crowd() async throws {
        try await withReferrals { broker in
            let token = try await ReferralFixture.token(ReferralFixture.sender)
            let most = Self.body(Array(repeating: "{}", count: 101))
            try expectProblem(
                try await broker.post("/v1/referrals/batch", most, token: token), 422, "invalid-body", at: ["/items"])
            try expectProblem(
                try await broker.post("/v1/referrals/batch", Self.body([]), token: token), 422, "invalid-body",
                at: ["/items"])
            let body = Self.body(
                ["formation", "emploi", "vae"].map { theme in
                    var request = ReferralRequest()
                    request.theme = theme
                    return request.json
                })
            let statuses = try await withThrowingTaskGroup(of: [Int?].self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        let answer = try await broker.post("/v1/referrals/batch", body, token: token, key: "same")
                        return try answer.json["items"]?.array?.map { $0["status"]?.int } ?? []
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(Set(statuses).isSubset(of: [201, 409, 503]))
            #expect(try await broker.counts()["referrals"] == 3)
        }
    }
}
