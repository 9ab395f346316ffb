import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing

@testable import ReferralService

@Suite("Summaries")
struct SummaryTests {
    @Test("final only when both have approved the same text; an edit begins anew")
    func approval() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let made = try await broker.submitted(.record())
            let session = try await broker.session(of: made.person)
            let first = try await broker.writeSummary(of: made, token: sender)
            func approve(_ summary: ReferralFixture.Written, _ digest: String? = nil) async throws
                -> RunningService.Answer
            {
                try await broker.post(
                    "/v1/follow-up/summaries/\(summary.id)/approval", #"{"sha256":"\#(digest ?? summary.digest)"}"#,
                    token: session)
            }
            try expectProblem(try await approve(first, ReferralFixture.digest), 409, "conflict")
            #expect(try await approve(first).json["final"] == false)
            let second = try await broker.writeSummary(of: made, "Autre texte", token: sender)
            #expect(second.version == 2 && second.digest != first.digest)
            try expectProblem(try await approve(first), 409, "conflict")
            try await broker.approve(second, token: sender)
            let listed = try await broker.get("/v1/referrals/\(made.id)/summaries", token: sender).json
            #expect(listed["items"]?.array?.compactMap { $0["final_at"] } == [.null, .null])
            #expect(try await approve(second).json["final"] == true)
            let shown = try await broker.get("/v1/summaries/\(second.id)", token: sender).json
            #expect(shown["text"] == "Autre texte" && shown["approval_method"] == "follow-up")
            #expect(shown["final_at"] != .null)
            let (text, steps) = (try #require(shown["text"]?.string), shown["next_steps"])
            #expect(text == "Autre texte" && steps == ["<b>Appeler</b>"])
        }
    }

    @Test("in person before a named witness, who is not the agent")
    func inPerson() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let made = try await broker.submitted(.record())
            let summary = try await broker.writeSummary(of: made, token: sender)
            try await broker.approve(summary, token: sender)
            let path = "/v1/summaries/\(summary.id)/approval-in-person"
            try expectProblem(
                try await broker.post(path, #"{"sha256":"\#(summary.digest)","agent":"a-1"}"#, token: sender), 422,
                "invalid-body", at: ["/witness"])
            try expectProblem(
                try await broker.post(
                    path, #"{"sha256":"\#(summary.digest)","agent":"a-1","witness":"A-1 "}"#, token: sender), 422,
                "invalid-body", at: ["/witness"])
            let body = #"{"sha256":"\#(summary.digest)","agent":"a-1","witness":"w-1"}"#
            for other in [ReferralFixture.recipient, ReferralFixture.stranger] {
                let token = try await ReferralFixture.token(other)
                try expectProblem(try await broker.post(path, body, token: token), 404, "not-found")
            }
            #expect(try await broker.post(path, body, token: sender).json["final"] == true)
            let shown = try await broker.get("/v1/summaries/\(summary.id)", token: sender).json
            #expect(shown["approval_method"] == "in-person" && shown["witness"] == "w-1")
        }
    }

    @Test("a page to print: escaped, without a script or anything from elsewhere")
    func page() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let made = try await broker.submitted(.record())
            let session = try await broker.session(of: made.person)
            let summary = try await broker.writeSummary(
                of: made, "<script>alert('x')</script> & <img src=x>", token: sender)
            for (path, token) in [
                ("/v1/summaries/\(summary.id)", sender), ("/v1/follow-up/summaries/\(summary.id)", session),
            ] {
                let page = try await broker.service.get(path, token: token, headers: [("Accept", "text/html")])
                #expect(page.status == 200 && page.headers["content-type"] == ["text/html; charset=utf-8"])
                #expect(page.headers["cache-control"] == ["no-store"])
                #expect(page.headers["content-security-policy"].first?.hasPrefix("default-src 'none';") == true)
                #expect(page.text.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &lt;img src=x&gt;"))
                #expect(page.text.contains("<li>&lt;b&gt;Appeler&lt;/b&gt;</li>"))
                for forbidden in ["<script", "<img", "<style", "style=", "http:", "https:", "<link"] {
                    #expect(!page.text.contains(forbidden), "\(forbidden)")
                }
                let json = try await broker.get(path, token: token)
                #expect(try json.json["text"]?.string?.hasPrefix("<script>") == true)
            }
        }
    }

    @Test("a sign is a sign behind whatever stands before it, and a line ends however it ends")
    func scalars() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let made = try await broker.submitted(.record())
            // Arabic number sign, Kaithi number sign: one character with what follows; a mark, a joiner: with what precedes.
            let text = #"\u0600<meta x=\u06dd\"y\u070f'>\ud804\udcbd&amp;<\u0301a>\u200d\r\nzwei\rdrei\u2028vier"#
            let summary = try await broker.writeSummary(of: made, text, token: sender)
            let page = try await broker.service.get(
                "/v1/summaries/\(summary.id)", token: sender, headers: [("Accept", "text/html")])
            let scalars = Array(page.text.unicodeScalars)
            let signs = scalars.filter { ["\"", "'"].contains($0) }.count
            #expect(signs == 4, "of lang and charset alone")
            let tags = scalars.indices.filter { scalars[$0] == "<" }.map { scalars[$0 + 1] }
            #expect(!tags.contains("\u{301}") && tags.filter { $0 == "m" }.count == 1, "the page's own meta")
            let lines = page.text.unicodeScalars.split(separator: "\n").map { String($0) }
            for line in ["zwei", "drei", "vier"] { #expect(lines.contains("<p>\(line)</p>"), "\(line)") }
        }
    }

    @Test("who acts for both parties says as which it writes, and the words are those of that one")
    func bothParties() async throws {
        try await withReferrals { broker in
            let both = try await ReferralFixture.token(ReferralFixture.sender, ReferralFixture.recipient)
            let made = try await broker.submitted(.record())
            for command in [ReferralCommand.startReview, .accept] {
                #expect(try await broker.command(command, made.id, token: both).status == 200)
            }
            let path = "/v1/referrals/\(made.id)"
            for list in ["messages", "summaries"] {
                func write(_ structure: UUID?) async throws -> RunningService.Answer {
                    let named = structure.map { #","structure_id":"\#($0.text)""# } ?? ""
                    return try await broker.post("\(path)/\(list)", #"{"text":"x"\#(named)}"#, token: both)
                }
                for structure in [nil, ReferralFixture.stranger] {
                    try expectProblem(try await write(structure), 422, "invalid-body", at: ["/structure_id"])
                }
                for structure in [ReferralFixture.recipient, ReferralFixture.sender] {
                    let answer = try await write(structure)
                    #expect(answer.status == 201, "\(list) \(answer.text)")
                }
            }
            let messages = try await broker.get("\(path)/messages?role=recipient", token: both).json
            #expect(messages["items"]?.array?.compactMap { $0["author"]?.string } == ["recipient", "sender"])
            #expect(messages["items"]?.array?.map { $0["delivered_at"] == .null } == [true, false])
            for (role, structure) in [("sender", ReferralFixture.sender), ("recipient", ReferralFixture.recipient)] {
                let items = try await broker.get("\(path)/summaries?role=\(role)", token: both).json["items"]?.array
                #expect(items?.compactMap { $0["structure_id"]?.string } == [structure.text], "\(role)")
                let id = try #require(items?.first?["id"]?.string)
                #expect(try await broker.get("/v1/summaries/\(id)", token: both).status == 200)
            }
            // Who has one part need not say which, and has no other.
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            #expect(try await broker.post("\(path)/messages", #"{"text":"x"}"#, token: recipient).status == 201)
            let other = #"{"text":"x","structure_id":"\#(ReferralFixture.sender.text)"}"#
            try expectProblem(
                try await broker.post("\(path)/messages", other, token: recipient), 422, "invalid-body",
                at: ["/structure_id"])
            try expectProblem(
                try await broker.get("\(path)/messages?role=sender", token: recipient), 404, "not-found")
        }
    }

    @Test("each author counts by itself, beside what the other has written and does not show")
    func authors() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted(upTo: [.startReview, .accept], .record())
            let session = try await broker.session(of: made.person)
            let first = try await broker.writeSummary(of: made, token: sender)
            let other = try await broker.writeSummary(of: made, "Suite", token: recipient)
            #expect(first.version == 1 && other.version == 1)
            // The recipient's is no newer version of the sender's.
            for summary in [first, other] {
                let approval = #"{"sha256":"\#(summary.digest)"}"#
                let answer = try await broker.post(
                    "/v1/follow-up/summaries/\(summary.id)/approval", approval, token: session)
                #expect(answer.status == 200, "\(answer.text)")
            }
            #expect(try await broker.writeSummary(of: made, token: sender).version == 2)
            let old = #"{"sha256":"\#(first.digest)"}"#
            try expectProblem(
                try await broker.post("/v1/summaries/\(first.id)/approval", old, token: sender), 409, "conflict")
        }
    }

    @Test("a recipient writes one with the purpose `synthese` only, while it accompanies the person")
    func recipients() async throws {
        try await withReferrals { broker in
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let plain = try await broker.submitted()
            let made = try await broker.submitted(.record(theme: "emploi"))
            for id in [plain.id, made.id] {
                try expectProblem(
                    try await broker.post("/v1/referrals/\(id)/summaries", #"{"text":"x"}"#, token: recipient), 409,
                    "conflict")
                for command in [ReferralCommand.startReview, .accept] {
                    #expect(try await broker.command(command, id, token: recipient).status == 200)
                }
            }
            try expectProblem(
                try await broker.post("/v1/referrals/\(plain.id)/summaries", #"{"text":"x"}"#, token: recipient), 409,
                "conflict")
            let written = try await broker.writeSummary(of: made, "Entretien-Canari", token: recipient)
            try expectProblem(try await broker.get("/v1/summaries/\(written.id)", token: sender), 404, "not-found")
            let seen = try await broker.get("/v1/referrals/\(made.id)/summaries", token: sender)
            #expect(seen.status == 200 && !seen.text.contains("Canari"))
            let session = try await broker.session(of: made.person)
            #expect(try await broker.get("/v1/follow-up", token: session).text.contains("Entretien-Canari"))
        }
    }

    @Test("sender and recipient each have versions of their own, of which none outdates the other's")
    func ownVersions() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted(upTo: [.startReview, .accept], .record())
            let session = try await broker.session(of: made.person)
            let before = try await broker.writeSummary(of: made, "Avant", token: sender)
            let after = try await broker.writeSummary(of: made, "Après", token: recipient)
            let later = try await broker.writeSummary(of: made, "Après coup", token: recipient)
            let versions: [Int] = [before.version, after.version, later.version]
            #expect(versions == [1, 1, 2])
            for (summary, status) in [(before, 200), (after, 409), (later, 200)] {
                let approved = try await broker.post(
                    "/v1/follow-up/summaries/\(summary.id)/approval", #"{"sha256":"\#(summary.digest)"}"#,
                    token: session)
                #expect(approved.status == status, "\(approved.text)")
            }
            let listed = try await broker.get("/v1/referrals/\(made.id)/summaries", token: recipient).json
            #expect(listed["items"]?.array?.compactMap { $0["version"]?.int } == [2, 1])
        }
    }

    @Test("at level 3 nothing is completed without one, where the charter asks for it", arguments: ["53", "52"])
    func required(_ region: String) async throws {
        try await withReferrals { broker in
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let facts = StructureFacts(
                id: ReferralFixture.recipient, root: ReferralFixture.recipient, region: region, networks: ["cio"],
                territories: [], offering: ReferralFixture.offering)
            broker.directory.say(facts, of: ReferralFixture.recipient)
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let third = ReferralRequest.record().json.replacing(#""cep_level":2"#, with: #""cep_level":3"#)
            let made = try ReferralFixture.Made(try await broker.post("/v1/referrals", third, token: sender))
            for command in [ReferralCommand.startReview, .accept, .start] {
                #expect(try await broker.command(command, made.id, token: recipient).status == 200)
            }
            guard region == "53" else {
                #expect(try await broker.command(.complete, made.id, token: recipient).status == 200)
                return
            }
            let refused = try await broker.command(.complete, made.id, token: recipient)
            try expectProblem(refused, 409, "conflict")
            #expect(try refused.json["current_state"] == "in_progress")
            let summary = try await broker.writeSummary(of: made, token: recipient)
            try await broker.approve(summary, token: recipient)
            try expectProblem(try await broker.command(.complete, made.id, token: recipient), 409, "conflict")
            let session = try await broker.session(of: made.person)
            let approved = try await broker.post(
                "/v1/follow-up/summaries/\(summary.id)/approval", #"{"sha256":"\#(summary.digest)"}"#, token: session)
            #expect(try approved.json["final"] == true)
            #expect(try await broker.command(.complete, made.id, token: recipient).status == 200)
        }
    }

    @Test("a summary that both approved counts when the consent is over; a consent that allows none passes nobody on")
    func requiredOfConsents() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let facts = StructureFacts(
                id: ReferralFixture.recipient, root: ReferralFixture.recipient, region: "53", networks: ["cio"],
                territories: [], offering: ReferralFixture.offering)
            broker.directory.say(facts, of: ReferralFixture.recipient)
            func third(_ request: ReferralRequest) async throws -> RunningService.Answer {
                try await broker.post(
                    "/v1/referrals", request.json.replacing(#""cep_level":2"#, with: #""cep_level":3"#), token: sender)
            }
            let refused = try await third(ReferralRequest())
            try expectProblem(refused, 409, "conflict")
            #expect(refused.text.contains("summar"), "\(refused.text)")
            #expect(try await broker.sql("select from referrals").isEmpty)
            let made = try ReferralFixture.Made(try await third(.record()))
            for command in [ReferralCommand.startReview, .accept, .start] {
                #expect(try await broker.command(command, made.id, token: recipient).status == 200)
            }
            let summary = try await broker.writeSummary(of: made, token: recipient)
            try await broker.approve(summary, token: recipient)
            let session = try await broker.session(of: made.person)
            let approved = try await broker.post(
                "/v1/follow-up/summaries/\(summary.id)/approval", #"{"sha256":"\#(summary.digest)"}"#, token: session)
            #expect(try approved.json["final"] == true)
            try await broker.sql("update consents set valid_until = clock_timestamp()")
            #expect(try await broker.command(.complete, made.id, token: recipient).status == 200)
            // Whether there is one is told to the referral's parties only.
            let id = try #require(UUID(text: made.id))
            for (structure, expected) in [(ReferralFixture.recipient, true), (ReferralFixture.stranger, false)] {
                let rows = try await broker.database.pool(for: .runtime).transact(
                    settings: [(name: "spro.structures", value: structure.text)], ["select has_final_summary(\(id))"])
                #expect(try rows[0][0].decode(Bool.self) == expected)
            }
        }
    }

    @Test("an edit and an approval at once: nobody approves a text behind a newer one")
    func race() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let made = try await broker.submitted(.record())
            let session = try await broker.session(of: made.person)
            var outcomes: Set<Int> = []
            for number in 0..<24 {
                let summary = try await broker.writeSummary(of: made, "Texte \(number)", token: sender)
                async let approval = broker.post(
                    "/v1/follow-up/summaries/\(summary.id)/approval", #"{"sha256":"\#(summary.digest)"}"#,
                    token: session)
                async let edit = broker.writeSummary(of: made, "Autre \(number)", token: sender)
                let approved = try await approval
                let next = try await edit
                outcomes.insert(approved.status)
                #expect([200, 409].contains(approved.status))
                let ids = [try #require(UUID(text: summary.id)), try #require(UUID(text: next.id))]
                let rows = try await broker.sql(
                    """
                    select count(*) from summaries as old join summaries as new on new.id = \(ids[1])
                    where old.id = \(ids[0]) and old.person_approved_at < new.written_at
                    """)
                #expect(try rows[0].decode(Int.self) == (approved.status == 200 ? 1 : 0))
            }
            let latest = try await broker.sql("select max(version), count(*) from summaries")
            let (version, count) = try latest[0].decode((Int, Int).self)
            #expect(version == 48 && count == 48)
        }
    }
}
