import Crypto
import Foundation
import Logging
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
    private static let trials = runs(200, full: 2_000)

    @Test("no read that starts after the withdrawal's commit discloses anything", .timeLimit(.minutes(30)))
    func reads() async throws {
        try await withRace { race in
            let outcomes = try await sideBySide(Self.trials) { try await race.read($0) }
            let disclosed = outcomes.reduce(0) { $0 + $1.disclosed }
            let late = outcomes.reduce(0) { $0 + $1.late }
            #expect(late == 0, "disclosed by a read that started after the commit")
            #expect(disclosed > Self.trials / 10, "the readers were there before the withdrawal, too")
            // By the database's own clock: whoever was reading had finished before the consent was withdrawn.
            #expect(try await race.lateDisclosures() == 0)
            print(
                "reads against a withdrawal, without HTTP: \(Self.trials) trials, \(disclosed) disclosed, \(late) of them",
                "began after its commit")
        }
    }

    @Test(
        "an acceptance after the withdrawal fails; one before it is withdrawn with the rest", .timeLimit(.minutes(30)))
    func acceptances() async throws {
        try await withRace { race in
            let outcomes = try await sideBySide(Self.trials) { try await race.accept($0) }
            let accepted = outcomes.count { $0 }
            // Else it would be no race.
            #expect(accepted > 0 && accepted < Self.trials, "\(accepted)")
            print("acceptances against a withdrawal, without HTTP: \(Self.trials) trials, \(accepted) accepted first")
        }
    }

    @Test(
        "the command withdraws whatever somebody does to the referral at that moment",
        .timeLimit(.minutes(30)), arguments: [ReferralCommand.accept, .schedule, .submit])
    func commands(_ rival: ReferralCommand) async throws {
        try await withRace { race in
            let outcomes = try await sideBySide(Self.trials) { try await race.take(rival, $0) }
            let first = outcomes.count { $0 }
            #expect(first > 0 && first < Self.trials, "\(first)")
            print("\(rival.rawValue) against the command, without HTTP: \(Self.trials) trials, \(first) came first")
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
        // Two who race in each of four trials.
        var place = database.configuration(for: .runtime)
        place.maximumConnections = 8
        tenants = TenantDatabase(pool: Pool(configuration: place, logger: Logger(label: "test")))
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

    /// - Returns: how many reads disclosed, and how many of them began after the withdrawal's commit.
    func read(_ trial: Int) async throws -> (disclosed: Int, late: Int) {
        let made = try await make(.accepted)
        async let reading = readUntilGone(made)
        try await Task.sleep(for: .microseconds(trial % 50 * 40))
        try await withdraw(made)
        let committed = ContinuousClock.now
        let disclosed = try await reading.filter(\.disclosed)
        return (disclosed.count, disclosed.count { $0.start >= committed })
    }

    /// - Returns: whether the acceptance came first.
    func accept(_ trial: Int) async throws -> Bool {
        let made = try await make(.underReview)
        async let acceptance = accept(made, after: .microseconds(trial % 20 * 100))
        try await Task.sleep(for: .microseconds(trial / 20 % 20 * 100))
        try await withdraw(made)
        let isAccepted = try await acceptance
        #expect(try await state(made) == .withdrawn)
        return isAccepted
    }

    /// - Returns: whether the other command came first; either way the withdrawal is done.
    func take(_ rival: ReferralCommand, _ trial: Int) async throws -> Bool {
        let made = try await make(
            rival == .submit ? .awaitingConsent : rival == .schedule ? .accepted : .underReview)
        async let isFirst = attempt(rival, made, after: .microseconds(trial % 20 * 100))
        try await Task.sleep(for: .microseconds(trial / 20 % 20 * 100))
        _ = try await handling.apply(.withdraw, to: made.id, .init(), Self.key("withdraw"), sender)
        let wasFirst = try await isFirst
        #expect(try await state(made) == .withdrawn)
        return wasFirst
    }

    private func attempt(_ command: ReferralCommand, _ made: Made, after delay: Duration) async throws -> Bool {
        var arguments = ReferralHandling.Arguments()
        if command == .submit { arguments.consent = made.consent }
        if command == .schedule {
            let body = "{\"starts_at\":\"\(ReferralFixture.tomorrow)\",\"channel\":\"visio\"}"
            let json = try JSONValue(parsing: Array(body.utf8))
            arguments.appointment = try ObjectReader.read(json) { AppointmentDraft($0, now: Date()) }
        }
        try await Task.sleep(for: delay)
        do {
            let key = Self.key(command.rawValue)
            _ = try await handling.apply(
                command, to: made.id, arguments, key, command == .submit ? sender : recipient)
            return true
        } catch is Refusal {
            return false
        }
    }

    /// A referral that waits for a consent, which is there.
    private func makeWaiting() async throws -> Made {
        var request = ReferralRequest()
        request.consent = nil
        let json = try JSONValue(parsing: Array(request.json.utf8))
        let draft = try ObjectReader.read(json) { ReferralDraft($0, now: Date()) }
        let answer = try await handling.create(draft, from: facts, Self.key("create"), sender)
        let created = try JSONValue(parsing: answer.body)
        let id = try #require(created["id"]?.string.flatMap { UUID(text: $0) })
        let person = try #require(created["person_id"]?.string.flatMap { UUID(text: $0) })
        let terms = try JSONValue(parsing: Array(ReferralRequest.consent().utf8))
        let given = try ObjectReader.read(terms) { ConsentDraft($0, now: Date()) }
        let consent = UUID.v7()
        try await tenants.withTransaction(sender) {
            try await ConsentRepository().insert(
                given, id: consent, person: person, at: ReferralFixture.sender, in: $0)
        }
        return Made(id: id, consent: consent)
    }

    /// A new referral that has come to this state by commands.
    func make(_ state: ReferralState) async throws -> Made {
        if state == .awaitingConsent { return try await makeWaiting() }
        var request = ReferralRequest()
        request.consent = ReferralRequest.consent(purposes: ["transmission", "rendez-vous"])
        let json = try JSONValue(parsing: Array(request.json.utf8))
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
    func readUntilGone(_ made: Made) async throws -> [Read] {
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
