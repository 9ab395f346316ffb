import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import ReferralService

@Suite("What is written")
struct WritingTests {
    @Test("64 requests with one key at once, at two replicas, make one referral and get one answer")
    func oneKey() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let json = ReferralRequest().json
            let answers = try await broker.withReplica { replica in
                try await withThrowingTaskGroup(of: RunningService.Answer.self) { group in
                    for number in 0..<64 {
                        let broker = number.isMultiple(of: 2) ? broker : replica
                        group.addTask { try await Self.insist(json, on: broker, token: sender, key: "one") }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
            }
            #expect(answers.allSatisfy { $0.status == 201 })
            #expect(Set(answers.map(\.body)).count == 1 && Set(answers.map { $0.headers["location"] }).count == 1)
            let counts = try await broker.counts()
            #expect(counts["referrals"] == 1 && counts["persons"] == 1 && counts["consents"] == 1)
            #expect(counts["referral_transitions"] == 2 && counts["idempotency_keys"] == 1)
            let again = try await broker.post("/v1/referrals", json, token: sender, key: "one")
            #expect(again.body == answers[0].body && again.headers["location"] == answers[0].headers["location"])
            let other = json.replacing("\"urgency\":\"haute\"", with: "\"urgency\":\"normale\"")
            try expectProblem(
                try await broker.post("/v1/referrals", other, token: sender, key: "one"), 422, "idempotency-key-reused")
            try expectProblem(
                try await broker.post("/v1/referrals", json, token: sender, key: nil), 400, "idempotency-key-missing")
        }
    }

    /// Asks until the first request with the key is over: nothing else may keep it from an answer.
    private static func insist(
        _ json: String, on broker: ReferralFixture, token: String, key: String
    ) async throws -> RunningService.Answer {
        while true {
            let answer = try await broker.post("/v1/referrals", json, token: token, key: key)
            guard answer.status != 201 else { return answer }
            try expectProblem(answer, 409, "idempotency-key-in-flight")
            #expect(answer.headers["retry-after"] == ["1"])
            try #require(answer.status == 409)
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test("the running broker forgets keys that are past their seven days, and no other")
    func expiry() async throws {
        try await withDatabase(service: "referral", migrations: ReferralMigrations.all) { database in
            @Sendable func keys() async throws -> [String] {
                try await Connection.with(database.superuserConfiguration) { connection in
                    try await connection.query("select key from idempotency_keys order by key").decode(String.self)
                }
            }
            _ = try await Connection.with(database.superuserConfiguration) { connection in
                try await connection.query(
                    """
                    insert into idempotency_keys (client_id, key, operation, fingerprint, status, location, body, created_at)
                    select 'c', key, 'o', sha256(''), 201, '', '', now() - age
                    from (values ('old', interval '7 days 1 minute'), ('young', '6 days 23 hours')) as k (key, age)
                    """)
            }
            #expect(try await keys() == ["old", "young"])
            let lookup = ReferralFixture.Directory().lookup
            try await withService(.referral(lookup: lookup), on: database, settings: ReferralFixture.settings) { _ in
                try await eventually { try await keys() == ["young"] }
            }
        }
    }

    @Test("a replayed answer holds nothing of the person, also after a withdrawal")
    func replay() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let json = ReferralRequest().json
            let first = try await broker.post("/v1/referrals", json, token: sender, key: "k")
            let made = try ReferralFixture.Made(first)
            _ = try await broker.post(
                "/v1/consents/\(try #require(made.consent))/withdrawal", "{}", token: sender)
            let again = try await broker.post("/v1/referrals", json, token: sender, key: "k")
            #expect(again.text == first.text)
            #expect(
                try again.json.object?.members.map(\.name) == [
                    "id", "person_id", "demand_id", "consent_id", "state", "sequence", "allowed_commands", "links",
                ])
        }
    }

    @Test("whatever is wrong is said at once, and nothing is stored")
    func refusals() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let before = try await broker.counts()
            let request = ReferralRequest()
            var pieces: [(String, Int, String, Set<String>)] = [
                (
                    "{}", 422, "invalid-body",
                    [
                        "/sender_structure_id", "/recipient_structure_id", "/person", "/demand", "/service_kind",
                        "/theme",
                        "/urgency", "/data_categories",
                    ]
                ),
                ("[]", 422, "invalid-body", [""]), ("{", 400, "malformed-body", []),
                (
                    request.json.replacing(
                        "\"theme\":\"formation\",\"urgency\"", with: "\"theme\":\"x\",\"y\":1,\"urgency\""
                    )
                    .replacing("Martin", with: "1 85 05 78 006 084 91"), 422, "invalid-body",
                    ["/theme", "/y", "/person/identity/family_name"]
                ),
            ]
            var bare = request
            bare.consent = "true"
            pieces.append((bare.json, 422, "invalid-body", ["/consent"]))
            var long = request
            long.consent = ReferralRequest.consent(validFor: 200 * 86_400)
            pieces.append((long.json, 422, "invalid-body", ["/consent/valid_until"]))
            var unknown = request
            unknown.recipient = UUID.v7()
            unknown.consent = ReferralRequest.consent(recipients: [unknown.recipient])
            pieces.append((unknown.json, 422, "invalid-body", ["/recipient_structure_id"]))
            var foreign = request
            foreign.sender = ReferralFixture.stranger
            pieces.append((foreign.json, 403, "forbidden", []))
            for (json, status, code, pointers) in pieces {
                let answer = try await broker.post("/v1/referrals", json, token: sender)
                try expectProblem(answer, status, code, at: pointers, "\(json.prefix(80)): \(answer.text)")
                for secret in ReferralFixture.secrets { #expect(!answer.text.contains(secret)) }
            }
            let cannot = try await ReferralFixture.token(ReferralFixture.sender, scopes: [.referralSend])
            try expectProblem(
                try await broker.post("/v1/referrals", request.json, token: cannot), 403, "insufficient-scope")
            #expect(try await broker.counts() == before)
        }
    }

    @Test("persons, demands and consents of one structure are unknown to another")
    func otherTenants() async throws {
        try await withReferrals { broker in
            let made = try await broker.submitted()
            let stranger = try await ReferralFixture.token(ReferralFixture.stranger)
            let mine = try await broker.post(
                "/v1/persons", #"{"structure_id":"\#(ReferralFixture.stranger.text)","mode":"anonymous"}"#,
                token: stranger)
            let person = try #require(try mine.json["id"]?.string)
            let before = try await broker.counts()
            var request = ReferralRequest()
            request.sender = ReferralFixture.stranger
            let json = request.json
            let newDemand = "\"demand\":{\"theme\":\"formation\",\"reception\":"
            let demandPart = newDemand + json.split(separator: newDemand)[1].split(separator: "}}")[0] + "}}"
            let theirs: [(String, String)] = [
                (
                    json.replacing("\"person\":\(request.person)", with: "\"person_id\":\"\(made.person)\""),
                    "/person_id"
                ),
                (
                    json.replacing("\"person\":\(request.person)", with: "\"person_id\":\"\(person)\"")
                        .replacing(demandPart, with: "\"demand_id\":\"\(made.demand)\""), "/demand_id"
                ),
                (
                    json.replacing(
                        "\"consent\":\(request.consent ?? "")", with: "\"consent_id\":\"\(made.consent ?? "")\""),
                    "/consent_id"
                ),
            ]
            for (json, pointer) in theirs {
                try expectProblem(
                    try await broker.post("/v1/referrals", json, token: stranger), 422, "invalid-body", at: [pointer])
            }
            let consent = #"{"structure_id":"\#(ReferralFixture.stranger.text)","person_id":"\#(made.person)","#
            try expectProblem(
                try await broker.post(
                    "/v1/consents", consent + ReferralRequest.consent().dropFirst(), token: stranger), 422,
                "invalid-body", at: ["/person_id"])
            for path in ["receptions", "close"] {
                let body =
                    path == "close"
                    ? #"{"outcome":"satisfaite"}"#
                    : #"{"structure_id":"\#(ReferralFixture.stranger.text)","# + ReferralRequest.reception.dropFirst()
                try expectProblem(
                    try await broker.post("/v1/demands/\(made.demand)/\(path)", body, token: stranger), 404, "not-found"
                )
            }
            #expect(try await broker.counts() == before)
        }
    }

    @Test("a demand counts a siège and its antennes once, and is closed once")
    func demands() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient, ReferralFixture.antenne)
            let made = try await broker.submitted()
            let path = "/v1/demands/\(made.demand)"
            func receive(_ structure: UUID, _ token: String, at joined: String? = nil) async throws -> Int {
                let body = #"{"structure_id":"\#(structure.text)","# + ReferralRequest.reception.dropFirst()
                return try await broker.post("\(joined ?? path)/receptions", body, token: token).status
            }
            let joined = "/v1/referrals/\(made.id)"
            #expect(
                try await receive(ReferralFixture.recipient, recipient, at: joined) == 404,
                "it has not joined the demand yet")
            for command in [ReferralCommand.startReview, .accept] {
                #expect(try await broker.command(command, made.id, token: recipient).status == 200)
            }
            #expect(try await receive(ReferralFixture.recipient, recipient, at: joined) == 201)
            #expect(try await receive(ReferralFixture.recipient, recipient) == 404, "the demand is not its own")
            #expect(
                try await receive(ReferralFixture.antenne, recipient, at: joined) == 404, "the antenne was sent nobody")
            #expect(try await receive(ReferralFixture.sender, sender, at: joined) == 404, "it was not sent there")
            #expect(try await receive(ReferralFixture.sender, sender) == 201)
            try await broker.sql(
                """
                insert into receptions (id, demand_id, structure_id, root_id, channel, access, urgency, audiences,
                    in_scope, received_at)
                select gen_random_uuid(), demand_id, \(ReferralFixture.antenne), root_id, channel, access, urgency,
                    audiences, in_scope, received_at
                from receptions where structure_id = \(ReferralFixture.recipient)
                """)
            try expectProblem(
                try await broker.post("\(path)/close", #"{"outcome":"satisfaite"}"#, token: recipient), 404, "not-found"
            )
            try expectProblem(
                try await broker.post("\(path)/close", #"{"outcome":"satisfaite"}"#, token: sender), 409, "conflict",
                "the recipient receives the person still")
            for command in [ReferralCommand.start, .complete] {
                #expect(try await broker.command(command, made.id, token: recipient).status == 200)
            }
            let closed = try await broker.post("\(path)/close", #"{"outcome":"satisfaite"}"#, token: sender)
            #expect(closed.status == 200, "\(closed.text)")
            #expect(try closed.json["structures_count"] == 2 && closed.json["receptions_count"] == 4)
            try expectProblem(
                try await broker.post("\(path)/close", #"{"outcome":"partielle"}"#, token: sender), 409, "conflict")
            #expect(try await receive(ReferralFixture.sender, sender) == 409)
        }
    }

    @Test("a reception is told of the referral that it was told of, or not at all: another of the demand does not do")
    func receptionBehindWithdrawal() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted(upTo: [.startReview, .accept])
            let other = try await broker.post(
                "/v1/referrals", ReferralRequest.onKnown(made, theme: "vae"), token: sender)
            let second = try #require(try other.json["id"]?.string, "\(other.text)")
            for command in [ReferralCommand.startReview, .accept] {
                #expect(try await broker.command(command, second, token: recipient).status == 200)
            }
            let demand = try #require(UUID(text: made.demand))
            let body =
                #"{"structure_id":"\#(ReferralFixture.recipient.text)","# + ReferralRequest.reception.dropFirst()
            let answer = try await broker.blocked(
                by: { try await $0.query("select from demands where id = \(demand) for no key update") },
                { try await broker.post("/v1/referrals/\(made.id)/receptions", body, token: recipient) },
                meanwhile: { _ in
                    let withdrawn = try await broker.command(.withdraw, made.id, token: sender)
                    #expect(withdrawn.status == 200)
                })
            try expectProblem(answer, 404, "not-found")
            #expect(
                try await broker.post("/v1/referrals/\(second)/receptions", body, token: recipient).status == 201)
        }
    }

    @Test("a structure records no more than a hundred receptions for one demand")
    func manyReceptions() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted(upTo: [.startReview, .accept])
            func receive(_ path: String, _ structure: UUID, _ token: String) async throws -> RunningService.Answer {
                let body = #"{"structure_id":"\#(structure.text)","# + ReferralRequest.reception.dropFirst()
                return try await broker.post("/v1/\(path)/receptions", body, token: token)
            }
            let joined = "referrals/\(made.id)"
            #expect(try await receive(joined, ReferralFixture.recipient, recipient).status == 201)
            try await broker.sql(
                """
                insert into receptions (id, demand_id, structure_id, root_id, channel, access, urgency, audiences,
                    in_scope, received_at)
                select gen_random_uuid(), demand_id, structure_id, root_id, channel, access, urgency, audiences,
                    in_scope, received_at
                from receptions, generate_series(2, 99) where structure_id = \(ReferralFixture.recipient)
                """)
            #expect(try await receive(joined, ReferralFixture.recipient, recipient).status == 201)
            let full = try await receive(joined, ReferralFixture.recipient, recipient)
            try expectProblem(full, 409, "conflict")
            #expect(full.text.contains("100 receptions"), "\(full.text)")
            #expect(try await receive("demands/\(made.demand)", ReferralFixture.sender, sender).status == 201)
        }
    }
}
