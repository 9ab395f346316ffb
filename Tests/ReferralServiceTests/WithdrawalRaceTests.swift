import Crypto
import Foundation
import Postgres
import Schema
import Support
import Testing
import Tokens
import Web

@testable import ReferralService

/// Withdrawals against reads and acceptances, on connections of their own, without the HTTP edge that would slow both
/// down evenly.
@Suite("A withdrawal wins every race")
struct WithdrawalRaceTests {
    private static let trials = 1000

    @Test("no read that starts after the withdrawal's commit discloses anything", .timeLimit(.minutes(10)))
    func reads() async throws {
        try await withRace { race in
            var disclosed = 0
            for trial in 0..<Self.trials {
                let made = try await race.make(.accepted)
                async let reading = race.readUntilGone(made, from: trial)
                try await Task.sleep(for: .microseconds(trial % 50 * 40))
                try await race.withdraw(made)
                let committed = ContinuousClock.now
                let reads = try await reading
                for read in reads where read.disclosed {
                    disclosed += 1
                    #expect(read.start < committed, "disclosed by a read that started after the commit")
                }
            }
            #expect(disclosed > Self.trials / 10, "the readers were there before the withdrawal, too")
            // By the database's own clock: whoever was reading had finished before the consent was withdrawn.
            #expect(try await race.lateDisclosures() == 0)
        }
    }

    @Test(
        "an acceptance after the withdrawal fails; one before it is withdrawn with the rest", .timeLimit(.minutes(10)))
    func acceptances() async throws {
        try await withRace { race in
            var accepted = 0
            for trial in 0..<Self.trials {
                let made = try await race.make(.underReview)
                async let acceptance = race.accept(made, after: .microseconds(trial % 20 * 100))
                try await Task.sleep(for: .microseconds(trial / 20 % 20 * 100))
                try await race.withdraw(made)
                if try await acceptance { accepted += 1 }
                #expect(try await race.state(made) == .withdrawn)
            }
            // Else it would be no race.
            #expect(accepted > 0 && accepted < Self.trials, "\(accepted)")
        }
    }

    private func withRace(_ body: (Race) async throws -> Void) async throws {
        try await withDatabase(service: "referral", migrations: ReferralMigrations.all) { database in
            try await body(try await Race(database))
        }
    }
}

/// The broker's own parts, without its edge.
private struct Race: Sendable {
    struct Made: Sendable {
        let id: UUID
        let consent: UUID
    }

    struct Read: Sendable {
        let start: ContinuousClock.Instant
        let disclosed: Bool
    }

    private let tenants: TenantDatabase
    private let handling: ReferralHandling
    private let reading: ReferralReading
    private let sender: Acting
    private let recipient: Acting
    private let facts: StructureFacts
    private let database: Database

    init(_ database: Database) async throws {
        self.database = database
        tenants = TenantDatabase(pool: database.pool(for: .runtime))
        let persons = PersonRepository(
            keys: KeyEncryptionKeys([KeyEncryptionKey(.init(size: .bits256), month: "2026-01")]),
            index: BlindIndex(key: .init(size: .bits256)))
        handling = ReferralHandling(
            tenants: tenants, persons: persons,
            summaries: SummaryRequirement(
                regions: [], summaries: SummaryRepository(persons: persons)))
        reading = ReferralReading(tenants: tenants, persons: persons)
        sender = try await ReferralFixture.acting(ReferralFixture.sender)
        recipient = try await ReferralFixture.acting(ReferralFixture.recipient)
        facts = StructureFacts(
            id: ReferralFixture.sender, root: ReferralFixture.sender, region: "52", networks: [], territories: [])
    }

    /// A new referral that has come to this state by commands.
    func make(_ state: ReferralState) async throws -> Made {
        let json = try JSONValue(parsing: Array(ReferralRequest().json.utf8))
        let draft = try ObjectReader.read(json) { ReferralDraft($0, now: Date()) }
        let answer = try await handling.create(draft, from: facts, Self.key("create"), sender)
        let created = try JSONValue(parsing: answer.body)
        func id(_ name: String) throws -> UUID { try #require(created[name]?.string.flatMap { UUID(text: $0) }) }
        let made = Made(id: try id("id"), consent: try id("consent_id"))
        let commands: [ReferralCommand] = state == .accepted ? [.startReview, .accept] : [.startReview]
        for command in commands {
            _ = try await handling.apply(command, to: made.id, .init(), Self.key(command.rawValue), recipient)
        }
        return made
    }

    func withdraw(_ made: Made) async throws {
        try await tenants.withTransaction(sender) { transaction in
            #expect(
                try await ConsentRepository().withdraw(made.consent, sender, in: transaction) == true)
            _ = try await ReferralRepository().withdrawAll(
                restingOn: made.consent, of: ReferralFixture.sender, by: "test", in: transaction)
        }
    }

    /// Reads until there is nothing to be read.
    func readUntilGone(_ made: Made, from trial: Int) async throws -> [Read] {
        var reads: [Read] = []
        while true {
            let start = ContinuousClock.now
            do {
                let view = try await reading.show(made.id, as: nil, recipient)
                reads.append(Read(start: start, disclosed: !view.disclosures.isEmpty || !view.visible.isEmpty))
            } catch let refusal as Refusal where refusal.code == .notFound {
                reads.append(Read(start: start, disclosed: false))
                return reads
            }
        }
    }

    func accept(_ made: Made, after delay: Duration) async throws -> Bool {
        try await Task.sleep(for: delay)
        do {
            _ = try await handling.apply(.accept, to: made.id, .init(), Self.key("accept"), recipient)
            return true
        } catch let refusal as Refusal {
            #expect(refusal.code == .notFound)
            return false
        }
    }

    func state(_ made: Made) async throws -> ReferralState? {
        try await tenants.withTransaction(sender) { try await ReferralRepository().find(made.id, in: $0)?.state }
    }

    /// How many reads the journal has that came after the withdrawal of the consent that they rested on.
    func lateDisclosures() async throws -> Int {
        try await Connection.with(database.superuserConfiguration) { connection in
            try await connection.query(
                """
                select count(*) from access_journal
                    join referrals on referrals.id = referral_id join consents on consents.id = referrals.consent_id
                where at >= withdrawn_at
                """)[0].decode(Int.self)
        }
    }

    private static func key(_ operation: String) -> IdempotencyKey {
        IdempotencyKey(client: "race", key: UUID().uuidString, operation: operation, body: [])
    }
}
