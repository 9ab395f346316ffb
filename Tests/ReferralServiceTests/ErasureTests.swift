import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Synchronization
import Testing
import Web

@testable import ReferralService

@Suite("To be forgotten")
struct ErasureTests {
    @Test("nothing of an erased person is left: no name, no key, no link; the ids only where they account for it")
    func forgotten() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            var request = ReferralRequest()
            request.birthDate = "2000-01-01"
            let made = try await broker.submitted(request)
            for command in [ReferralCommand.startReview, .accept] {
                #expect(try await broker.command(command, made.id, token: recipient).status == 200)
            }
            let other = try await broker.submitted()
            #expect(try await broker.get("/v1/referrals/\(made.id)", token: recipient).status == 200)
            let person = try #require(UUID(text: made.person))
            let key = try await broker.sql("select reporting_key from persons where id = \(person)")[0].decode(
                UUID.self)
            let path = "/v1/persons/\(made.person)/erasure"
            let answer = try await broker.post(path, "{}", token: sender, key: "once")
            #expect(answer.status == 200, "\(answer.text)")
            #expect(try answer.json["asked_structure_ids"]?.array == [.string(ReferralFixture.recipient.text)])
            #expect(try await broker.post(path, "{}", token: sender, key: "once").text == answer.text)
            try expectProblem(try await broker.post(path, "{}", token: sender), 404, "not-found")

            try expectProblem(try await broker.get("/v1/referrals/\(made.id)", token: recipient), 404, "not-found")
            try expectProblem(try await broker.get("/v1/referrals/\(made.id)", token: sender), 404, "not-found")
            let consent = try #require(made.consent)
            try expectProblem(try await broker.get("/v1/consents/\(consent)", token: sender), 404, "not-found")
            // Where ids of what is no more stand, and why: who has seen what (audit), what a restore must not undo, what
            // has happened, who is asked to forget, what was answered.
            let found = try await broker.tables(mentioning: [made.person, made.id, made.demand, consent])
            #expect(
                found.isSubset(of: [
                    "access_journal", "ledger_entries", "event_outbox", "erasure_tasks", "idempotency_keys",
                ]), "\(found)")
            #expect(try await broker.tables(mentioning: ReferralFixture.secrets) == [])
            let keyed = try await broker.tables(mentioning: [key.text])
            #expect(keyed == ["event_outbox"], "the request to forget names it, and nothing else")
            let events = try await broker.sql(
                "select type, reporting::text from event_outbox where reporting is not null order by id"
            ).decode((String, String).self)
                .filter { $0.1.contains(#""person_erased": true"#) || $0.1.contains(key.text) }
            #expect(events.last?.0 == "fr.spro.erasure.requested.v1" && events.last?.1.contains(key.text) == true)
            #expect(events.dropLast().allSatisfy { $0.1.contains(#""person_erased": true"#) })
            #expect(events.count == 3, "a reception and a submission had the key")
            // Nobody else is touched.
            #expect(try await broker.get("/v1/referrals/\(other.id)", token: recipient).status == 200)
            #expect(try await broker.sql("select from person_keys").count == 1)
        }
    }

    @Test("every key that leads to a person deletes in cascade, so that what is added later is forgotten, too")
    func cascades() async throws {
        try await withReferrals { broker in
            try await broker.sql(
                "create table notes (referral_id uuid references referrals, sealed bytea, more uuid unique)")
            try await broker.sql("create table notes_of_notes (note uuid references notes (more))")
            let open: Query = """
                with recursive reached (name, cascades) as (
                    select conrelid, confdeltype = 'c' from pg_constraint
                    where contype = 'f' and confrelid = 'persons'::regclass
                    union
                    select conrelid, confdeltype = 'c' from pg_constraint join reached on confrelid = reached.name
                    where contype = 'f')
                select name::regclass::text from reached where not cascades order by 1
                """
            #expect(try await broker.sql(open).decode(String.self) == ["notes", "notes_of_notes"])
            let owner = broker.database.configuration(for: .owner)
            try await broker.sql("alter table notes owner to referral_owner")
            try await broker.sql("alter table notes_of_notes owner to referral_owner")
            _ = try await Connection.with(owner) { try await $0.query("select prepare_forgetting()") }
            #expect(try await broker.sql(open).count == 0)
            let made = try await broker.submitted()
            let id = try #require(UUID(text: made.id))
            try await broker.sql("insert into notes values (\(id), '\\x01', \(id))")
            try await broker.sql("insert into notes_of_notes values (\(id))")
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            #expect(try await broker.post("/v1/persons/\(made.person)/erasure", "{}", token: sender).status == 200)
            #expect(try await broker.sql("select from notes_of_notes").count == 0)
        }
    }

    @Test("who was passed the person is asked to forget them, and answers once; nobody else learns of it")
    func acknowledgement() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let stranger = try await ReferralFixture.token(ReferralFixture.stranger)
            let made = try await broker.submitted()
            let pseudonym = try #require(
                try await broker.get("/v1/referrals/\(made.id)", token: recipient).json["pseudonym"]?.string)
            let erased = try await broker.post("/v1/persons/\(made.person)/erasure", "{}", token: sender)
            #expect(erased.status == 200, "\(erased.text)")
            let asked = try await broker.get("/v1/erasures?role=recipient&state=open", token: recipient).json
            let item = try #require(asked["items"]?.array?.first)
            let id = try #require(item["id"]?.string)
            #expect(item["cause"] == "erasure")
            let task = try #require(item["tasks"]?.array?.first)
            #expect(task["pseudonym"]?.string == pseudonym && task["referral_ids"]?.array == [.string(made.id)])
            #expect(task["answer"] == .null)
            for path in ["role=recipient", "role=sender"] {
                let seen = try await broker.get("/v1/erasures?\(path)", token: stranger).json
                #expect(seen["items"]?.array == [])
            }
            let path = "/v1/erasures/\(id)/acknowledgement"
            let mine = #"{"structure_id":"\#(ReferralFixture.recipient.text)","#
            let wrong: [(String, Set<String>)] = [
                (mine + #""answer":"kept"}"#, ["/answer"]),
                (mine + #""answer":"retained"}"#, ["/basis", "/retained_until"]),
                (
                    mine + #""answer":"retained","basis":"habit","retained_until":"2020-01-01"}"#,
                    ["/basis", "/retained_until"]
                ),
                (mine + #""answer":"deleted","basis":"contentieux"}"#, ["/basis"]),
            ]
            for (json, pointers) in wrong {
                try expectProblem(
                    try await broker.post(path, json, token: recipient), 422, "invalid-body", at: pointers)
            }
            let theirs = #"{"structure_id":"\#(ReferralFixture.stranger.text)","answer":"deleted"}"#
            let absent = try await broker.post(
                "/v1/erasures/\(UUID.v7().text)/acknowledgement", theirs, token: stranger)
            let forbidden = try await broker.post(path, theirs, token: stranger)
            try expectProblem(absent, 404, "not-found")
            try expectProblem(forbidden, 404, "not-found")
            try expectProblem(
                try await broker.post(path, mine + #""answer":"deleted"}"#, token: stranger), 403, "forbidden")

            func retained(days: Double) -> (String, String) {
                let day = ParisClock.day(of: Date().addingTimeInterval(days * 86_400)).text
                return (mine + #""answer":"retained","basis":"obligation-legale","retained_until":"\#(day)"}"#, day)
            }
            for json in [retained(days: 3655).0, retained(days: 0).0, retained(days: 2_000_000).0] {
                try expectProblem(
                    try await broker.post(path, json, token: recipient), 422, "invalid-body", at: ["/retained_until"])
            }
            let (kept, until) = retained(days: 3650)
            let answers = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 {
                    group.addTask { try await broker.post(path, kept, token: recipient).status }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.sorted() == [200, 409, 409, 409])
            let seen = try await broker.get("/v1/erasures?role=sender", token: sender).json
            let answered = try #require(seen["items"]?.array?.first?["tasks"]?.array?.first)
            #expect(answered["answer"] == "retained" && answered["basis"] == "obligation-legale")
            #expect(answered["retained_until"]?.string == until && answered["pseudonym"] == .null)
            #expect(answered["referral_ids"]?.array == [])
            let open = try await broker.get("/v1/erasures?role=recipient&state=open", token: recipient).json
            #expect(open["items"]?.array == [])
            let events = try await broker.sql(
                "select type, sequence from event_outbox where type like 'fr.spro.erasure%' order by sequence"
            ).decode((String, Int).self)
            #expect(events.map(\.0) == ["fr.spro.erasure.requested.v1", "fr.spro.erasure.acknowledged.v1"])
            #expect(events.map(\.1) == [1, 2])
        }
    }

    @Test("of two who are asked to forget one person neither can tell by an id that the other is asked, too")
    func apart() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            var request = ReferralRequest()
            request.consent = ReferralRequest.consent(recipients: [ReferralFixture.recipient, ReferralFixture.stranger])
            let made = try await broker.submitted(request)
            let other = ReferralRequest.onKnown(made, theme: "vae").replacing(
                ReferralFixture.recipient.text, with: ReferralFixture.stranger.text)
            #expect(try await broker.post("/v1/referrals", other, token: sender).status == 201)
            #expect(try await broker.withdraw(made, sender) == 200)
            let erased = try await broker.post("/v1/persons/\(made.person)/erasure", "{}", token: sender)
            let erasure = try #require(try erased.json["id"]?.string)
            var told: [UUID: [String]] = [:]
            for structure in [ReferralFixture.recipient, ReferralFixture.stranger] {
                let token = try await ReferralFixture.token(structure)
                let first = try await broker.get("/v1/erasures?role=recipient&limit=1", token: token).json
                let cursor = try #require(first["next_cursor"]?.string)
                let next = try await broker.get(
                    "/v1/erasures?role=recipient&limit=1&cursor=\(cursor)", token: token
                ).json
                let items = [first, next].flatMap { $0["items"]?.array ?? [] }
                #expect(items.map { $0["cause"]?.string } == ["erasure", "withdrawal"])
                #expect(items.allSatisfy { $0["tasks"]?.array?.count == 1 })
                told[structure] = items.compactMap { $0["id"]?.string }
            }
            let (mine, theirs) = (told[ReferralFixture.recipient] ?? [], told[ReferralFixture.stranger] ?? [])
            #expect(Set(mine + theirs + [erasure]).count == 5)
            // One cannot answer by what another was told, nor by what the keeper was.
            let done = #"{"structure_id":"\#(ReferralFixture.stranger.text)","answer":"deleted"}"#
            let stranger = try await ReferralFixture.token(ReferralFixture.stranger)
            for (id, status) in [(mine[0], 404), (erasure, 404), (theirs[0], 200), (theirs[1], 200)] {
                let answer = try await broker.post("/v1/erasures/\(id)/acknowledgement", done, token: stranger)
                #expect(answer.status == status, "\(answer.text)")
            }
            let kept = try await broker.get("/v1/erasures?role=sender", token: sender).json["items"]?.array
            #expect(kept?.first?["id"]?.string == erasure)
            #expect(kept?.map { $0["tasks"]?.array?.count } == [2, 2])
        }
    }

    @Test(
        "a withdrawal asks the recipient to forget, too, and tells so within a second; one that was passed nothing does not"
    )
    func withdrawals() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted()
            let consent = try #require(made.consent)
            #expect(try await broker.post("/v1/consents/\(consent)/withdrawal", "{}", token: sender).status == 200)
            var waiting = ReferralRequest()
            waiting.consent = nil
            let unsent = try await broker.submitted(waiting)
            #expect(try await broker.command(.withdraw, unsent.id, token: sender).status == 200)
            let asked = try await broker.get("/v1/erasures?role=recipient", token: recipient).json
            let items = try #require(asked["items"]?.array)
            #expect(items.count == 1 && items[0]["cause"] == "withdrawal")
            #expect(items[0]["tasks"]?.array?.first?["referral_ids"]?.array == [.string(made.id)])
            try await eventually(within: .seconds(5)) {
                try await broker.sql("select from event_outbox where type = 'fr.spro.erasure.requested.v1'").count == 1
            }
            let told = try await broker.sql(
                "select reporting is null or reporting ->> 'person' is null from event_outbox where type = 'fr.spro.erasure.requested.v1'"
            )[0].decode(Bool.self)
            #expect(told, "the person is still there, and stays linked")
            let id = try #require(items[0]["id"]?.string)
            let done = #"{"structure_id":"\#(ReferralFixture.recipient.text)","answer":"deleted"}"#
            #expect(
                try await broker.post("/v1/erasures/\(id)/acknowledgement", done, token: recipient).status == 200)
        }
    }

    @Test("who was shown something is asked, whatever became of the referral since, once for each consent")
    func ended() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            func asked() async throws -> [JSONValue] {
                let page = try await broker.get("/v1/erasures?role=recipient", token: recipient).json
                return page["items"]?.array ?? []
            }
            // Two referrals on one consent: one has come to its end, one goes on.
            let done = try await broker.submitted()
            try await broker.put(done.id, into: .completed)
            let going = try await broker.post(
                "/v1/referrals", ReferralRequest.onKnown(done, theme: "vae"), token: sender)
            let second = try #require(try going.json["id"]?.string, "\(going.text)")
            #expect(try await broker.withdraw(done, sender) == 200)
            let first = try await asked()
            #expect(first.count == 1 && first[0]["cause"] == "withdrawal" && first[0]["requested_by"] == "structure")
            let task = try #require(first[0]["tasks"]?.array?.first)
            #expect(task["referral_ids"]?.array == [.string(done.id), .string(second)])

            // The wrong person, as it often is.
            let wrong = try await broker.submitted(upTo: [.startReview, .accept])
            #expect(try await broker.command(.markEnteredInError, wrong.id, token: sender).status == 200)
            let afterError = try await asked()
            #expect(afterError.count == 2 && afterError[0]["cause"] == "error")
            #expect(afterError[0]["tasks"]?.array?.first?["referral_ids"]?.array == [.string(wrong.id)])
            #expect(try await broker.withdraw(wrong, sender) == 200)
            #expect(try await asked().count == 2, "it was asked before")

            let own = try await broker.submitted()
            let session = try await broker.session(of: own.person)
            let path = "/v1/follow-up/consents/\(try #require(own.consent))/withdrawal"
            #expect(try await broker.post(path, "{}", token: session).status == 200)
            let afterPerson = try await asked()
            #expect(afterPerson.count == 3 && afterPerson[0]["requested_by"] == "person")
        }
    }

    @Test("an erasure takes its locks in the order of everybody else: demand, consent, referral")
    func lockOrder() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            for table in ["demands", "persons"] {
                let made = try await broker.submitted()
                let (name, held) = (try #require(Identifier(table)), table == "demands" ? made.demand : made.person)
                let (id, consent) = (
                    try #require(UUID(text: held)), try #require(made.consent.flatMap { UUID(text: $0) })
                )
                let erasure = try await Connection.with(broker.database.superuserConfiguration) { connection in
                    try await connection.withTransaction { transaction in
                        // As whoever receives the person, or refers them once more.
                        try await transaction.query("select from \(name) where id = \(id) for key share")
                        let erasure = Task {
                            try await broker.post("/v1/persons/\(made.person)/erasure", "{}", token: sender).status
                        }
                        try await eventually {
                            try await broker.sql(
                                """
                                select from pg_stat_activity
                                where datname = current_database() and wait_event_type = 'Lock'
                                """
                            ).count == 1
                        }
                        let turn = try await transaction.query(
                            "select pg_try_advisory_xact_lock_shared(consent_turn(\(consent)))")
                        #expect(try turn[0].decode(Bool.self), "\(table): it holds a consent, and waits")
                        return erasure
                    }
                }
                #expect(try await erasure.value == 200)
            }
        }
    }

    @Test("who does not keep the person finds nobody, in the words for an absent id, and changes nothing")
    func whoMay() async throws {
        try await withReferrals { broker in
            let made = try await broker.submitted()
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let before = try await broker.counts()
            for token in [recipient, try await ReferralFixture.token(ReferralFixture.stranger)] {
                for path in ["erasure", "export"] {
                    let post = path == "erasure"
                    func ask(_ id: String) async throws -> RunningService.Answer {
                        let target = "/v1/persons/\(id)/\(path)"
                        let headers = [
                            ("Accept-Language", "en"), ("Idempotency-Key", UUID().uuidString), ("Request-Id", "r"),
                        ]
                        return post
                            ? try await broker.service.send(.POST, target, token: token, headers: headers, json: "{}")
                            : try await broker.service.get(target, token: token, headers: headers)
                    }
                    let foreign = try await ask(made.person)
                    let absent = try await ask(UUID.v7().text)
                    try expectProblem(foreign, 404, "not-found")
                    #expect(
                        foreign.text.replacing(made.person, with: "")
                            == absent.text.replacing(/[0-9a-f-]{36}/, with: ""))
                }
            }
            let sends = try await ReferralFixture.token(
                ReferralFixture.sender, scopes: [.referralSend, .referralReceive])
            try expectProblem(
                try await broker.post("/v1/persons/\(made.person)/erasure", "{}", token: sends), 403,
                "insufficient-scope")
            #expect(try await broker.counts() == before)
            // The function itself keeps to its tenant, whatever calls it.
            let runtime = broker.database.pool(for: .runtime)
            let person = try #require(UUID(text: made.person))
            for settings in [[], [(name: "spro.structures", value: ReferralFixture.recipient.text)]] {
                let none = try await runtime.transact(
                    settings: settings,
                    ["select forget_person(\(person), gen_random_uuid(), 'erasure', 'structure') is null"])
                #expect(try none[0][0].decode(Bool.self))
            }
            for query in ["delete from persons", "delete from referrals", "delete from erasures"] as [Query] {
                let error = await #expect(throws: DatabaseError.self) { try await runtime.query(query) }
                #expect(error?.sqlstate == "42501")
            }
        }
    }

    @Test("no read that starts after an erasure's answer discloses anything; of two erasures one is done")
    func races() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            for trial in 0..<20 {
                let made = try await broker.submitted()
                try await broker.put(made.id, into: .accepted)
                async let reading: Void = {
                    while try await broker.get("/v1/referrals/\(made.id)", token: recipient).status == 200 {}
                }()
                let path = "/v1/persons/\(made.person)/erasure"
                try await Task.sleep(for: .milliseconds(trial % 5))
                async let one = broker.post(path, "{}", token: sender)
                async let two = broker.post(path, "{}", token: sender)
                let statuses = [try await one.status, try await two.status]
                #expect(statuses.sorted() == [200, 404])
                let after = try await broker.get("/v1/referrals/\(made.id)", token: recipient)
                #expect(after.status == 404 && !after.text.contains(ReferralFixture.canary))
                try await reading
            }
            #expect(try await broker.sql("select from persons").count == 0)
        }
    }

    @Test("whoever is erased has no referral left open, not even one without a consent, nor a consent given meanwhile")
    func everything() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            var request = ReferralRequest()
            request.consent = nil
            let made = try await broker.submitted(request)
            let demand = try #require(UUID(text: made.demand))
            let given = Given()
            let answer = try await broker.blocked(
                by: { try await $0.query("select from demands where id = \(demand) for no key update") },
                { try await broker.post("/v1/persons/\(made.person)/erasure", "{}", token: sender) },
                meanwhile: { _ in
                    let consent = try await broker.record(ReferralRequest.consent(), of: made.person)
                    given.id.withLock { $0 = consent }
                })
            #expect(answer.status == 200, "\(answer.text)")
            let told = try await broker.sql(
                "select type || ' ' || subject from event_outbox where type like '%withdrawn%' order by id"
            ).decode(String.self)
            #expect(
                told == [
                    "fr.spro.consent.withdrawn.v1 consents/\(given.id.withLock(\.self))",
                    "fr.spro.referral.withdrawn.v1 referrals/\(made.id)",
                ])
        }
    }

    private final class Given: Sendable {
        let id = Mutex("")
    }

    @Test("whoever lets a referral follow another waits for an erasure before holding anything that it wants")
    func following() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            for command in [ReferralCommand.confirmRedirect, .reopen] {
                let before: ReferralCommand = command == .reopen ? .decline : .proposeRedirect
                let made = try await broker.submitted(upTo: [.startReview])
                try #require(try await broker.command(before, made.id, token: recipient).status == 200)
                let renewed = try await broker.record(
                    ReferralRequest.consent(recipients: [ReferralFixture.stranger]), of: made.person)
                let ids = try [made.person, made.id, renewed].map { try #require(UUID(text: $0)) }
                let body = command == .reopen ? "{}" : #"{"consent_id":"\#(renewed)"}"#
                let answer = try await broker.blocked(
                    by: { try await $0.query("select from persons where id = \(ids[0]) for update") },
                    { try await broker.command(command, made.id, body, token: sender) },
                    meanwhile: { transaction in
                        let free = try await transaction.query(
                            """
                            select pg_try_advisory_xact_lock(consent_turn(\(ids[2]))), (select count(*) from
                                (select from referrals where id = \(ids[1]) for update skip locked) as unlocked) = 1
                            """)
                        #expect(try free[0].decode((Bool, Bool).self) == (true, true), "\(command)")
                    })
                #expect(answer.status == 200, "\(answer.text)")
            }
        }
    }

    @Test("whoever writes a referral twice waits for an erasure before holding anything that it wants")
    func twice() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            for command in [ReferralCommand.schedule, .recordAttendance, .requestConsent] {
                var request = ReferralRequest()
                request.consent = ReferralRequest.consent(purposes: ["transmission", "rendez-vous"])
                let made: ReferralFixture.Made
                if command == .requestConsent {
                    request.consent = nil
                    let draft = String(request.json.dropLast()) + #","draft":true}"#
                    made = try ReferralFixture.Made(try await broker.post("/v1/referrals", draft, token: sender))
                } else {
                    let before: [ReferralCommand] = command == .recordAttendance ? [.schedule] : []
                    made = try await broker.submitted(upTo: [.startReview, .accept] + before, request)
                }
                let ids = try [made.person, made.id, made.consent ?? made.id].map { try #require(UUID(text: $0)) }
                let token = command == .requestConsent ? sender : recipient
                let answer = try await broker.blocked(
                    by: { try await $0.query("select from persons where id = \(ids[0]) for update") },
                    { try await broker.command(command, made.id, token: token) },
                    meanwhile: { transaction in
                        let free = try await transaction.query(
                            """
                            select pg_try_advisory_xact_lock(consent_turn(\(ids[2]))), (select count(*) from
                                (select from referrals where id = \(ids[1]) for update skip locked) as unlocked) = 1
                            """)
                        #expect(try free[0].decode((Bool, Bool).self) == (true, true), "\(command)")
                    })
                #expect(answer.status == 200, "\(answer.text)")
            }
        }
    }

    @Test("whoever writes what goes along waits for an erasure before holding the referral")
    func contents() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let made = try await broker.submitted(.record())
            let ids = try [made.person, made.id].map { try #require(UUID(text: $0)) }
            let answer = try await broker.blocked(
                by: { try await $0.query("select from persons where id = \(ids[0]) for update") },
                { try await broker.post("/v1/referrals/\(made.id)/contents", #"{"narrative":"x"}"#, token: sender) },
                meanwhile: { transaction in
                    let free = try await transaction.query(
                        "select from referrals where id = \(ids[1]) for update skip locked")
                    #expect(free.count == 1)
                })
            #expect(answer.status == 200, "\(answer.text)")
        }
    }

    @Test("whoever comes by a link while its person is erased finds that it does not hold")
    func sessions() async throws {
        try await withReferrals { broker in
            let made = try await broker.submitted()
            let link = try await broker.link(of: made.person)
            let person = try #require(UUID(text: made.person))
            let answer = try await broker.blocked(
                by: { try await $0.query("delete from persons where id = \(person)") },
                { try await broker.open(link.secret) })
            try expectProblem(answer, 401, "unauthenticated")
        }
    }
}

extension ReferralFixture {
    /// Every table that has a row in which one of these texts stands, as text or as bytes.
    func tables(mentioning texts: [String]) async throws -> Set<String> {
        let tables = try await sql(
            "select relname::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
        ).decode(String.self)
        let hexadecimal = texts.map { Array($0.utf8).hexadecimal }
        var found: Set<String> = []
        for table in tables {
            let name = try #require(Identifier(table))
            for row in try await sql("select \(name)::text from \(name)").decode(String.self)
            where (texts + hexadecimal).contains(where: row.contains) { found.insert(table) }
        }
        return found
    }
}
