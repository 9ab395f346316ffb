import Foundation
import Postgres
import Schema
import Support
import Testing
import Web

@testable import ReferralService

@Suite("A database of before, brought up to date")
struct UpgradeTests {
    /// The last migration that was published before the requests to forget had ids of their own.
    private static let published = 37

    @Test("what persons had cancelled is a withdrawal, told once; requests keep the ids that they were told by")
    func cancelled() async throws {
        let before = ReferralMigrations.all.filter { $0.number <= Self.published }
        try await withDatabase(service: "referral", migrations: before) { database in
            let directory = ReferralFixture.Directory()
            let past = try await Past(database)
            for state in ReferralState.allCases where state != .cancelled { try await past.insert(state) }
            let byPerson = try await past.insert(.cancelled, by: .person)
            let withConsent = try await past.insert(.cancelled, by: .person, isConsentWithdrawn: true)
            let byStructure = try await past.insert(.cancelled, by: .sender)
            let unsent = try await past.insert(.cancelled, by: .person, isSubmitted: false)
            try await past.ask(of: withConsent.id)
            try await Connection.with(database.configuration(for: .owner)) {
                _ = try await Migrator(migrations: ReferralMigrations.all).apply(on: $0)
            }
            try await withService(
                .referral(lookup: directory.lookup), on: database, settings: ReferralFixture.settings
            ) { service in
                let broker = ReferralFixture(service: service, database: database, directory: directory)
                let noted = try await broker.sql(
                    "select kind || ' ' || requested_by, subject_id from ledger_entries order by subject_id"
                ).decode((String, UUID).self)
                #expect(noted.map(\.0) == ["referral-withdrawn person", "referral-withdrawn person"])
                #expect(noted.map(\.1) == [byPerson.id, withConsent.id])
                let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
                let asked = try await broker.get("/v1/erasures?role=recipient", token: recipient).json["items"]?.array
                let ids = asked?.map { $0["tasks"]?.array?.first?["referral_ids"]?.array ?? [] }
                #expect(ids == [[.string(byPerson.id.text)], [.string(withConsent.id.text)]])
                #expect(asked?[0]["requested_by"] == "person" && asked?[0]["cause"] == "withdrawal")
                // By the id that it was told before.
                let done = #"{"structure_id":"\#(ReferralFixture.recipient.text)","answer":"deleted"}"#
                let path = "/v1/erasures/\(Past.erasure.text)/acknowledgement"
                #expect(try await broker.post(path, done, token: recipient).status == 200)
                // Whose consent ends now is asked for the others, not again for these.
                let sender = try await ReferralFixture.token(ReferralFixture.sender)
                for one in [byPerson, byStructure, unsent] {
                    let withdrawal = "/v1/consents/\(one.consent.text)/withdrawal"
                    #expect(try await broker.post(withdrawal, "{}", token: sender).status == 200)
                }
                let later = try await broker.get("/v1/erasures?role=recipient", token: recipient).json["items"]?.array
                #expect(
                    later?.map { $0["tasks"]?.array?.first?["referral_ids"]?.array ?? [] } == [
                        [.string(byStructure.id.text)], [.string(byPerson.id.text)], [],
                    ])
            }
        }
    }

    /// Rows as the service of then wrote them.
    private struct Past: Sendable {
        static let erasure = UUID(text: "019b76da-a800-7000-8000-0000000000ee")!
        let database: Database
        private let person = UUID.v7()
        private let demand = UUID.v7()

        struct Row: Sendable {
            let id: UUID
            let consent: UUID
        }

        init(_ database: Database) async throws {
            self.database = database
            let sender = ReferralFixture.sender
            try await sql(
                """
                insert into persons (id, structure_id, mode, situations, reporting_key)
                values (\(person), \(sender), 'identified', '{}', gen_random_uuid())
                """)
            try await sql(
                """
                insert into demands (id, structure_id, person_id, theme)
                values (\(demand), \(sender), \(person), 'vae')
                """)
        }

        private func sql(_ query: Query) async throws {
            try await Connection.with(database.superuserConfiguration) { _ = try await $0.query(query) }
        }

        @discardableResult
        func insert(
            _ state: ReferralState, by actor: ReferralActor = .sender, isConsentWithdrawn: Bool = false,
            isSubmitted: Bool? = nil
        ) async throws -> Row {
            let row = Row(id: UUID.v7(), consent: UUID.v7())
            let isSubmitted = isSubmitted ?? !StateTable.initial.contains(state)
            let (sender, recipient, digest) = (
                ReferralFixture.sender, ReferralFixture.recipient, ReferralFixture.digest
            )
            try await sql(
                """
                insert into consents (id, structure_id, person_id, granted_by, agent, method, notice_id, notice_sha256,
                    language, purposes, recipients, data_categories, explicit_art9, valid_from, valid_until, single_use,
                    evidence_sha256, evidence_hash, state, withdrawn_at)
                values (\(row.consent), \(sender), \(person), 'self', 'agent-7', 'signed', 'notice-1', \(digest), 'fr',
                    '{transmission}', array[\(recipient)::uuid], '{besoin}', false, now() - interval '1 day',
                    now() + interval '1 day', false, \(digest), decode(\(digest), 'hex'),
                    \(isConsentWithdrawn ? "withdrawn" : "active"),
                    case when \(isConsentWithdrawn) then now() end)
                """)
            try await sql(
                """
                insert into referrals (id, sender_id, recipient_id, person_id, demand_id, consent_id, pseudonym,
                    service_kind, theme, urgency, data_categories, state, reason_code, outcome, redirect_to, resume_by,
                    submitted_at)
                values (\(row.id), \(sender), \(recipient), \(person), \(demand), \(row.consent), 'pseudonyme',
                    'cep-conseil', \("theme-\(row.id.text)"), 'normale', '{besoin}', \(state), 'autre', 'partielle',
                    \(ReferralFixture.stranger), '2030-01-01', case when \(isSubmitted) then now() end)
                """)
            try await sql(
                """
                insert into referral_transitions (referral_id, sequence, command, from_state, to_state, actor,
                    structure_id, client_id)
                values (\(row.id), 1, null, null, 'awaiting_consent', 'sender', \(sender), 'client'),
                    (\(row.id), 2, 'cancel', 'submitted', \(state), \(actor), \(sender), 'client')
                """)
            return row
        }

        /// A request that was told before.
        func ask(of referral: UUID) async throws {
            try await sql(
                """
                insert into erasures (id, structure_id, cause, requested_by, sequence)
                values (\(Self.erasure), \(ReferralFixture.sender), 'withdrawal', 'person', 1)
                """)
            try await sql(
                """
                insert into erasure_tasks (erasure_id, structure_id, asked_by, pseudonym, referral_ids)
                values (\(Self.erasure), \(ReferralFixture.recipient), \(ReferralFixture.sender), 'pseudonyme',
                    array[\(referral)::uuid])
                """)
        }
    }
}
