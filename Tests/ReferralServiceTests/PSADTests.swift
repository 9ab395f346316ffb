import Foundation
import Postgres
import Schema
import Support
import Testing
import Web

@testable import ReferralService

/// Referrals of early leavers, over HTTP and in the database.
@Suite("Referrals to platforms for early leavers")
struct PSADTests {
    enum Granters: CaseIterable {
        case youngPerson, representative, both

        var codes: Set<String> {
            switch self {
            case .youngPerson: ["self"]
            case .representative: ["legal-representative"]
            case .both: ["self", "legal-representative"]
            }
        }
    }

    private static let represented = #""granted_by":"legal-representative","representation":"tuteur""#

    /// A consent of the one, the other, or both.
    private static func consent(
        _ granters: Granters, recipients: [UUID] = [ReferralFixture.recipient],
        categories: [String] = ReferralRequest.everything
    ) -> String {
        let own = ReferralRequest.consent(
            recipients: recipients, purposes: ["transmission", "synthese"], categories: categories, explicit: true)
        let second =
            #"{\#(represented),"method":"oral-witnessed","witness":"temoin-3","evidence":{"id":"acte-2","sha256":"\#(ReferralFixture.digest)"}}"#
        return switch granters {
        case .youngPerson: own
        case .representative: own.replacing(#""granted_by":"self""#, with: represented)
        case .both: "{\"co_grant\":\(second)," + own.dropFirst()
        }
    }

    private static func request(
        _ band: String?, _ granters: Granters?, theme: String = "decrochage", kind: String = "cep-conseil",
        categories: [String] = ReferralRequest.everything
    ) -> String {
        var request = ReferralRequest()
        (request.theme, request.categories) = (theme, categories)
        request.consent = granters.map { consent($0, categories: categories) }
        let age = band.map { #""age_band":"\#($0)","# } ?? ""
        return request.json.replacing(#""age_band":"18-25","#, with: age)
            .replacing(#""service_kind":"cep-conseil""#, with: #""service_kind":"\#(kind)""#)
    }

    /// The recipient is a platform.
    private static func offerSupport(_ broker: ReferralFixture) {
        let kinds = ReferralFixture.offering.kinds.merging([UUID.v7(): "appui-decrocheurs"]) { $1 }
        let facts = StructureFacts(
            id: ReferralFixture.recipient, root: ReferralFixture.recipient, region: "52", networks: ["cio"],
            territories: ["territoire-spro:52-02"],
            offering: StructureFacts.Offering(status: ReferralFixture.offering.status, kinds: kinds))
        broker.directory.say(facts, of: ReferralFixture.recipient)
    }

    private static func make(_ broker: ReferralFixture, _ json: String) async throws -> ReferralFixture.Made {
        let token = try await ReferralFixture.token(ReferralFixture.sender)
        let answer = try await broker.post("/v1/referrals", json, token: token)
        try #require(answer.status == 201, "\(answer.text)")
        return try ReferralFixture.Made(answer)
    }

    @Test("nothing of L3 before the platform has received the young person, whatever is read")
    func ofAge() async throws {
        let receiver = WebhookReceiver()
        try await receiver.run { url in
            try await withReferrals { broker in
                _ = try await WebhookTests.make(broker, url)
                let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
                let made = try await Self.make(broker, Self.request("18-25", .youngPerson))
                try await broker.writeRecord(of: made)
                let path = "/v1/referrals/\(made.id)"
                func read() async throws -> [String] {
                    var texts: [String] = []
                    for path in [path, "\(path)/summaries", "\(path)/timeline", "/v1/referrals?role=recipient"] {
                        texts.append(try await broker.get(path, token: recipient).text)
                    }
                    return texts
                }
                for command in [ReferralCommand.startReview, .accept] {
                    for text in try await read() {
                        for secret in ReferralFixture.recordSecrets { #expect(!text.contains(secret)) }
                    }
                    #expect(try await broker.command(command, made.id, token: recipient).status == 200)
                }
                let accepted = try await broker.get(path, token: recipient).json
                #expect(accepted["tier"] == "L2" && accepted["identity"] != .null && accepted["narrative"] == .null)
                #expect(try await broker.command(.start, made.id, token: recipient).status == 200)
                let received = try await broker.get(path, token: recipient)
                #expect(try received.json["tier"] == "L3")
                for secret in ReferralFixture.recordSecrets { #expect(received.text.contains(secret)) }
                let seen = try await broker.sql(
                    "select count(*) from access_journal where tier = 3 and decision = 'disclosed'")
                #expect(try seen[0].decode(Int.self) == 1)
                #expect(try await broker.command(.hold, made.id, token: recipient).status == 200)
                #expect(try await broker.get(path, token: recipient).json["tier"] == "L3")
                #expect(try await broker.command(.resume, made.id, token: recipient).status == 200)
                // What goes out by itself says nothing of it, and what is the person's is not the platform's to take.
                try await eventually { receiver.heard.count >= 6 }
                let told = receiver.heard.map { String(decoding: $0.body, as: UTF8.self) }
                let events = try await broker.sql("select event_outbox::text from event_outbox").decode(String.self)
                for text in told + events {
                    for secret in ReferralFixture.recordSecrets { #expect(!text.contains(secret)) }
                }
                try expectProblem(
                    try await broker.get("/v1/persons/\(made.person)/export", token: recipient), 404, "not-found")
                let session = try await broker.session(of: made.person)
                let withdrawn = try await broker.post(
                    "/v1/follow-up/consents/\(made.consent ?? "")/withdrawal", "{}", token: session)
                #expect(withdrawn.status == 200)
                try expectProblem(try await broker.get(path, token: recipient), 404, "not-found")
            }
        }
    }

    @Test(
        "L3 goes by the word of those whose word it needs, and nothing is stored without",
        arguments: [
            "moins-16", "16-17", "18-25", "non-communique", nil,
        ])
    func submission(_ band: String?) async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            Self.offerSupport(broker)
            let adult = band == "18-25"
            for kind in ["appui-decrocheurs", "cep-conseil"] {
                let theme = kind == "cep-conseil" ? "decrochage" : "formation"
                for granters in Granters.allCases {
                    let before = try await broker.counts()
                    let json = Self.request(band, granters, theme: theme, kind: kind)
                    let answer = try await broker.post("/v1/referrals", json, token: sender)
                    if granters == .both || adult && granters == .youngPerson {
                        #expect(answer.status == 201, "\(answer.text)")
                        continue
                    }
                    if band == "moins-16", granters == .youngPerson {
                        try expectProblem(answer, 422, "invalid-body", at: ["/consent/granted_by"])
                    } else {
                        try expectProblem(answer, 409, "conflict")
                        let missing =
                            granters == .representative ? "young person’s own word" : "legal representative’s word, too"
                        #expect(try answer.json["detail"]?.string?.contains(missing) == true, "\(answer.text)")
                    }
                    #expect(try await broker.counts() == before)
                }
            }
            // Without L3 it is a referral as any other.
            let plain = ["besoin", "situation", "alias", "canal-relais", "identite", "contact"]
            let granters: Granters = band == "moins-16" ? .representative : .youngPerson
            let made = try await broker.post(
                "/v1/referrals", Self.request(band, granters, categories: plain), token: sender)
            #expect(made.status == 201, "\(made.text)")
        }
    }

    @Test("a referral that waits is submitted, and written to, by the same words")
    func later() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let made = try await Self.make(broker, Self.request("16-17", nil))
            let contents = #"{"narrative":"\#(ReferralFixture.narrative)"}"#
            func write() async throws -> RunningService.Answer {
                try await broker.post("/v1/referrals/\(made.id)/contents", contents, token: sender)
            }
            try expectProblem(try await write(), 409, "conflict")
            #expect(try await broker.counts()["referral_contents"] == 0)
            // The young person agrees on their own side; that is not enough yet.
            let session = try await broker.session(of: made.person)
            let terms =
                #"{"notice":{"id":"n1","sha256":"\#(ReferralFixture.digest)"},"language":"fr","purposes":["transmission"],"recipients":["\#(ReferralFixture.recipient.text)"],"data_categories":\#(ReferralRequest.list(ReferralRequest.everything)),"explicit_art9":true,"valid_until":"\#(RFC3339.format(Date().addingTimeInterval(3600)))"}"#
            let own = try await broker.post("/v1/follow-up/consents", terms, token: session)
            let alone = try #require(try own.json["id"]?.string, "\(own.text)")
            let path = "/v1/follow-up/referrals/\(made.id)/commands/submit"
            let refused = try await broker.post(path, #"{"consent_id":"\#(alone)"}"#, token: session)
            try expectProblem(refused, 409, "conflict")
            #expect(try refused.json["current_state"] == "awaiting_consent")
            try expectProblem(try await write(), 409, "conflict")
            let both = try await broker.record(Self.consent(.both), of: made.person)
            let body = #"{"consent_id":"\#(both)"}"#
            #expect(try await broker.post(path, body, token: session).status == 200)
            #expect(try await write().status == 200)
            // Whose consent is over, writes no more.
            try await broker.sql("update consents set valid_until = clock_timestamp()")
            try expectProblem(try await write(), 409, "conflict")
        }
    }

    @Test("a redirect needs the same words anew")
    func redirect() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await Self.make(broker, Self.request("16-17", .both))
            for command in [ReferralCommand.startReview, .proposeRedirect] {
                #expect(try await broker.command(command, made.id, token: recipient).status == 200)
            }
            func confirm(_ granters: Granters) async throws -> RunningService.Answer {
                let consent = try await broker.record(
                    Self.consent(granters, recipients: [ReferralFixture.stranger]), of: made.person)
                return try await broker.command(
                    .confirmRedirect, made.id, #"{"consent_id":"\#(consent)"}"#, token: sender)
            }
            for granters in [Granters.youngPerson, .representative] {
                try expectProblem(try await confirm(granters), 409, "conflict")
            }
            let confirmed = try await confirm(.both)
            #expect(confirmed.status == 200, "\(confirmed.text)")
        }
    }

    @Test(
        "every grant, age and state: over HTTP as in the rule, and the database alone holds to it",
        .timeLimit(.minutes(5)))
    func everyCell() async throws {
        try await withReferrals { broker in
            let made = try await Self.make(broker, Self.request("18-25", .both))
            try await broker.writeRecord(of: made)
            try await broker.keepUnseen()
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let runtime = broker.database.pool(for: .runtime)
            try await Connection.with(broker.database.superuserConfiguration) { connection in
                for band in [nil] + Vocabulary.ageBand.codes.map(Optional.some) {
                    try await connection.query("update persons set age_band = \(band)")
                    for granters in Granters.allCases {
                        let (first, second): (String, String?) =
                            granters == .both
                            ? ("self", "legal-representative") : (granters.codes.first ?? "", nil)
                        let digest = second.map { _ in ReferralFixture.digest }
                        try await connection.query(
                            """
                            update consents set granted_by = \(first), representation = null, co_granted_by = \(second),
                                co_representation = null, co_witness = null, co_evidence_reference = null,
                                co_method = \(second.map { _ in "signed" }), co_evidence_sha256 = \(digest)
                            """)
                        for (state, previous) in Self.places {
                            try await broker.put(made.id, into: state, after: previous, on: connection)
                            let place: Comment = "\(band ?? "") \(granters) \(state) \(String(describing: previous))"
                            let isShown =
                                PSADProfile.hasReceived(in: state, after: previous)
                                && PSADProfile.gap(grantedBy: granters.codes, ageBand: band) == nil
                            let rows = try await runtime.transact(
                                settings: [(name: "spro.structures", value: ReferralFixture.recipient.text)],
                                [
                                    "select category from referral_contents union all select 'synthese' from summaries order by 1"
                                ])
                            #expect(
                                try rows[0].decode(String.self)
                                    == (isShown ? ["pieces", "recit", "sante", "synthese"] : []), place)
                            let answer = try await broker.get("/v1/referrals/\(made.id)", token: recipient)
                            for secret in ReferralFixture.recordSecrets {
                                #expect(answer.text.contains(secret) == isShown, place)
                            }
                            #expect(
                                answer.text.contains(ReferralFixture.canary)
                                    == (state.tier(after: previous) == .record), place)
                        }
                    }
                }
            }
        }
    }

    private static let places: [(ReferralState, ReferralState?)] = ReferralState.allCases.flatMap(places)

    private static func places(_ state: ReferralState) -> [(ReferralState, ReferralState?)] {
        switch state {
        case .onHold: [(state, .accepted), (state, .inProgress)]
        case .redirectProposed: [(state, .underReview), (state, .inProgress)]
        default: [(state, nil)]
        }
    }

    @Test("the database's words for it are the rule's")
    func functions() async throws {
        try await withReferrals { broker in
            try await Connection.with(broker.database.superuserConfiguration) { connection in
                for granters in PSADProfileTests.grants where !granters.isEmpty {
                    for band in PSADProfileTests.bands {
                        let row = try await connection.query("select psad_gap(\(Array(granters)), \(band))")[0]
                        let gap = PSADProfile.gap(grantedBy: granters, ageBand: band)
                        #expect(try row.decode(String?.self) == gap?.rawValue, "\(granters) \(band ?? "")")
                    }
                }
                for state in ReferralState.allCases {
                    for previous in ReferralState.allCases.map(Optional.some) + [nil] {
                        let row = try await connection.query("select psad_has_received(\(state), \(previous))")[0]
                        #expect(
                            try row.decode(Bool.self) == PSADProfile.hasReceived(in: state, after: previous),
                            "\(state) \(String(describing: previous))")
                    }
                }
                for kind in Vocabulary.serviceKind.codes {
                    for theme in Vocabulary.theme.codes {
                        let row = try await connection.query("select is_psad(\(kind), \(theme))")[0]
                        #expect(try row.decode(Bool.self) == PSADProfile.covers(serviceKind: kind, theme: theme))
                    }
                }
            }
        }
    }

    @Test("a consent of two is shown with both words, proved with both, and never of one twice")
    func twoWords() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let made = try await Self.make(broker, Self.request("moins-16", .both))
            let consent = try #require(made.consent)
            let shown = try await broker.get("/v1/consents/\(consent)", token: sender).json
            #expect(shown["granted_by"] == "self" && shown["co_grant"]?["granted_by"] == "legal-representative")
            #expect(shown["co_grant"]?["witness"] == "temoin-3")
            #expect(shown["co_grant"]?["evidence"]?["id"] == "acte-2")
            let receipt = try await broker.get("/v1/consents/\(consent)/receipt", token: sender).text
            let payload = try #require(
                receipt.split(separator: ".").dropFirst().first.flatMap { Base64URL.decode($0.utf8) })
            let parties = try JSONValue(parsing: payload)["parties"]
            #expect(parties?["granted_by"] == "self" && parties?["co_granted_by"] == "legal-representative")
            let single = try await Self.make(broker, Self.request("18-25", .youngPerson, theme: "formation"))
            let one = try await broker.get("/v1/consents/\(single.consent ?? "")", token: sender).json
            #expect(one["co_grant"] == .null)

            let twice = Self.consent(.both).replacing(
                Self.represented + #","method":"oral-witnessed""#,
                with: #""granted_by":"self","method":"oral-witnessed""#)
            let bare = #"{"co_grant":{"granted_by":"legal-representative"},"# + Self.consent(.youngPerson).dropFirst()
            let before = try await broker.counts()
            for (json, places) in [
                (twice, ["/co_grant/granted_by"]),
                (bare, ["/co_grant/representation", "/co_grant/method", "/co_grant/evidence"]),
            ] {
                let body =
                    #"{"structure_id":"\#(ReferralFixture.sender.text)","person_id":"\#(made.person)","#
                    + json.dropFirst()
                try expectProblem(
                    try await broker.post("/v1/consents", body, token: sender), 422, "invalid-body", at: Set(places))
            }
            #expect(try await broker.counts() == before)
        }
    }
}
