import Crypto
import Foundation
import Postgres
import Schema
import Support
import Synchronization
import Testing
import Web

@testable import ReferralService

@Suite("Keys that wrap keys")
struct KeyRotationTests {
    private static func line(_ month: String, _ byte: UInt8) -> String {
        "\(month) \(Data(repeating: byte, count: 32).base64EncodedString())"
    }

    private static func keys(_ lines: String...) -> KeyEncryptionKeys {
        KeyEncryptionKeys(Settings(environment: ["SPRO_KEY_ENCRYPTION_KEYS": lines.joined(separator: "\n")]))
    }

    @Test("one a month, by lines; whatever else stands there stops the start")
    func settings() throws {
        let keys = Self.keys(Self.line("2026-10", 2), "", Self.line("2026-09", 1), Self.line("9999-12", 3))
        #expect(keys.all.map(\.month) == ["2026-09", "2026-10", "9999-12"])
        #expect(keys.newest.month == "2026-10", "a key waits for its month")
        #expect(keys.newest(on: try #require(RFC3339.parse("2026-09-30T23:59:59Z"))).month == "2026-09")
        #expect(keys.newest(on: try #require(RFC3339.parse("2025-01-01T00:00:00Z"))).month == "2026-09")
        #expect(keys.key(named: keys.newest.id)?.month == "2026-10")
        #expect(keys.key(named: keys.newest.digest)?.month == "2026-10", "as rows named it before there were several")
        let wrong = [
            nil, "", "c2hvcnQ=", "2026-10", "2026-10 c2hvcnQ=", "2026-13 \(Self.line("", 1))", Self.line("26-10", 1),
            Self.line("2026-10", 1) + " x", Self.line("2026-10", 1) + "\n" + Self.line("2026-10", 2),
        ]
        for text in wrong {
            let settings = Settings(environment: text.map { ["SPRO_KEY_ENCRYPTION_KEYS": $0] } ?? [:])
            _ = KeyEncryptionKeys(settings)
            let failure = #expect(throws: Settings.Failure.self, "\(text ?? "none")") { try settings.finish() }
            #expect(failure?.complaints.first?.contains("SPRO_KEY_ENCRYPTION_KEYS") == true)
        }
        for text in [nil, "c2hvcnQ="] {
            let settings = Settings(environment: text.map { ["SPRO_BLIND_INDEX_KEY": $0] } ?? [:])
            _ = BlindIndex(settings)
            #expect(throws: Settings.Failure.self) { try settings.finish() }
        }
    }

    @Test("persons are read during a rotation and after it, when the old key is gone; whoever writes meanwhile is, too")
    func rotation() async throws {
        let old = try #require(ReferralFixture.settings["SPRO_KEY_ENCRYPTION_KEYS"])
        let both = Self.keys(old, Self.line("2026-02", 9))
        try await withReferrals { broker in
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            var made: [ReferralFixture.Made] = []
            for theme in ["formation", "emploi", "vae", "metiers", "droits"] {
                var request = ReferralRequest()
                request.theme = theme
                made.append(try await broker.submitted(request))
            }
            // As rows were before keys had months.
            let first = try #require(UUID(text: made[0].person))
            let digest = both.all[0].digest
            let wrapped = try await broker.wrappedKey(of: first, among: both).wrapped(by: both.all[0], named: digest)
            try await broker.sql(
                "update person_keys set wrapped_key = \(wrapped), wrapping_key = \(digest) where person_id = \(first)")
            for referral in made {
                for command in [ReferralCommand.startReview, .accept] {
                    #expect(try await broker.command(command, referral.id, token: recipient).status == 200)
                }
            }
            let place = broker.database.configuration(for: .worker)
            let rotated = try await Connection.with(place) { connection in
                // An erasure at work holds a row: it is left for the next turn.
                let blocked = try await Connection.with(broker.database.superuserConfiguration) { other in
                    try await other.withTransaction { transaction in
                        try await transaction.query("select from person_keys where person_id = \(first) for update")
                        return try await KeyRotation(keys: both, chunk: 2).run(on: connection)
                    }
                }
                let writer = try await broker.submitted()
                let rest = try await KeyRotation(keys: both, chunk: 2).run(on: connection)
                #expect(try await KeyRotation(keys: both).run(on: connection) == KeyRotation.Outcome())
                let standing = try await KeyRotationRepository().standing(on: connection)
                #expect(standing.map(\.id) == [both.newest.id] && standing.map(\.persons) == [6])
                let report = KeyReport(both, standing)
                #expect(report.lines[0].hasSuffix("not needed") && report.lines[1].hasSuffix("wraps"))
                #expect(!report.isMissingAny)
                #expect(KeyReport(Self.keys(old), standing).isMissingAny)
                return (blocked, rest, writer.id)
            }
            #expect(rotated.0 == KeyRotation.Outcome(wrapped: 4) && rotated.1 == KeyRotation.Outcome(wrapped: 2))
            // A replica that has only the new key.
            let settings = ["SPRO_KEY_ENCRYPTION_KEYS": Self.line("2026-02", 9)]
            let ids = made.map(\.id)
            try await broker.withReplica(settings: settings) { replica in
                for id in ids {
                    let answer = try await replica.get("/v1/referrals/\(id)", token: recipient)
                    #expect(answer.text.contains(ReferralFixture.canary))
                }
            }
        }
    }

    /// Moves from one month into the next at its second reading.
    private final class Midnight: Sendable {
        private let readings = Mutex(0)

        func now() -> Date {
            let reading = readings.withLock { count in
                count += 1
                return count
            }
            return RFC3339.parse(reading == 1 ? "2026-01-31T23:59:59Z" : "2026-02-01T00:00:00Z")!
        }
    }

    @Test("who is registered over the turn of a month is wrapped by the key that their row names")
    func midnight() async throws {
        let both = Self.keys(Self.line("2026-01", 1), Self.line("2026-02", 2))
        let midnight = Midnight()
        let turning = KeyEncryptionKeys(both.all, now: { midnight.now() })
        try await withReferrals { broker in
            let json: JSONValue = ["mode": "anonymous", "situations": []]
            let draft = try ObjectReader.read(json) { PersonDraft($0, today: ParisClock.today) }
            let id = UUID.v7()
            let settings = [(name: "spro.structures", value: ReferralFixture.sender.text)]
            try await broker.database.pool(for: .runtime).withTransaction(settings: settings) { transaction in
                let persons = PersonRepository(keys: turning, index: BlindIndex(key: SymmetricKey(size: .bits256)))
                _ = try await persons.insert(draft, id: id, of: ReferralFixture.sender, in: transaction)
            }
            _ = try await broker.wrappedKey(of: id, among: both)
        }
    }

    @Test("a key that does not open is passed over and told, and keeps no other waiting")
    func spoiled() async throws {
        let old = try #require(ReferralFixture.settings["SPRO_KEY_ENCRYPTION_KEYS"])
        let both = Self.keys(old, Self.line("2026-02", 9))
        try await withReferrals { broker in
            var persons: [UUID] = []
            for _ in 0..<5 { persons.append(try #require(UUID(text: try await broker.submitted().person))) }
            persons.sort { $0.text < $1.text }
            try await broker.sql(
                """
                update person_keys set wrapped_key = set_byte(wrapped_key, 20, 255 - get_byte(wrapped_key, 20))
                where person_id in (\(persons[0]), \(persons[3]))
                """)
            let outcome = try await Connection.with(broker.database.configuration(for: .worker)) { connection in
                try await KeyRotation(keys: both, chunk: 2).run(on: connection)
            }
            #expect(outcome == KeyRotation.Outcome(wrapped: 3, unopened: [persons[0], persons[3]]))
            for person in [persons[1], persons[2], persons[4]] {
                _ = try await broker.wrappedKey(of: person, among: Self.keys(Self.line("2026-02", 9)))
            }
        }
    }

    @Test("a structure is told whom it knows already, however the name is typed; another structure is not")
    func duplicates() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let stranger = try await ReferralFixture.token(ReferralFixture.stranger)
            func register(
                _ given: String, _ family: String, _ birth: String?, at structure: UUID = ReferralFixture.sender,
                more: String = ""
            ) async throws -> RunningService.Answer {
                let birth = birth.map { #","birth_date":"\#($0)""# } ?? ""
                return try await broker.post(
                    "/v1/persons",
                    #"{"structure_id":"\#(structure.text)","mode":"identified","identity":{"given_name":"\#(given)","family_name":"\#(family)"\#(birth)}\#(more)}"#,
                    token: structure == ReferralFixture.sender ? sender : stranger)
            }
            let first = try await register("Zoé-Anne", "Le Gall", "2001-02-03")
            let id = try #require(try first.json["id"]?.string)
            for (given, family) in [("ZOE ANNE", "LEGALL"), ("Zoé Anne", "Le-Gall")] {
                let again = try await register(given, family, "2001-02-03")
                try expectProblem(again, 409, "conflict")
                #expect(try again.json["known_person_ids"]?.array == [.string(id)])
            }
            let twin = try await register("Zoé-Anne", "Le Gall", "2001-02-03", more: #","another_person":true"#)
            #expect(twin.status == 201)
            let third = try await register("Zoé-Anne", "Le Gall", "2001-02-03")
            #expect(try third.json["known_person_ids"]?.array?.count == 2)
            for (given, family, birth) in [
                ("Zoé-Anne", "Le Gall", "2001-02-04"), ("Zoé", "Anne Le Gall", "2001-02-03"),
                ("Anne-Zoé", "Le Gall", "2001-02-03"),
            ] {
                #expect(try await register(given, family, birth).status == 201)
            }
            for _ in 0..<2 { #expect(try await register("Zoé-Anne", "Le Gall", nil).status == 201) }
            #expect(
                try await register("Zoé-Anne", "Le Gall", "2001-02-03", at: ReferralFixture.stranger).status == 201)
            let equal = try await broker.sql(
                """
                select count(*) from person_fingerprints a join person_fingerprints b using (fingerprint)
                where a.structure_id <> b.structure_id
                """)
            #expect(try equal[0].decode(Int.self) == 0)
            // With a referral, too; and of two at once only one is new.
            var request = ReferralRequest()
            request.birthDate = "1999-12-31"
            let json = request.json
            async let one = broker.post("/v1/referrals", json, token: sender)
            async let two = broker.post("/v1/referrals", json, token: sender)
            #expect(Set([try await one.status, try await two.status]) == [201, 409])
        }
    }
}

extension ReferralFixture {
    func wrappedKey(of person: UUID, among keys: KeyEncryptionKeys) async throws -> PersonKey {
        let rows = try await sql("select wrapped_key, wrapping_key from person_keys where person_id = \(person)")
        let (wrapped, id) = try rows[0].decode(([UInt8], String).self)
        return try PersonKey(of: person, wrapped: wrapped, by: id, among: keys)
    }
}
