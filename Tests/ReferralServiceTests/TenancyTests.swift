import Foundation
import Logging
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import ReferralService

@Suite("Who sees which rows")
struct TenancyTests {
    /// Columns that name a tenant.
    private static let tenantColumns = ["structure_id", "sender_id", "recipient_id"]
    /// Tables that concern nobody in particular.
    private static let tenantless: Set<String> = [
        "schema_migrations", "idempotency_keys", "known_structures", "event_epochs", "event_outbox",
        "webhook_position",
        "journal_segments", "journal_seals",
        "referral_timers",
    ]

    @Test("every table with a tenant has row-level security, forced, and nothing else is without a reason")
    func forced() async throws {
        try await withDatabase(service: "referral", migrations: ReferralMigrations.all) { database in
            try await Connection.with(database.superuserConfiguration) { connection in
                let rows = try await connection.query(
                    """
                    select relname::text, relrowsecurity, relforcerowsecurity,
                        exists (select from pg_attribute where attrelid = pg_class.oid and not attisdropped
                            and attname::text = any (\(Self.tenantColumns)))
                    from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
                    """)
                let tables = try rows.decode((String, Bool, Bool, Bool).self)
                #expect(tables.count > 10)
                for (name, isSecured, isForced, hasTenant) in tables {
                    #expect(isSecured == isForced, "\(name)")
                    #expect(isSecured == !Self.tenantless.contains(name), "\(name)")
                    if hasTenant { #expect(isSecured, "\(name)") }
                }
            }
        }
    }

    @Test("without its tenant, and for a stranger, the runtime role finds no row in any of them; the worker no person")
    func withoutTenant() async throws {
        try await withReferrals { broker in
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            var request = ReferralRequest.record()
            request.birthDate = "2000-01-01"
            let made = try await broker.submitted(request)
            #expect(try await broker.command(.startReview, made.id, token: recipient).status == 200)
            #expect(try await broker.get("/v1/referrals/\(made.id)", token: recipient).status == 200)
            let hook = try await WebhookTests.make(broker, "https://example.org/")
            #expect(try await broker.post("/v1/webhooks/\(hook)/test", "{}", token: recipient).status == 201)
            let withdrawn = try await broker.submitted()
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            #expect(try await broker.command(.withdraw, withdrawn.id, token: sender).status == 200)
            let message = try await broker.post(
                "/v1/referrals/\(made.id)/messages", #"{"text":"Bonjour"}"#, token: recipient)
            #expect(message.status == 201)
            let id = try #require(UUID(text: made.id))
            try await broker.sql(
                "insert into referral_options values (\(id), 0, \(ReferralFixture.recipient), '{wish}')")
            try await broker.sql(
                """
                insert into appointments (id, referral_id, starts_at, minutes, channel, made_by)
                values (\(UUID.v7()), \(id), now(), 60, 'visio', 'recipient')
                """)
            try await broker.sql(
                """
                insert into referral_notices (id, referral_id, kind, delay, since, sender_id, recipient_id, territories,
                    theme, urgency)
                values (\(UUID.v7()), \(id), 'sender-warning', 1, now(), \(ReferralFixture.sender),
                    \(ReferralFixture.recipient), '{}', 'emploi', 'haute')
                """)
            try await broker.writeRecord(of: made)
            _ = try await broker.session(of: made.person)
            let tables = try await broker.sql("select relname::text from pg_class where relrowsecurity").decode(
                String.self)
            #expect(tables.count >= 13)
            let runtime = broker.database.pool(for: .runtime)
            let worker = broker.database.pool(for: .worker)
            for table in tables {
                let name = try #require(Identifier(table))
                let all = try await broker.sql("select count(*) from \(name)")[0].decode(Int.self)
                #expect(all > 0, "\(table): nothing to be found would prove nothing")
                // Twice on one connection: after the first transaction the setting is empty, no longer null.
                let stranger = [
                    (name: "spro.structures", value: ReferralFixture.stranger.text),
                    (name: "spro.client", value: ReferralFixture.client(of: ReferralFixture.stranger)),
                ]
                for settings in [[], stranger, []] {
                    let seen = try await runtime.transact(settings: settings, ["select count(*) from \(name)"])
                    #expect(try seen[0][0].decode(Int.self) == 0, "\(table) \(settings)")
                }
                let parties = "\(ReferralFixture.sender.text),\(ReferralFixture.recipient.text)"
                let tenants = [
                    (name: "spro.structures", value: parties),
                    (name: "spro.client", value: ReferralFixture.client(of: ReferralFixture.recipient)),
                ]
                let own = try await runtime.transact(
                    settings: tenants, ["select count(*) from \(name)"])
                // When persons come by their links is theirs alone to see.
                #expect(
                    try (own[0][0].decode(Int.self) > 0) == (table != "follow_up_sessions"),
                    "\(table): hidden from its own tenants, too")
                if ["persons", "person_fields", "person_fingerprints"].contains(table) {
                    let error = await #expect(throws: DatabaseError.self) {
                        try await worker.query("select * from \(name)")
                    }
                    #expect(error?.sqlstate == "42501")
                }
            }
        }
    }

    @Test("the database alone keeps a recipient to its tier, whatever is asked of it")
    func disclosedFields() async throws {
        try await withReferrals { broker in
            let made = try await broker.submitted()
            let runtime = broker.database.pool(for: .runtime)
            func fields() async throws -> [String] {
                let settings = [(name: "spro.structures", value: ReferralFixture.recipient.text)]
                let rows = try await runtime.transact(
                    settings: settings, ["select category from person_fields order by category"])
                return try rows[0].decode(String.self)
            }
            for state in ReferralState.allCases {
                try await broker.put(made.id, into: state)
                let expected = DataCategory.visible(
                    in: state, isAnonymous: false, meant: Set(DataCategory.allCases),
                    consented: Set(DataCategory.allCases)
                ).filter { $0.tier == .relay || $0.tier == .identity }
                #expect(try await fields() == expected.map(\.rawValue).sorted(), "\(state)")
            }
            try await broker.put(made.id, into: .accepted)
            let consent = try #require(made.consent.flatMap { UUID(text: $0) })
            try await broker.sql("update consents set data_categories = '{besoin,alias}' where id = \(consent)")
            #expect(try await fields() == ["alias"])
            try await broker.sql(
                """
                update consents set valid_from = now() - interval '2 days', valid_until = now() - interval '1 second'
                where id = \(consent)
                """)
            #expect(try await fields() == [])
        }
    }

    @Test("a structure changes neither what a consent says, nor to whom a referral goes, nor who somebody is")
    func leastRights() async throws {
        try await withReferrals { broker in
            _ = try await broker.submitted()
            let runtime = broker.database.pool(for: .runtime)
            let settings = [(name: "spro.structures", value: ReferralFixture.sender.text)]
            let forbidden: [Query] = [
                "select created_at from persons", "select * from persons", "update persons set mode = 'anonymous'",
                "update persons set reporting_key = gen_random_uuid()", "update person_keys set wrapped_key = ''",
                "update person_fields set sealed = ''", "update consents set recipients = recipients",
                "update consents set valid_until = valid_until",
                "update consents set data_categories = data_categories",
                "update consents set evidence_hash = evidence_hash",
                "update referrals set person_id = person_id",
                "update referrals set data_categories = data_categories", "update demands set person_id = person_id",
            ]
            for query in forbidden {
                let error = await #expect(throws: DatabaseError.self, "\(query.text)") {
                    try await runtime.transact(settings: settings, [query])
                }
                #expect(error?.sqlstate == "42501", "\(query.text)")
            }
            let allowed = try await runtime.transact(
                settings: settings, ["update referrals set changed_at = now()", "select reporting_key from persons"])
            #expect(allowed[0].affected == 1 && allowed[1].count == 1)
        }
    }

    @Test("a recipient locks a consent and changes nothing of it, nor writes for another structure")
    func writes() async throws {
        try await withReferrals { broker in
            let made = try await broker.submitted()
            let runtime = broker.database.pool(for: .runtime)
            let settings = [(name: "spro.structures", value: ReferralFixture.recipient.text)]
            let locked = try await runtime.transact(settings: settings, ["select id from consents for share"])
            #expect(locked[0].count == 1)
            let demand = try #require(UUID(text: made.demand))
            let forbidden: [Query] = [
                "update consents set valid_until = valid_until - interval '1 hour'",
                "insert into referral_transitions select referral_id, sequence + 1, command, from_state, to_state, actor, structure_id, client_id from referral_transitions",
                "delete from referrals", "update referral_transitions set client_id = 'x'",
                "delete from access_journal",
                "update access_journal set client_id = 'x'",
                """
                insert into receptions (id, demand_id, structure_id, root_id, channel, access, urgency, audiences,
                    in_scope, received_at)
                values (gen_random_uuid(), \(demand), \(ReferralFixture.sender), \(ReferralFixture.sender),
                    'presentiel', 'flux', 'normale', '{}', true, now())
                """,
            ]
            for query in forbidden {
                let error = await #expect(throws: DatabaseError.self) {
                    try await runtime.transact(settings: settings, [query])
                }
                #expect(error?.sqlstate == "42501", "\(query.text)")
            }
            let untouched = try await runtime.transact(
                settings: settings, ["update demands set state = 'closed', closed_at = now(), outcome = 'satisfaite'"])
            #expect(untouched[0].affected == 0)
        }
    }

    @Test("a network's token acts for its structures, as the directory last told, and for no other")
    func networks() async throws {
        try await withReferrals { broker in
            let made = try await broker.submitted()
            let cio = try await ReferralFixture.token(networks: ["cio"])
            let missions = try await ReferralFixture.token(networks: ["mission-locale"])
            let youth = try await ReferralFixture.token(networks: ["crij"])
            let path = "/v1/referrals/\(made.id)"
            #expect(try await broker.get(path, token: cio).json["role"] == "recipient")
            let here = try await ReferralFixture.token(networks: ["cio"], region: "52")
            let elsewhere = try await ReferralFixture.token(networks: ["cio"], region: "53")
            #expect(try await broker.get(path, token: here).json["role"] == "recipient")
            try expectProblem(try await broker.get(path, token: elsewhere), 404, "not-found")
            #expect(try await broker.get(path, token: missions).json["role"] == "sender")
            try expectProblem(try await broker.get(path, token: youth), 404, "not-found")
            let person = { (structure: UUID) in #"{"structure_id":"\#(structure.text)","mode":"anonymous"}"# }
            #expect(
                try await broker.post("/v1/persons", person(ReferralFixture.antenne), token: cio).status == 201)
            try expectProblem(
                try await broker.post("/v1/persons", person(ReferralFixture.antenne), token: elsewhere), 403,
                "forbidden")
            try expectProblem(
                try await broker.post("/v1/persons", person(ReferralFixture.sender), token: cio), 403, "forbidden")
            try expectProblem(
                try await broker.post("/v1/persons", person(UUID.v7()), token: cio), 403, "forbidden")
            // What is known goes on while the directory is away; what is not waits for it.
            broker.directory.isDown = true
            try await broker.sql("update known_structures set checked_at = now() - interval '1 day'")
            #expect(
                try await broker.post("/v1/persons", person(ReferralFixture.antenne), token: cio).status == 201)
            let unknown = try await broker.post("/v1/persons", person(ReferralFixture.stranger), token: youth)
            try expectProblem(unknown, 503, "unavailable")
            #expect(unknown.headers["retry-after"] == ["5"])
            // For a week.
            try await broker.sql("update known_structures set checked_at = now() - interval '7 days'")
            let tooOld = try await broker.post("/v1/persons", person(ReferralFixture.antenne), token: cio)
            try expectProblem(tooOld, 503, "unavailable")
            try expectProblem(try await broker.get(path, token: cio), 404, "not-found")
        }
    }

    @Test("replicas that ask the directory at the same time ask for each structure once")
    func askingByTurns() async throws {
        try await withReferrals { broker in
            let pool = broker.database.pool(for: .runtime)
            let partners = PartnerStructures(
                lookup: broker.directory.lookup, known: KnownStructureRepository(pool: pool))
            try await broker.sql(
                """
                insert into known_structures (id, root_id, networks, territories, checked_at)
                select id, id, '{cio}', '{}', now() - interval '2 hours'
                from (select gen_random_uuid() as id from generate_series(1, 120)) as ids
                """)
            let before = broker.directory.asked.count
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await KnownStructureReview(partners: partners, logger: Logger(label: "test")).sweep()
                    }
                }
                try await group.waitForAll()
            }
            #expect(broker.directory.asked.count - before == 120)
        }
    }

    @Test("a structure that has left its network, or the directory, is acted for no longer, though nobody names it")
    func leaving() async throws {
        try await withReferrals { broker in
            let made = try await broker.submitted()
            let cio = try await ReferralFixture.token(networks: ["cio"])
            let missions = try await ReferralFixture.token(networks: ["mission-locale"])
            let youth = try await ReferralFixture.token(networks: ["crij"])
            let path = "/v1/referrals/\(made.id)"
            let pool = broker.database.pool(for: .runtime)
            let partners = PartnerStructures(
                lookup: broker.directory.lookup, known: KnownStructureRepository(pool: pool))
            let review = KnownStructureReview(partners: partners, logger: Logger(label: "test"))
            func facts(_ id: UUID) async throws -> StructureFacts {
                try #require(try await partners.find(id, for: nil))
            }
            let recipient = try await facts(ReferralFixture.recipient)
            broker.directory.say(
                StructureFacts(
                    id: recipient.id, root: recipient.root, region: "52", networks: ["crij"],
                    territories: recipient.territories), of: recipient.id)
            broker.directory.say(nil, of: ReferralFixture.sender)

            // What was told within the hour stands.
            let before = broker.directory.asked.count
            try await review.sweep()
            #expect(broker.directory.asked.count == before)
            #expect(try await broker.get(path, token: cio).status == 200)
            #expect(try await broker.get(path, token: missions).status == 200)

            try await broker.sql("update known_structures set checked_at = now() - interval '61 minutes'")
            broker.directory.isDown = true
            await #expect(throws: PartnerStructures.NoAnswer.self) { try await review.sweep() }
            #expect(try await broker.get(path, token: cio).status == 200)
            broker.directory.isDown = false
            try await review.sweep()
            try expectProblem(try await broker.get(path, token: cio), 404, "not-found")
            try expectProblem(try await broker.get(path, token: missions), 404, "not-found")
            #expect(try await broker.get(path, token: youth).json["role"] == "recipient")
            // Nobody is passed to what is gone, also while the directory is away; its own token keeps what it has.
            broker.directory.isDown = true
            try await broker.sql("update known_structures set checked_at = now() - interval '2 minutes'")
            #expect(try await partners.find(ReferralFixture.sender, for: nil) == nil)
            let own = try await ReferralFixture.token(ReferralFixture.sender)
            #expect(try await broker.get(path, token: own).json["role"] == "sender")
            // Back again.
            broker.directory.isDown = false
            broker.directory.say(
                StructureFacts(
                    id: ReferralFixture.sender, root: ReferralFixture.sender, region: "52",
                    networks: ["mission-locale"], territories: []), of: ReferralFixture.sender)
            #expect(try await facts(ReferralFixture.sender).networks == ["mission-locale"])
            #expect(try await broker.get(path, token: missions).json["role"] == "sender")
        }
    }

    @Test("the directory is told for whose sake it is asked, by every post that names a structure")
    func correlation() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
            func post(_ path: String, _ json: String, _ requestID: String) async throws -> RunningService.Answer {
                try await broker.sql("delete from known_structures")
                let headers = [
                    ("Request-Id", requestID), ("traceparent", "00-\(trace)-00f067aa0ba902b7-01"),
                    ("Idempotency-Key", requestID),
                ]
                return try await broker.service.send(.POST, path, token: sender, headers: headers, json: json)
            }
            let made = try await post("/v1/referrals", ReferralRequest().json, "request-1")
            let ids = try ReferralFixture.Made(made)
            let own = #"{"structure_id":"\#(ReferralFixture.sender.text)","#
            let person = own + #""person_id":"\#(ids.person)","#
            #expect(try await post("/v1/persons", own + #""mode":"anonymous"}"#, "request-2").status == 201)
            #expect(
                try await post("/v1/consents", person + ReferralRequest.consent().dropFirst(), "request-3").status
                    == 201)
            let demand = #""theme":"emploi","reception":\#(ReferralRequest.reception)}"#
            #expect(try await post("/v1/demands", person + demand, "request-4").status == 201)
            let again = own + ReferralRequest.reception.dropFirst()
            #expect(try await post("/v1/demands/\(ids.demand)/receptions", again, "request-5").status == 201)
            let asked = broker.directory.asked.compactMap(\.self)
            #expect(asked.map(\.requestID) == ["request-1"] + (1...5).map { "request-\($0)" })
            #expect(asked.allSatisfy { $0.traceID == trace })
        }
    }
}
