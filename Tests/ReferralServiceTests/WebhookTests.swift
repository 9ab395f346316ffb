import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing

@testable import ReferralService

@Suite("Webhooks")
struct WebhookTests {
    static let sender = ReferralFixture.sender
    static let recipient = ReferralFixture.recipient

    static func make(_ broker: ReferralFixture, _ url: String, for structure: UUID = recipient) async throws -> String {
        let token = try await ReferralFixture.token(structure)
        let made = try await broker.post(
            "/v1/webhooks", #"{"structures":["\#(structure.text)"],"url":"\#(url)"}"#, token: token)
        try #require(made.status == 201, "\(made.text)")
        return try #require(try made.json["id"]?.string)
    }

    static func secret(_ broker: ReferralFixture, _ id: String) async throws -> String {
        let answer = try await broker.get(
            "/v1/webhooks/\(id)/secret", token: try await ReferralFixture.token(recipient))
        return try #require(try answer.json["secret"]?.string)
    }

    @Test("tell each step of a referral to its parties, signed, once, and nothing of what it was")
    func telling() async throws {
        let (mine, theirs) = (WebhookReceiver(), WebhookReceiver())
        try await mine.run { mineURL in
            try await theirs.run { theirURL in
                try await withReferrals { broker in
                    let hook = try await Self.make(broker, mineURL)
                    _ = try await Self.make(broker, theirURL, for: ReferralFixture.stranger)
                    let token = try await ReferralFixture.token(Self.recipient)
                    let made = try await broker.submitted()
                    for command in [ReferralCommand.startReview, .accept] {
                        #expect(try await broker.command(command, made.id, token: token).status == 200)
                    }
                    try await eventually { mine.heard.count >= 3 }
                    let secret = try await Self.secret(broker, hook)
                    let heard = mine.heard
                    #expect(heard.count == 3 && Set(heard.map(\.id)).count == 3)
                    for told in heard {
                        #expect(told.isSigned(with: secret))
                        #expect(!told.isSigned(with: "whsec_" + Data(count: 32).base64EncodedString()))
                        let json = try told.json
                        #expect(json["type"]?.string == "fr.spro.referral.changed.v1")
                        #expect(json["data"]?["referral_id"]?.string == made.id)
                        #expect(json["data"]?["role"]?.string == "recipient")
                        #expect(
                            Set(json["data"]?.object?.members.map(\.name) ?? [])
                                == ["referral_id", "sequence", "structure_id", "role"])
                    }
                    // From the submission on, not from before.
                    #expect(Set(try heard.map { try $0.json["data"]?["sequence"]?.int }) == [2, 3, 4])
                    #expect(theirs.heard.isEmpty, "a stranger's webhook")
                }
            }
        }
    }

    @Test("try again until it is taken, with the same id and a fresh signature, on either replica")
    func retries() async throws {
        let receiver = WebhookReceiver()
        receiver.answer(500, 302)
        try await receiver.run { url in
            try await withReferrals { broker in
                let hook = try await Self.make(broker, url)
                _ = try await broker.submitted()
                try await broker.withReplica { _ in
                    for attempts in 1...2 {
                        try await eventually { receiver.heard.count >= attempts }
                        try await broker.sql("update webhook_deliveries set next_attempt_at = now() where attempts > 0")
                    }
                    try await eventually { receiver.heard.count >= 3 }
                }
                let page = "/v1/webhooks/\(hook)/deliveries"
                let token = try await ReferralFixture.token(Self.recipient)
                try await eventually {
                    try await broker.get(page, token: token).json["items"]?.array?.first?["state"]?.string
                        == "delivered"
                }
                let item = try #require(try await broker.get(page, token: token).json["items"]?.array?.first)
                #expect(item["attempts"] == 3 && item["last_status"] == 204 && item["next_attempt_at"] == .null)
                #expect(Set(receiver.heard.map(\.id)) == [try #require(item["id"]?.string)])
                let secret = try await Self.secret(broker, hook)
                #expect(receiver.heard.allSatisfy { $0.isSigned(with: secret) })
            }
        }
    }

    @Test("are disabled by 410, and after days in which nothing got through")
    func disabling() async throws {
        let receiver = WebhookReceiver()
        try await receiver.run { url in
            try await withReferrals { broker in
                let token = try await ReferralFixture.token(Self.recipient)
                let hook = try await Self.make(broker, url)
                func state() async throws -> JSONValue {
                    try await broker.get("/v1/webhooks/\(hook)", token: token).json
                }
                receiver.answer(410)
                _ = try await broker.submitted()
                try await eventually { try await state()["state"]?.string == "disabled" }
                #expect(try await state()["reason"]?.string == "gone")
                let refused = try await broker.post("/v1/webhooks/\(hook)/test", "{}", token: token)
                try expectProblem(refused, 409, "conflict")

                #expect(try await broker.post("/v1/webhooks/\(hook)/enable", "{}", token: token).status == 200)
                receiver.answer(500)
                #expect(try await broker.post("/v1/webhooks/\(hook)/test", "{}", token: token).status == 201)
                try await eventually { receiver.heard.count == 2 }
                let last = RetrySchedule.delays.count
                try await eventually {
                    try await broker.sql(
                        """
                        update webhook_deliveries set attempts = \(last), next_attempt_at = now()
                        where state = 'pending' and last_status = 500
                        """
                    ).affected == 1
                }
                receiver.answer(503)
                try await eventually { try await state()["reason"]?.string == "failing" }
                #expect(receiver.heard.count == 3)
            }
        }
    }

    @Test("an address that cannot be called ends with its delivery, and not the service")
    func uncallable() async throws {
        let receiver = WebhookReceiver()
        try await receiver.run { url in
            try await withReferrals { broker in
                let token = try await ReferralFixture.token(Self.recipient)
                for port in ["65536", "99999", "0", ""] {
                    let json = #"{"structures":["\#(Self.recipient.text)"],"url":"https://1.1.1.1:\#(port)/"}"#
                    try expectProblem(
                        try await broker.post("/v1/webhooks", json, token: token), 422, "invalid-body", at: ["/url"])
                }
                let hook = try await Self.make(broker, url)
                func last() async throws -> JSONValue? {
                    try await broker.get("/v1/webhooks/\(hook)/deliveries", token: token).json["items"]?.array?.first
                }
                // As one that was taken before.
                try await broker.sql("update webhooks set url = 'http://127.0.0.1:99999/'")
                #expect(try await broker.post("/v1/webhooks/\(hook)/test", "{}", token: token).status == 201)
                try await eventually { try await last()?["last_failure"]?.string?.contains("no port") == true }
                // One whose last attempt nobody lived to end is not tried for ever.
                try await broker.sql(
                    """
                    update webhook_deliveries set attempts = \(RetrySchedule.mostAttempts), next_attempt_at = now()
                    """)
                try await broker.sql("update webhooks set url = \(url)")
                try await eventually { try await last()?["state"] == "failed" }
                #expect(receiver.heard.isEmpty)
                #expect(try await last()?["last_failure"]?.string?.contains("no attempt") == true)
            }
        }
    }

    @Test("keep what happened while they were disabled by us, and nothing of what their client did not want to hear")
    func whileDisabled() async throws {
        let receiver = WebhookReceiver()
        try await receiver.run { url in
            try await withReferrals { broker in
                let token = try await ReferralFixture.token(Self.recipient)
                let hook = try await Self.make(broker, url)
                func deliveries(_ state: String) async throws -> Int {
                    let page = try await broker.get("/v1/webhooks/\(hook)/deliveries?state=\(state)", token: token).json
                    return page["items"]?.array?.count ?? -1
                }
                receiver.answer(410)
                _ = try await broker.submitted()
                try await eventually {
                    try await broker.get("/v1/webhooks/\(hook)", token: token).json["reason"]?.string == "gone"
                }
                _ = try await broker.submitted()
                try await eventually { try await deliveries("failed") == 2 }
                #expect(receiver.heard.count == 1)
                #expect(try await broker.post("/v1/webhooks/\(hook)/enable", "{}", token: token).status == 200)
                let since = #"{"failed_since":"2026-01-01T00:00:00Z"}"#
                #expect(
                    try await broker.post("/v1/webhooks/\(hook)/replay", since, token: token).json["replayed"] == 2)
                try await eventually { try await deliveries("delivered") == 2 }
                #expect(receiver.heard.count == 3)
                #expect(try await broker.post("/v1/webhooks/\(hook)/disable", "{}", token: token).status == 200)
                _ = try await broker.submitted()
                let telling = TellingRepository(pool: broker.database.pool(for: .worker))
                try await eventually { try await telling.tellNext() == 0 }
                for state in ["failed", "pending"] { #expect(try await deliveries(state) == 0) }
            }
        }
    }

    @Test("tell who is asked to forget somebody, by an id that says nothing of whom, once")
    func erasures() async throws {
        let (mine, theirs) = (WebhookReceiver(), WebhookReceiver())
        try await mine.run { mineURL in
            try await theirs.run { theirURL in
                try await withReferrals { broker in
                    _ = try await Self.make(broker, mineURL)
                    _ = try await Self.make(broker, theirURL, for: ReferralFixture.stranger)
                    let sender = try await ReferralFixture.token(Self.sender)
                    let token = try await ReferralFixture.token(Self.recipient)
                    let (erased, withdrawn) = (try await broker.submitted(), try await broker.submitted())
                    #expect(
                        try await broker.post("/v1/persons/\(erased.person)/erasure", "{}", token: sender).status
                            == 200)
                    #expect(try await broker.withdraw(withdrawn, sender) == 200)
                    func told() throws -> [JSONValue] {
                        try mine.heard.map { try $0.json }.filter {
                            $0["type"]?.string == "fr.spro.erasure.requested.v1"
                        }
                    }
                    try await eventually { try told().count == 2 }
                    let page = try await broker.get("/v1/erasures?role=recipient", token: token).json
                    let asked = Set(page["items"]?.array?.compactMap { $0["id"]?.string } ?? [])
                    #expect(
                        Set(try told().compactMap { $0["data"]?["erasure_id"]?.string }) == asked && asked.count == 2)
                    for json in try told() {
                        #expect(
                            Set(json["data"]?.object?.members.map(\.name) ?? []) == ["erasure_id", "structure_id"])
                        #expect(json["data"]?["structure_id"]?.string == Self.recipient.text)
                    }
                    let done = #"{"structure_id":"\#(Self.recipient.text)","answer":"deleted"}"#
                    for id in asked {
                        #expect(
                            try await broker.post("/v1/erasures/\(id)/acknowledgement", done, token: token).status
                                == 200)
                    }
                    let telling = TellingRepository(pool: broker.database.pool(for: .worker))
                    try await eventually { try await telling.tellNext() == 0 }
                    #expect(try told().count == 2, "an answer asks nobody")
                    #expect(theirs.heard.isEmpty)
                }
            }
        }
    }

    @Test("are tried and replayed by their clients, and by nobody else")
    func replay() async throws {
        let receiver = WebhookReceiver()
        try await receiver.run { url in
            try await withReferrals { broker in
                let token = try await ReferralFixture.token(Self.recipient)
                let stranger = try await ReferralFixture.token(ReferralFixture.stranger)
                let hook = try await Self.make(broker, url)
                let tried = try await broker.post("/v1/webhooks/\(hook)/test", "{}", token: token)
                let delivery = try #require(try tried.json["id"]?.string)
                try await eventually { receiver.heard.count == 1 }
                #expect(try receiver.heard[0].json["type"]?.string == "fr.spro.webhook.test.v1")
                let again = #"{"delivery_id":"\#(delivery)"}"#
                let replayed = try await broker.post("/v1/webhooks/\(hook)/replay", again, token: token)
                #expect(try replayed.json["replayed"] == 1)
                try await eventually { receiver.heard.count == 2 }
                #expect(receiver.heard.map(\.id) == [delivery, delivery])

                let since = #"{"failed_since":"2026-01-01T00:00:00Z"}"#
                #expect(
                    try await broker.post("/v1/webhooks/\(hook)/replay", since, token: token).json["replayed"] == 0)
                try expectProblem(
                    try await broker.post("/v1/webhooks/\(hook)/replay", "{}", token: token), 422, "invalid-body",
                    at: ["/delivery_id"])
                // A stranger finds what is not there.
                let absent = UUID.v7().text
                for path in ["", "/secret", "/deliveries"] {
                    let forbidden = try await broker.get("/v1/webhooks/\(hook)\(path)", token: stranger)
                    #expect(forbidden.status == 404)
                    let missing = try await broker.get("/v1/webhooks/\(absent)\(path)", token: stranger)
                    #expect(try forbidden.json["detail"] == missing.json["detail"] && missing.status == 404)
                }
                for path in ["rotation", "enable", "disable", "test"] {
                    #expect(
                        try await broker.post("/v1/webhooks/\(hook)/\(path)", "{}", token: stranger).status == 404)
                }
                #expect(try await broker.post("/v1/webhooks/\(hook)/replay", again, token: stranger).status == 404)
                #expect(try await broker.service.send(.DELETE, "/v1/webhooks/\(hook)", token: stranger).status == 404)
                #expect(try await broker.get("/v1/webhooks", token: stranger).json["items"] == .array([]))
                #expect(try await broker.service.send(.DELETE, "/v1/webhooks/\(hook)", token: token).status == 204)
                #expect(try await broker.get("/v1/webhooks/\(hook)", token: token).status == 404)
            }
        }
    }

    @Test("sign with both secrets for a day after a rotation")
    func rotation() async throws {
        let receiver = WebhookReceiver()
        try await receiver.run { url in
            try await withReferrals { broker in
                let token = try await ReferralFixture.token(Self.recipient)
                let hook = try await Self.make(broker, url)
                let first = try await Self.secret(broker, hook)
                #expect(try await broker.post("/v1/webhooks/\(hook)/rotation", "{}", token: token).status == 200)
                let second = try await Self.secret(broker, hook)
                #expect(first != second)
                let shown = try await broker.get("/v1/webhooks/\(hook)/secret", token: token).json
                #expect(shown["previous"]?.string == first)
                _ = try await broker.post("/v1/webhooks/\(hook)/test", "{}", token: token)
                try await eventually { receiver.heard.count == 1 }
                #expect(receiver.heard[0].signatures.count == 2)
                #expect(receiver.heard[0].isSigned(with: first) && receiver.heard[0].isSigned(with: second))
                try await broker.sql("update webhooks set previous_until = now()")
                _ = try await broker.post("/v1/webhooks/\(hook)/test", "{}", token: token)
                try await eventually { receiver.heard.count == 2 }
                #expect(!receiver.heard[1].isSigned(with: first) && receiver.heard[1].isSigned(with: second))
                #expect(try await broker.get("/v1/webhooks/\(hook)/secret", token: token).json["previous"] == .null)
            }
        }
    }

    @Test("one that does not answer keeps no other waiting")
    func slow() async throws {
        let (slow, quick) = (WebhookReceiver(), WebhookReceiver())
        slow.answer(after: .seconds(10))
        try await slow.run { slowURL in
            try await quick.run { quickURL in
                try await withReferrals { broker in
                    let token = try await ReferralFixture.token(Self.recipient)
                    let hooks = [
                        try await Self.make(broker, slowURL), try await Self.make(broker, quickURL),
                    ]
                    for hook in hooks {
                        for _ in 0..<20 {
                            _ = try await broker.post("/v1/webhooks/\(hook)/test", "{}", token: token)
                        }
                    }
                    try await eventually(within: .seconds(8)) { quick.heard.count == 20 }
                    #expect(slow.heard.count <= 4)
                }
            }
        }
    }

    @Test(
        "an address that is private, or without TLS, is never called",
        arguments: ["http://127.0.0.1", "http://localhost"])
    func privateAddresses(base: String) async throws {
        let receiver = WebhookReceiver()
        try await receiver.run { url in
            let port = url.split(separator: ":").last!
            try await withReferrals(settings: ["SPRO_WEBHOOK_NETWORKS": "10.0.0.0/8"]) { broker in
                let hook = try await Self.make(broker, "\(base):\(port)")
                _ = try await broker.submitted()
                let token = try await ReferralFixture.token(Self.recipient)
                try await eventually {
                    let items = try await broker.get("/v1/webhooks/\(hook)/deliveries", token: token).json["items"]
                    return items?.array?.first?["last_failure"]?.string
                        == "unavailable: the host's address is not public"
                }
                #expect(receiver.heard.isEmpty)
            }
        }
    }

    @Test("what was told is forgotten after thirty days")
    func forgetting() async throws {
        try await withReferrals { broker in
            let token = try await ReferralFixture.token(Self.recipient)
            let hook = try await Self.make(broker, "https://example.org/")
            #expect(try await broker.post("/v1/webhooks/\(hook)/disable", "{}", token: token).status == 200)
            #expect(try await broker.post("/v1/webhooks/\(hook)/enable", "{}", token: token).status == 200)
            for _ in 0..<2 { _ = try await broker.post("/v1/webhooks/\(hook)/test", "{}", token: token) }
            try await broker.sql(
                """
                update webhook_deliveries set created_at = now() - interval '31 days'
                where id = (select min(id::text)::uuid from webhook_deliveries)
                """)
            let repository = SendingRepository(pool: broker.database.pool(for: .worker))
            #expect(try await repository.forget() == 1)
            #expect(try await repository.forget() == 0)
            let left = try await broker.get("/v1/webhooks/\(hook)/deliveries", token: token).json["items"]?.array
            #expect(left?.count == 1)
        }
    }

    @Test("what is wrong with one is told at once, and nothing is stored")
    func refused() async throws {
        try await withReferrals { broker in
            let token = try await ReferralFixture.token(Self.recipient)
            let bad = try await broker.post(
                "/v1/webhooks", #"{"structures":[],"url":"ftp://x","secret":"mine"}"#, token: token)
            try expectProblem(bad, 422, "invalid-body", at: ["/structures", "/url", "/secret"])
            for url in [
                "https://EXAMPLE.org/", "https://exämple.org/", "https://example.org/#a", "https://u:p@example.org/",
            ] {
                let refused = try await broker.post(
                    "/v1/webhooks", #"{"structures":["\#(Self.recipient.text)"],"url":"\#(url)"}"#, token: token)
                try expectProblem(refused, 422, "invalid-body", at: ["/url"], "\(url)")
            }
            let foreign = try await broker.post(
                "/v1/webhooks", #"{"structures":["\#(Self.sender.text)"],"url":"https://example.org/"}"#, token: token)
            try expectProblem(foreign, 403, "forbidden")
            #expect(try await broker.sql("select count(*) from webhooks")[0].decode(Int.self) == 0)
            for _ in 0..<20 { _ = try await Self.make(broker, "https://example.org/") }
            let over = try await broker.post(
                "/v1/webhooks", #"{"structures":["\#(Self.recipient.text)"],"url":"https://example.org/"}"#,
                token: token)
            try expectProblem(over, 409, "conflict")
        }
    }
}
