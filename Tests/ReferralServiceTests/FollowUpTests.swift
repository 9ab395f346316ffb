import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing

@testable import ReferralService

@Suite("The person's own side")
struct FollowUpTests {
    @Test("a secret is shown once, kept as a hash only, and opens a quarter of an hour")
    func links() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let made = try await broker.submitted()
            let path = "/v1/persons/\(made.person)/follow-up-links"
            let body = #"{"structure_id":"\#(ReferralFixture.sender.text)"}"#
            let first = try await broker.post(path, body, token: sender, key: "link-1")
            let again = try await broker.post(path, body, token: sender, key: "link-1")
            #expect(first.status == 201 && again.status == 201)
            #expect(try again.json["id"] == first.json["id"] && again.json["secret"] == .null)
            let secret = try #require(try first.json["secret"]?.string)
            #expect(Base64URL.decode(secret.utf8)?.count == 32)
            #expect(first.headers["cache-control"] == ["no-store"])
            let dump = try await broker.sql(
                "select count(*) from idempotency_keys where position(\(Array(secret.utf8)) in body) > 0")
            #expect(try dump[0].decode(Int.self) == 0)
            let stored = try await broker.sql("select secret_sha256 from follow_up_links")
            #expect(stored.count == 1)
            #expect(try stored[0].decode([UInt8].self) == FollowUpSecret(secret)?.hash)

            let opened = try await broker.open(secret)
            #expect(try opened.status == 200 && opened.json["expires_in"] == 900)
            #expect(!opened.text.contains(secret))
            let listed = try await broker.get(path, token: sender)
            #expect(try listed.json["items"]?.array?.count == 1)
            #expect(!listed.text.contains(secret) && !listed.text.contains("secret"))
        }
    }

    @Test("links are made by who knows the person, and by nobody else")
    func makers() async throws {
        try await withReferrals { broker in
            let made = try await broker.submitted()
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            for person in [made.person, UUID.v7().text] {
                let answer = try await broker.post(
                    "/v1/persons/\(person)/follow-up-links",
                    #"{"structure_id":"\#(ReferralFixture.recipient.text)"}"#, token: recipient)
                try expectProblem(answer, 422, "invalid-body", at: ["/person_id"])
            }
            let listed = try await broker.get("/v1/persons/\(made.person)/follow-up-links", token: recipient)
            #expect(try listed.json["items"]?.array == [])
            let link = try await broker.link(of: made.person)
            try expectProblem(
                try await broker.post("/v1/follow-up-links/\(link.id)/revocation", "{}", token: recipient), 404,
                "not-found")
            #expect(try await broker.open(link.secret).status == 200)
        }
    }

    @Test("a secret that never was, has ended or was revoked is refused alike; who tries on must wait")
    func refused() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let made = try await broker.submitted()
            let revoked = try await broker.link(of: made.person)
            let ended = try await broker.link(of: made.person)
            let session = try #require(
                try await broker.open(revoked.secret).json["access_token"]?.string)
            #expect(try await broker.get("/v1/follow-up", token: session).status == 200)
            let command = "/v1/follow-up/referrals/\(made.id)/commands/withdraw"
            for _ in 0..<2 {
                #expect(try await broker.post(command, "{}", token: session, key: "once").status == 200)
            }
            let revocation = try await broker.post(
                "/v1/follow-up-links/\(revoked.id)/revocation", "{}", token: sender)
            #expect(try revocation.status == 200 && revocation.json["revoked_at"] != .null)
            // What it had opened is over, too, and does nothing any more.
            try expectProblem(try await broker.get("/v1/follow-up", token: session), 401, "unauthenticated")
            let consent = try #require(made.consent)
            let withdrawal = "/v1/follow-up/consents/\(consent)/withdrawal"
            let fresh = try await broker.post(withdrawal, "{}", token: session)
            try expectProblem(fresh, 401, "unauthenticated")
            // Nor does it repeat what it did before.
            let again = try await broker.post(command, "{}", token: session, key: "once")
            try expectProblem(again, 401, "unauthenticated")
            #expect(try again.json["detail"] == fresh.json["detail"])
            let id = try #require(UUID(text: ended.id))
            try await broker.sql(
                """
                update follow_up_links set created_at = now() - interval '2 days',
                    expires_at = now() - interval '1 second' where id = \(id)
                """)
            let unknown = Base64URL.encode(Data(repeating: 1, count: 32))
            var answers: Set<String> = []
            for secret in [revoked.secret, ended.secret, unknown, "short"] {
                let answer = try await broker.open(secret, headers: [("Request-Id", "same")])
                try expectProblem(answer, 401, "unauthenticated")
                #expect(!answer.text.contains(secret))
                answers.insert(answer.text)
            }
            #expect(answers.count == 1)
            var statuses: [Int] = []
            for _ in 0..<(FollowUpSessionsRoutes.failureBurst + 2) {
                statuses.append(try await broker.open("x").status)
            }
            #expect(statuses.last == 429)
            let good = try await broker.link(of: made.person)
            #expect(try await broker.open(good.secret).status == 200, "others at that address keep nobody out")
            #expect(try await broker.open(unknown).status == 429)
        }
    }

    @Test("a person sees everything about themselves, and nothing of anybody else")
    func view() async throws {
        try await withReferrals { broker in
            let made = try await broker.submitted(.record())
            try await broker.writeRecord(of: made)
            let session = try await broker.session(of: made.person)
            let answer = try await broker.get("/v1/follow-up", token: session)
            #expect(answer.status == 200 && answer.headers["cache-control"] == ["no-store"])
            for text in [ReferralFixture.canary, "Colibri"] + ReferralFixture.recordSecrets {
                #expect(answer.text.contains(text), "\(text)")
            }
            let json = try answer.json
            #expect(json["person"]?["id"]?.string == made.person)
            let referral = try #require(json["referrals"]?.array?.first)
            #expect(referral["id"]?.string == made.id && referral["state"] == "submitted")
            #expect(referral["state_text"] == "La structure a reçu votre demande, sans savoir qui vous êtes.")
            #expect(referral["allowed_commands"]?.array?.contains("withdraw") == true)
            #expect(json["demands"]?.array?.first?["receptions"]?.array?.count == 1)
            #expect(json["consents"]?.array?.count == 1 && json["summaries"]?.array?.count == 1)

            var other = ReferralRequest.record(theme: "emploi")
            other.isAnonymous = true
            let stranger = try await broker.submitted(other)
            let theirs = try await broker.session(of: stranger.person)
            let seen = try await broker.get("/v1/follow-up", token: theirs)
            for secret in ReferralFixture.recordSecrets + [ReferralFixture.canary, made.id, made.person] {
                #expect(!seen.text.contains(secret), "\(secret)")
            }
            #expect(seen.text.contains(stranger.id))
        }
    }

    @Test("absent and another person's are the same 404, byte for byte, on every path")
    func others() async throws {
        try await withReferrals { broker in
            let made = try await broker.submitted(.record())
            try await broker.writeRecord(of: made)
            let summary = try await broker.sql("select id from summaries")[0].decode(UUID.self).text
            let other = try await broker.submitted(.record(theme: "emploi"))
            let session = try await broker.session(of: other.person)
            let consent = try #require(made.consent)
            func body(_ method: HTTPMethod, _ path: String, _ id: String) async throws -> String {
                let answer = try await broker.service.send(
                    method, path.replacing("{id}", with: id), token: session,
                    headers: [
                        ("Request-Id", "same"), ("Idempotency-Key", UUID().uuidString),
                        ("Content-Type", "application/json"),
                    ],
                    body: method == .GET
                        ? nil
                        : Array((path.hasSuffix("approval") ? #"{"sha256":"\#(ReferralFixture.digest)"}"# : "{}").utf8))
                #expect(answer.status == 404, "\(path) \(answer.text)")
                return answer.text.replacing(id, with: "")
            }
            let paths: [(HTTPMethod, String, String)] = [
                (.POST, "/v1/follow-up/referrals/{id}/commands/withdraw", made.id),
                (.GET, "/v1/follow-up/consents/{id}", consent),
                (.GET, "/v1/follow-up/consents/{id}/receipt", consent),
                (.POST, "/v1/follow-up/consents/{id}/withdrawal", consent),
                (.GET, "/v1/follow-up/summaries/{id}", summary),
                (.POST, "/v1/follow-up/summaries/{id}/approval", summary),
            ]
            let before = try await broker.sql("select state from consents order by id").decode(String.self)
            for (method, path, id) in paths {
                #expect(try await body(method, path, id) == body(method, path, UUID.v7().text), "\(path)")
            }
            #expect(try await broker.sql("select state from consents order by id").decode(String.self) == before)
        }
    }

    @Test("a session opens the person's own paths and no partner's; a partner's token none of the person's")
    func separation() async throws {
        try await withReferrals { broker in
            let made = try await broker.submitted()
            let session = try await broker.session(of: made.person)
            for path in ["/v1/referrals/\(made.id)", "/v1/referrals?role=sender", "/v1/events", "/v1/state-machine"] {
                try expectProblem(try await broker.get(path, token: session), 403, "insufficient-scope")
            }
            try expectProblem(
                try await broker.post("/v1/consents/\(made.consent ?? "")/withdrawal", "{}", token: session), 403,
                "insufficient-scope")
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            for path in ["/v1/follow-up", "/v1/follow-up/accesses"] {
                try expectProblem(try await broker.get(path, token: sender), 403, "insufficient-scope")
            }
            let forged = try await TestIssuer.shared.token(scopes: [.followUp], subject: made.person)
            try expectProblem(try await broker.get("/v1/follow-up", token: forged), 403, "insufficient-scope")
        }
    }

    @Test("nobody comes by a link unseen: each session is listed, with who made the link")
    func sessions() async throws {
        try await withReferrals { broker in
            let made = try await broker.submitted()
            let link = try await broker.link(of: made.person)
            #expect(try await broker.open("not" + link.secret.dropFirst(3)).status == 401)
            for _ in 0..<2 { #expect(try await broker.open(link.secret).status == 200) }
            let session = try await broker.session(of: made.person)
            let items = try await broker.get("/v1/follow-up/sessions", token: session).json["items"]?.array ?? []
            #expect(items.count == 3 && items.dropFirst().allSatisfy { $0["link_id"]?.string == link.id })
            #expect(items.allSatisfy { $0["structure_id"]?.string == ReferralFixture.sender.text })
            let export = try await broker.get("/v1/follow-up/export", token: session).json
            #expect(export["follow_up_sessions"]?.array == items)
            let page = try await broker.get("/v1/follow-up/sessions?limit=1", token: session).json
            #expect(page["items"]?.array?.first == items[0] && page["next_cursor"] != .null)
            let other = try await broker.session(of: try await broker.submitted().person)
            #expect(try await broker.get("/v1/follow-up/sessions", token: other).json["items"]?.array?.count == 1)
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            try expectProblem(try await broker.get("/v1/follow-up/sessions", token: sender), 403, "insufficient-scope")
        }
    }

    @Test("withdrawing is one call of the person's, and whoever reads afterwards finds nothing")
    func withdrawal() async throws {
        try await withReferrals { broker in
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted()
            #expect(try await broker.command(.startReview, made.id, token: recipient).status == 200)
            #expect(try await broker.get("/v1/referrals/\(made.id)", token: recipient).text.contains("Colibri"))
            let session = try await broker.session(of: made.person)
            let accesses = try await broker.get("/v1/follow-up/accesses", token: session).json
            let access = try #require(accesses["items"]?.array?.first)
            #expect(access["structure_id"]?.string == ReferralFixture.recipient.text && access["tier"] == "L1")
            let consent = try #require(made.consent)
            let withdrawn = try await broker.post(
                "/v1/follow-up/consents/\(consent)/withdrawal", "{}", token: session)
            #expect(try withdrawn.status == 200 && withdrawn.json["state"] == "withdrawn")
            try expectProblem(try await broker.get("/v1/referrals/\(made.id)", token: recipient), 404, "not-found")
            let shown = try await broker.get("/v1/follow-up/consents/\(consent)", token: session).json
            #expect(shown["history"]?.array?.compactMap { $0["event"]?.string } == ["granted", "withdrawn"])
            #expect(shown["history"]?.array?.last?["by"] == "person")
            let view = try await broker.get("/v1/follow-up", token: session).json
            #expect(view["referrals"]?.array?.first?["state"] == "withdrawn")
        }
    }

    @Test("a person reads and writes the messages of their referrals, sees appointments, and nobody else's")
    func messages() async throws {
        try await withReferrals { broker in
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            var request = ReferralRequest()
            request.consent = ReferralRequest.consent(purposes: ["transmission", "rendez-vous"])
            let made = try await broker.submitted(upTo: [.startReview, .accept], request)
            let meeting = #"{"starts_at":"\#(ReferralFixture.tomorrow)","channel":"visio"}"#
            let path = "/referrals/\(made.id)"
            #expect(try await broker.post("/v1\(path)/appointments", meeting, token: recipient).status == 200)
            #expect(
                try await broker.post("/v1\(path)/messages", #"{"text":"Bonjour"}"#, token: recipient).status == 201)
            let own = try await broker.session(of: made.person)
            let seen = try await broker.get("/v1/follow-up\(path)/appointments", token: own).json["items"]?.array
            #expect(seen?.count == 1)
            let answer = #"{"text":"Merci"}"#
            #expect(try await broker.post("/v1/follow-up\(path)/messages", answer, token: own).status == 201)
            for (start, token) in [("/v1/follow-up", own), ("/v1", recipient)] {
                let read = try await broker.get("\(start)\(path)/messages", token: token).json["items"]?.array
                #expect(read?.compactMap { $0["text"]?.string } == ["Bonjour", "Merci"])
                #expect(read?.compactMap { $0["author"]?.string } == ["recipient", "person"])
            }
            var elsewhere = ReferralRequest()
            elsewhere.theme = "vae"
            let other = try await broker.session(of: try await broker.submitted(elsewhere).person)
            for kind in ["appointments", "messages"] {
                #expect(try await broker.get("/v1/follow-up\(path)/\(kind)", token: other).status == 404)
            }
            #expect(try await broker.post("/v1/follow-up\(path)/messages", answer, token: other).status == 404)
        }
    }

    @Test("a person withdraws one referral by a command")
    func command() async throws {
        try await withReferrals { broker in
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted()
            let session = try await broker.session(of: made.person)
            let path = "/v1/follow-up/referrals/\(made.id)/commands"
            try expectProblem(
                try await broker.post("\(path)/accept", "{}", token: session), 409, "conflict")
            #expect(try await broker.post("\(path)/withdraw", "{}", token: session).status == 200)
            try expectProblem(try await broker.get("/v1/referrals/\(made.id)", token: recipient), 404, "not-found")
            let step = try await broker.sql(
                "select actor, client_id from referral_transitions order by sequence desc limit 1")
            let (actor, client) = try step[0].decode((String, String).self)
            #expect(actor == "person" && client.hasPrefix("follow-up:"))
        }
    }

    @Test("what a person grants in their session carries a referral, with the session as its evidence")
    func grant() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            var request = ReferralRequest()
            request.consent = nil
            let made = try await broker.submitted(request)
            let session = try await broker.session(of: made.person)
            let terms =
                #"{"notice":{"id":"n1","sha256":"\#(ReferralFixture.digest)"},"language":"fr","purposes":["transmission"],"recipients":["\#(ReferralFixture.recipient.text)"],"data_categories":\#(ReferralRequest.list(request.categories)),"valid_until":"\#(RFC3339.format(Date().addingTimeInterval(3600)))"}"#
            let granted = try await broker.post("/v1/follow-up/consents", terms, token: session)
            #expect(granted.status == 201, "\(granted.text)")
            let consent = try #require(try granted.json["id"]?.string)
            let shown = try await broker.get("/v1/consents/\(consent)", token: sender).json
            #expect(shown["granted_by"] == "self" && shown["method"] == "one-time-code")
            #expect(shown["agent"] == "follow-up" && shown["evidence"]?["channel"] == "follow-up")
            let submitted = try await broker.command(
                .submit, made.id, #"{"consent_id":"\#(consent)"}"#, token: sender)
            #expect(try submitted.json["state"] == "submitted", "\(submitted.text)")
            // Nobody grants by a bare word, nor in somebody else's name.
            let named = terms.dropLast() + #","granted_by":"legal-representative","person_id":"\#(made.person)"}"#
            try expectProblem(
                try await broker.post("/v1/follow-up/consents", String(named), token: session), 422, "invalid-body",
                at: ["/granted_by", "/person_id"])
        }
    }

    @Test("the database alone shows a person their own rows, and no others")
    func rows() async throws {
        try await withReferrals { broker in
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            var people: [ReferralFixture.Made] = []
            for theme in ["emploi", "vae"] {
                let made = try await broker.submitted(.record(theme: theme))
                #expect(try await broker.command(.startReview, made.id, token: recipient).status == 200)
                #expect(try await broker.get("/v1/referrals/\(made.id)", token: recipient).status == 200)
                try await broker.writeRecord(of: made)
                people.append(made)
            }
            let runtime = broker.database.pool(for: .runtime)
            for table in [
                "persons", "person_keys", "person_fields", "demands", "receptions", "consents", "referrals",
                "referral_transitions", "access_journal", "follow_up_links", "referral_contents", "summaries",
            ] {
                let name = try #require(Identifier(table))
                let all = try await broker.sql("select count(*) from \(name)")[0].decode(Int.self)
                var seen = 0
                for made in people {
                    let rows = try await runtime.transact(
                        settings: [(name: "spro.person", value: made.person)], ["select count(*) from \(name)"])
                    let count = try rows[0][0].decode(Int.self)
                    #expect(count > 0 && count * 2 == all, "\(table)")
                    seen += count
                }
                #expect(seen == all, "\(table)")
            }
            // The trigger `keep_recipient` raises; for all else there are no rights.
            let forbidden: [Query] = [
                "update referrals set recipient_id = sender_id", "update consents set data_categories = '{besoin}'",
                "delete from consents", "update follow_up_links set expires_at = now()",
                "insert into follow_up_links select gen_random_uuid(), structure_id, person_id, sha256('x'), 'x' from follow_up_links",
            ]
            for (index, query) in forbidden.enumerated() {
                let error = await #expect(throws: DatabaseError.self) {
                    try await runtime.transact(settings: [(name: "spro.person", value: people[0].person)], [query])
                }
                #expect(error?.sqlstate == (index == 0 ? "P0001" : "42501"), "\(query.text)")
            }
        }
    }
}
