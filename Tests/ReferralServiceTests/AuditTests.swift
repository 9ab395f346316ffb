import Foundation
import Logging
import Postgres
import Schema
import Support
import Testing
import Tokens
import Web

@testable import ReferralService

@Suite("The journal of accesses, sealed")
struct AuditTests {
    @Test(
        "who looks is written down with purpose, tier, consent and its version; what the consent keeps back, as denied")
    func entries() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let auditor = try await TestIssuer.shared.token(scopes: [.auditRead])
            var request = ReferralRequest()
            request.consent = ReferralRequest.consent(
                categories: ReferralRequest().categories.filter { $0 != "contact" })
            request.categories.removeAll { $0 == "contact" }
            let made = try await broker.submitted(request)
            for command in [ReferralCommand.startReview, .accept] {
                #expect(try await broker.command(command, made.id, token: recipient).status == 200)
            }
            _ = try await broker.get("/v1/referrals/\(made.id)", token: recipient)
            let consent = try #require(made.consent.flatMap { UUID(text: $0) })
            try await broker.sql(
                """
                update consents set valid_from = now() - interval '2 days', valid_until = now() - interval '1 second'
                where id = \(consent)
                """)
            let hidden = try await broker.get("/v1/referrals/\(made.id)", token: recipient)
            for secret in ReferralFixture.secrets { #expect(!hidden.text.contains(secret)) }
            try await broker.sealed()
            let answer = try await broker.get("/v1/audit", token: auditor)
            let items = try #require(try answer.json["items"]?.array)
            #expect(items.map { $0["decision"]?.string } == ["disclosed", "denied"])
            #expect(items.map { $0["purpose"]?.string } == ["transmission", "transmission"])
            #expect(items.map { $0["tier"]?.string } == ["L2", "L2"])
            #expect(items[0]["data_categories"]?.array == ["alias", "canal-relais", "identite"])
            #expect(items[0]["consent_id"]?.string == made.consent && items[0]["consent_version"]?.int == 1)
            #expect(items[1]["data_categories"] == items[0]["data_categories"])
            for secret in ReferralFixture.secrets { #expect(!answer.text.contains(secret)) }
            try expectProblem(try await broker.get("/v1/audit", token: sender), 403, "insufficient-scope")
            try expectProblem(
                try await broker.get("/v1/audit/checkpoint", token: recipient), 403, "insufficient-scope")
        }
    }

    @Test("the journal is read beside work that stands still, and by an index for a structure or a referral")
    func ofItsOwn() async throws {
        try await withReferrals { broker in
            let auditor = try await TestIssuer.shared.token(scopes: [.auditRead])
            let made = try await broker.read(times: 1)
            try await broker.sealed()
            try await Connection.with(broker.database.superuserConfiguration) { connection in
                try await connection.withTransaction { transaction in
                    // As many as the worker has connections, and more.
                    for table in ["erasures", "referral_timers", "webhook_position", "webhooks", "persons"] {
                        let name = try #require(Identifier(table))
                        try await transaction.query("lock table \(name) in access exclusive mode")
                    }
                    try await eventually {
                        try await broker.sql(
                            """
                            select from pg_stat_activity where datname = current_database()
                                and usename = 'referral_worker' and wait_event_type = 'Lock'
                            """
                        ).count >= 3
                    }
                    let answer = try await broker.get("/v1/audit?referral_id=\(made[0].id)", token: auditor)
                    #expect(answer.status == 200, "\(answer.text)")
                    #expect(try await broker.get("/v1/audit/checkpoint", token: auditor).status == 200)
                }
            }
            try await broker.sql(
                """
                insert into access_journal (id, structure_id, client_id, subject, request_id, referral_id, person_id,
                    tier, categories)
                select gen_random_uuid(), gen_random_uuid(), 'c', 's', 'r', gen_random_uuid(), gen_random_uuid(), 1,
                    '{alias}' from generate_series(1, 5000)
                """)
            try await broker.sql("analyze access_journal")
            let id = try #require(UUID(text: made[0].id))
            for column in ["structure_id", "referral_id"] {
                let name = try #require(Identifier(column))
                let plan = try await broker.sql("explain select from access_journal where \(name) = \(id)").decode(
                    String.self)
                #expect(plan.contains { $0.contains("Index") }, "\(column): \(plan)")
            }
        }
    }

    @Test("a checkpoint is checked by what everybody may have: the public keys")
    func publicKeys() async throws {
        try await withReferrals { broker in
            let auditor = try await TestIssuer.shared.token(scopes: [.auditRead])
            _ = try await broker.read(times: 1)
            try await broker.sealed()
            let folder = FileManager.default.temporaryDirectory.appending(path: "audit-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            func keep(_ text: String, as name: String) throws -> String {
                try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
                return "\(folder)/\(name)"
            }
            let checkpoint = try keep(
                try await broker.get("/v1/audit/checkpoint", token: auditor).text, as: "checkpoint.json")
            let keys = try keep(try await broker.get("/v1/keys", token: auditor).text, as: "keys.json")
            let kept = try App.Audit.Verify.read(checkpoint, try App.Audit.Verify.publicKeys(keys))
            #expect(kept.head.position == 2)
            #expect(try await broker.report(kept) { _ in }.isSound)
            var json = JSONWriter()
            json.object { json in
                json.member("keys") { json in json.array(of: [SigningKey.es256().jwk]) { $0.value(.object($1)) } }
            }
            let others = try keep(String(decoding: json.bytes, as: UTF8.self), as: "others.json")
            for file in [others, checkpoint, "\(folder)/none.json"] {
                #expect(throws: (any Error).self, "\(file)") {
                    try App.Audit.Verify.read(checkpoint, try App.Audit.Verify.publicKeys(file))
                }
            }
        }
    }

    @Test("pages follow one another without a gap, filtered or not; a cursor belongs to its list")
    func pages() async throws {
        try await withReferrals { broker in
            let auditor = try await TestIssuer.shared.token(scopes: [.auditRead])
            let made = try await broker.read(times: 7)
            try await broker.sealed()
            for (filter, count) in [("", 14), ("person_id=\(made[0].person)&", 7)] {
                var path = "/v1/audit?\(filter)limit=3"
                var positions: [Int] = []
                while true {
                    let page = try await broker.get(path, token: auditor).json
                    positions += (page["items"]?.array ?? []).compactMap { $0["position"]?.int }
                    guard let cursor = page["next_cursor"]?.string else { break }
                    path = "/v1/audit?\(filter)limit=3&cursor=\(cursor)"
                }
                #expect(positions.count == count && positions == positions.sorted())
                if filter.isEmpty { #expect(positions == Array(1...14)) }
                let cursor = path.split(separator: "=").last ?? ""
                try expectProblem(
                    try await broker.get("/v1/audit?structure_id=\(made[0].id)&cursor=\(cursor)", token: auditor), 400,
                    "invalid-parameters", at: ["cursor"])
            }
            try expectProblem(
                try await broker.get("/v1/audit?limit=1001&person_id=x&who=y", token: auditor), 400,
                "invalid-parameters", at: ["limit", "person_id", "who"])
        }
    }

    @Test("one entry flipped, deleted, swapped, added or cut off is found, each time")
    func tampering() async throws {
        try await withReferrals { broker in
            _ = try await broker.read(times: 6)
            try await broker.sealed()
            let key = try #require(SigningKey.es256(pem: TestKey.signingPEM))
            let auditor = try await TestIssuer.shared.token(scopes: [.auditRead])
            let signed = try await broker.get("/v1/audit/checkpoint", token: auditor)
            let (own, other) = (try key.verificationKey(), try SigningKey.es256().verificationKey())
            let checkpoint = try #require(JournalCheckpoint(signed.text, signedBy: [other, own]))
            #expect(JournalCheckpoint(signed.text, signedBy: [other]) == nil)
            #expect(checkpoint.head.position == 12)
            _ = try await broker.read(times: 2)
            try await broker.sealed()
            var generator = SeededGenerator(seed: 9)
            for trial in 0..<runs(50) {
                let attack = Attack.allCases[trial % Attack.allCases.count]
                let report = try await broker.report(checkpoint) { transaction in
                    try await attack.apply(&generator, in: transaction)
                }
                #expect(!report.isSound, "\(attack)")
                #expect(report.findings.contains { attack.expected.contains($0.kind) }, "\(attack) \(report.findings)")
            }
            let sound = try await broker.report(checkpoint) { _ in }
            #expect(sound.isSound && sound.head.position == 16 && sound.tail == 0, "\(sound.findings)")
            // Without a checkpoint the end can go unseen: what the documentation says, and why checkpoints are kept.
            let blind = try await broker.report(nil) { try await Attack.truncate.apply(&generator, in: $0) }
            #expect(blind.isSound)
        }
    }

    @Test("what a consent that is over keeps back is written down by the tier that a proposed redirect left")
    func deniedAfterProposal() async throws {
        try await withReferrals { broker in
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted(upTo: [.startReview, .accept, .start, .proposeRedirect])
            try await broker.sql("update consents set valid_until = clock_timestamp()")
            #expect(try await broker.get("/v1/referrals/\(made.id)", token: recipient).status == 200)
            let noted = try await broker.sql("select decision, tier from access_journal").decode((String, Int).self)
            #expect(noted.map { "\($0.0) \($0.1)" } == ["denied 2"])
        }
    }

    @Test("every added entry is told of, and none of them is counted with those that wait for their seal")
    func manyAdded() async throws {
        try await withReferrals { broker in
            _ = try await broker.read(times: 1)
            try await broker.sealed()
            let report = try await broker.report(nil) { transaction in
                try await transaction.query(
                    """
                    insert into access_journal (id, structure_id, client_id, subject, request_id, referral_id, person_id,
                        tier, categories, epoch, xid)
                    select gen_random_uuid(), structure_id, client_id, subject, request_id, referral_id, person_id, tier,
                        categories, epoch, xid
                    from access_journal, generate_series(1, 130)
                    where id = (select journal_id from journal_seals where position = 1)
                    """)
            }
            #expect(report.findings.count { $0.kind == .added } == 130 && report.tail == 0, "\(report.tail)")
        }
    }

    /// What somebody may do who writes the tables themselves.
    private enum Attack: CaseIterable {
        case flip, delete, swap, add, truncate, reseal, cutSegment, flipSeal

        var expected: Set<JournalAudit.Finding.Kind> {
            switch self {
            case .flip, .swap: [.changed]
            case .delete: [.deleted]
            case .add: [.added]
            case .truncate: [.truncated]
            case .reseal: [.truncated, .broken]
            case .cutSegment, .flipSeal: [.broken, .changed]
            }
        }

        func apply(_ generator: inout SeededGenerator, in transaction: Transaction) async throws {
            let position = Int.random(in: 1...11, using: &generator)
            let victim: Query = "(select journal_id from journal_seals where position = \(position))"
            switch self {
            case .flip:
                let changes: [Query] = [
                    "client_id = client_id || 'x'", "tier = 4 - tier + case when tier = 2 then -1 else 0 end",
                    "at = at + interval '1 microsecond'", "categories = array['identite']",
                    "consent_version = consent_version + 1", "decision = 'denied'", "purpose = 'retour'",
                    "person_id = gen_random_uuid()", "structure_id = gen_random_uuid()",
                    "salt = decode(repeat('00', 32), 'hex')",
                ]
                let change = changes[Int.random(in: 0..<changes.count, using: &generator)]
                try await transaction.query("update access_journal set \(change) where id = \(victim)")
            case .delete: try await transaction.query("delete from access_journal where id = \(victim)")
            case .swap:
                // Two entries change their ids, and with them their places.
                let other = position + 1
                try await transaction.query(
                    """
                    with pair as (select a.journal_id as one, b.journal_id as two from journal_seals a, journal_seals b
                        where a.position = \(position) and b.position = \(other))
                    update access_journal set request_id = other.request_id, categories = other.categories,
                        at = other.at, tier = other.tier
                    from pair, access_journal as other
                    where access_journal.id in (one, two) and other.id in (one, two) and other.id <> access_journal.id
                    """)
            case .add:
                try await transaction.query(
                    """
                    insert into access_journal (id, structure_id, client_id, subject, request_id, referral_id, person_id,
                        tier, categories, epoch, xid)
                    select gen_random_uuid(), structure_id, client_id, subject, request_id, referral_id, person_id, tier,
                        categories, epoch, xid from access_journal where id = \(victim)
                    """)
            case .truncate:
                let first: Query = "(select first_position from journal_segments order by number limit 1)"
                try await transaction.query(
                    """
                    delete from access_journal where id in (select journal_id from journal_seals where position >= \(first))
                    """)
                try await transaction.query("delete from journal_seals where position >= \(first)")
                try await transaction.query("delete from journal_segments where first_position >= \(first)")
            case .reseal:
                // Everything is sealed anew, as if it had always been so.
                try await transaction.query("update access_journal set client_id = 'x' where id = \(victim)")
                try await transaction.query("delete from journal_seals")
                try await transaction.query("delete from journal_segments")
                try await Self.sealAll(in: transaction)
            case .cutSegment: try await transaction.query("delete from journal_segments where number = 1")
            case .flipSeal:
                try await transaction.query(
                    """
                    update journal_seals set commitment = set_byte(commitment, 3, 255 - get_byte(commitment, 3))
                    where position = \(position)
                    """)
            }
        }

        /// As the sealer would, over all entries in one segment.
        private static func sealAll(in transaction: Transaction) async throws {
            let journal = JournalRepository()
            let entries = try await transaction.query(
                "select \(JournalEntry.columns) from access_journal order by access_journal.epoch, access_journal.xid, access_journal.number"
            ).map(JournalEntry.init)
            var head = JournalHead.genesis
            for entry in entries { head.append(entry.commitment) }
            let segment = JournalRepository.Segment(
                number: 1, first: 1, previous: JournalHead.genesis.digest, head: head, sealedAt: Date())
            try await journal.insert(entries, as: segment, in: transaction)
        }
    }

    @Test("entries are sealed in the order of their commits, by two sealers, past a transaction that stays open")
    func order() async throws {
        try await withReferrals { broker in
            let made = try await broker.read(times: 1)
            try await broker.sealed()
            let superuser = broker.database.superuserConfiguration
            let person = try #require(UUID(text: made[0].person))
            let insert: Query = """
                insert into access_journal (id, structure_id, client_id, subject, request_id, referral_id, person_id, tier,
                    categories) values (gen_random_uuid(), gen_random_uuid(), 'slow', 's', 'r', gen_random_uuid(),
                    \(person), 1, '{alias}')
                """
            try await Connection.with(superuser) { slow in
                try await slow.withTransaction { transaction in
                    try await transaction.query(insert)
                    _ = try await broker.read(times: 2)
                    try await Task.sleep(for: .milliseconds(700))
                    let sealed = try await broker.sql("select count(*) from journal_seals")[0].decode(Int.self)
                    #expect(sealed == 2, "what came after the open transaction waits for it")
                }
            }
            let worker = broker.database.pool(for: .worker)
            let sealers = (0..<2).map { _ in JournalSealer(worker: worker, logger: Logger(label: "test")) }
            async let one = sealers[0].sweep()
            async let two = sealers[1].sweep()
            _ = (try await one, try await two)
            try await broker.sealed()
            let clients = try await broker.sql(
                "select client_id from journal_seals join access_journal on id = journal_id order by position"
            ).decode(String.self)
            #expect(clients.count == 7 && clients[2] == "slow")
            #expect(try await broker.report(nil) { _ in }.isSound)
        }
    }

    @Test("nobody but the sealer seals, and even it changes nothing")
    func rights() async throws {
        try await withReferrals { broker in
            _ = try await broker.read(times: 1)
            try await broker.sealed()
            for (role, queries) in [
                (
                    Roles.Role.worker,
                    [
                        "update journal_seals set position = position", "delete from journal_segments",
                        "update access_journal set tier = 1", "delete from access_journal",
                    ] as [Query]
                ), (.runtime, ["select from journal_seals", "insert into journal_segments default values"]),
            ] {
                for query in queries {
                    let error = await #expect(throws: DatabaseError.self, "\(role) \(query.text)") {
                        try await broker.database.pool(for: role).query(query)
                    }
                    #expect(error?.sqlstate == "42501", "\(role) \(query.text)")
                }
            }
        }
    }
}

extension ReferralFixture {
    /// Two accepted referrals, each read so often.
    func read(times: Int) async throws -> [Made] {
        let recipient = try await Self.token(Self.recipient)
        var made: [Made] = []
        for theme in ["emploi", "vae"] {
            var request = ReferralRequest()
            request.theme = theme
            let one = try await submitted(request)
            try await put(one.id, into: .accepted)
            for _ in 0..<times { #expect(try await get("/v1/referrals/\(one.id)", token: recipient).status == 200) }
            made.append(one)
        }
        return made
    }

    /// Waits until the running broker has sealed everything.
    func sealed() async throws {
        try await eventually(within: .seconds(10)) {
            try await sql(
                "select from access_journal where not exists (select from journal_seals where journal_id = id)"
            ).isEmpty
        }
    }

    private struct Undone: Error {}

    /// What `audit verify` says of the journal after something was done to it, which is undone again.
    func report(
        _ checkpoint: JournalCheckpoint?, _ attack: (Transaction) async throws -> Void
    ) async throws -> JournalAudit.Report {
        var report: JournalAudit.Report?
        do {
            try await Connection.with(database.superuserConfiguration) { connection in
                try await connection.withTransaction { transaction in
                    try await attack(transaction)
                    report = try await JournalAudit().verify(against: checkpoint, in: transaction)
                    throw Undone()
                }
            }
        } catch is Undone {}
        return try #require(report)
    }
}
