import Charters
import Crypto
import Foundation
import Logging
import NIOHTTP1
import Postgres
import Schema
import Support
import Synchronization
import Testing
import Tokens
import Web

@testable import ReferralService

/// The broker as in production over a database of its own, with a directory that knows four structures: a sender, a
/// recipient, a stranger, and an antenne of the recipient.
struct ReferralFixture: Sendable {
    let service: RunningService
    let database: Database
    let directory: Directory

    static let sender = UUID(text: "019b76da-a800-71e1-aebf-12a7ec0c6887")!
    static let recipient = UUID(text: "019b76da-a800-77ef-adb4-848cc2d4fdb4")!
    static let stranger = UUID(text: "019b76da-a800-7000-8000-000000000003")!
    static let antenne = UUID(text: "019b76da-a800-7000-8000-000000000004")!
    /// Services that each of them offers, by their kinds.
    static let advice = UUID(text: "019b76da-a800-7000-8000-000000000011")!
    static let welcome = UUID(text: "019b76da-a800-7000-8000-000000000012")!
    static let offering = StructureFacts.Offering(
        status: "signataire", kinds: [advice: "cep-conseil", welcome: "accueil-information"])
    static let digest = String(repeating: "0a", count: 32)
    /// A name that must be seen nowhere but in the recipient's view.
    static let canary = "Zénobie-Canari"
    static let secrets = [canary, "06 12 34 56 78", "0612345678", "canari@example.org", "Colibri", "0798765432"]

    static let settings = [
        "SPRO_CURSOR_KEY": Data((0..<32).map(UInt8.init)).base64EncodedString(),
        "SPRO_WEBHOOK_KEY": Data((64..<96).map(UInt8.init)).base64EncodedString(),
        // The tests' own receivers.
        "SPRO_WEBHOOK_NETWORKS": "127.0.0.0/8",
        "SPRO_KEY_ENCRYPTION_KEYS": "2026-01 \(Data((32..<64).map(UInt8.init)).base64EncodedString())",
        "SPRO_BLIND_INDEX_KEY": Data((96..<128).map(UInt8.init)).base64EncodedString(),
        "SPRO_SIGNING_KEY": TestKey.signingPEM,
    ]

    /// What the directory says, or that it does not answer.
    final class Directory: Sendable {
        private struct Down: Error {}
        private let answers: Mutex<(facts: [UUID: StructureFacts], isDown: Bool)>
        private let heard = Mutex<[Correlation?]>([])

        init() {
            func facts(_ id: UUID, root: UUID? = nil, network: String) -> (UUID, StructureFacts) {
                let facts = StructureFacts(
                    id: id, root: root ?? id, region: "52", networks: [network], territories: ["territoire-spro:52-02"],
                    offering: ReferralFixture.offering)
                return (id, facts)
            }
            let all = [
                facts(ReferralFixture.sender, network: "mission-locale"),
                facts(ReferralFixture.recipient, network: "cio"),
                facts(ReferralFixture.stranger, network: "crij"),
                facts(ReferralFixture.antenne, root: ReferralFixture.recipient, network: "cio"),
            ]
            answers = Mutex((Dictionary(uniqueKeysWithValues: all), false))
        }

        /// For whose sake it was asked.
        var asked: [Correlation?] { heard.withLock { $0 } }

        var isDown: Bool {
            get { answers.withLock { $0.isDown } }
            set { answers.withLock { $0.isDown = newValue } }
        }

        /// What it says of a structure from now on; nil: that there is none.
        func say(_ facts: StructureFacts?, of id: UUID) { answers.withLock { $0.facts[id] = facts } }

        var lookup: StructureLookup {
            StructureLookup { id, correlation in
                self.heard.withLock { $0.append(correlation) }
                return try self.answers.withLock { answers in
                    if answers.isDown { throw Down() }
                    return answers.facts[id]
                }
            }
        }
    }

    // MARK: Tokens

    static let partnerScopes: [Scope] = [.referralSend, .referralReceive, .consentManage]

    /// Each structure has a client of its own.
    static func client(of structure: UUID) -> String { "client-\(structure.text.suffix(4))" }

    static func token(
        _ structures: UUID..., networks: [String] = [], region: String? = nil, scopes: [Scope] = partnerScopes
    ) async throws -> String {
        try await TestIssuer.shared.token(
            scopes: scopes, clientID: structures.first.map(client) ?? "client-network", region: region,
            structures: structures, networks: networks)
    }

    /// Who acts for a structure, where no edge is in between.
    static func acting(_ structure: UUID) async throws -> Acting {
        let caller = try await TestIssuer.shared.verifier(audience: "referral").verify(
            try await token(structure), from: "test")
        return Acting(
            caller: caller, structures: [structure], person: nil,
            correlation: Correlation(requestID: "test", trace: nil))
    }

    // MARK: Requests

    func post(
        _ path: String, _ json: String, token: String, key: String? = UUID().uuidString
    ) async throws -> RunningService.Answer {
        let headers = (key.map { [("Idempotency-Key", $0)] } ?? []) + [("Accept-Language", "en")]
        return try await service.send(.POST, path, token: token, headers: headers, json: json)
    }

    func command(
        _ command: ReferralCommand, _ id: String, _ body: String? = nil, token: String
    ) async throws -> RunningService.Answer {
        let standard =
            switch command.argument {
            case "reason_code": #"{"reason_code":"complet"}"#
            case "chosen_structure_id":
                #"{"chosen_structure_id":"\#(Self.recipient.text)","options":[{"structure_id":"\#(Self.recipient.text)","reasons":["near","wish"]}]}"#
            case "target_structure_id": #"{"target_structure_id":"\#(Self.stranger.text)"}"#
            case "starts_at": #"{"starts_at":"\#(Self.tomorrow)","channel":"presentiel"}"#
            case "attendance": #"{"attendance":"seen"}"#
            case "resume_by": #"{"resume_by":"\#(ParisClock.day(of: Date().addingTimeInterval(5 * 86_400)).text)"}"#
            case "outcome": #"{"outcome":"satisfaite"}"#
            case "witness": #"{"agent":"agent-7","witness":"temoin-2"}"#
            default: "{}"
            }
        return try await post(
            "/v1/referrals/\(id)/commands/\(command.rawValue)", body ?? standard, token: token)
    }

    func get(_ path: String, token: String) async throws -> RunningService.Answer {
        try await service.get(path, token: token)
    }

    /// Runs `body` with a second replica over the same database.
    func withReplica<Value: Sendable>(
        settings: [String: String] = [:], _ body: @Sendable @escaping (ReferralFixture) async throws -> Value
    ) async throws -> Value {
        let (database, directory) = (database, directory)
        return try await withService(
            .referral(lookup: directory.lookup), on: database, settings: Self.settings.merging(settings) { $1 }
        ) { service in
            try await body(ReferralFixture(service: service, database: database, directory: directory))
        }
    }

    /// A referral made in one call, submitted with its consent. Gives the answer's ids.
    func submitted(_ request: ReferralRequest = ReferralRequest()) async throws -> Made {
        let answer = try await post("/v1/referrals", request.json, token: try await Self.token(Self.sender))
        try #require(answer.status == 201, "\(answer.text)")
        return try Made(answer)
    }

    struct Made: Sendable {
        let id: String
        let person: String
        let demand: String
        let consent: String?

        init(_ answer: RunningService.Answer) throws {
            let json = try answer.json
            id = try #require(json["id"]?.string)
            person = try #require(json["person_id"]?.string)
            demand = try #require(json["demand_id"]?.string)
            consent = json["consent_id"]?.string
        }
    }

    static var tomorrow: String { RFC3339.format(Date().addingTimeInterval(86_400)) }

    /// Records a consent of a person at the sender.
    func record(_ consent: String, of person: String) async throws -> String {
        let body = #"{"structure_id":"\#(Self.sender.text)","person_id":"\#(person)","# + consent.dropFirst()
        let answer = try await post("/v1/consents", body, token: try await Self.token(Self.sender))
        try #require(answer.status == 201, "\(answer.text)")
        return try #require(answer.json["id"]?.string)
    }

    /// A referral that has come to this state by commands of the recipient.
    func submitted(upTo commands: [ReferralCommand], _ request: ReferralRequest = ReferralRequest()) async throws
        -> Made
    {
        let made = try await submitted(request)
        let recipient = try await Self.token(Self.recipient)
        for command in commands {
            let answer = try await self.command(command, made.id, token: recipient)
            try #require(answer.status == 200, "\(command): \(answer.text)")
        }
        return made
    }

    /// The broker's own parts, for whoever has no token: a person, a delay.
    func person(_ id: String) async throws -> Acting {
        let link = try await link(of: id)
        let token = try await TestIssuer.shared.token(scopes: [], clientID: "follow-up:\(link.id)")
        let caller = try await TestIssuer.shared.verifier(audience: "referral").verify(token, from: "test")
        let person = try #require(UUID(text: id))
        return Acting(
            caller: caller, structures: [], person: person,
            correlation: Correlation(requestID: "person", trace: nil))
    }

    func handling() throws -> ReferralHandling {
        let line = try #require(Self.settings["SPRO_KEY_ENCRYPTION_KEYS"])
        let key = try #require(KeyEncryptionKey(line: line))
        let persons = PersonRepository(
            keys: KeyEncryptionKeys([key]), index: BlindIndex(key: SymmetricKey(size: .bits256)))
        return ReferralHandling(
            tenants: TenantDatabase(pool: database.pool(for: .runtime)), persons: persons,
            summaries: SummaryRequirement(regions: [], summaries: SummaryRepository(persons: persons)))
    }

    func worker() throws -> TimerWorker {
        TimerWorker(
            pool: database.pool(for: .worker),
            timers: CharterTimers(try CharterSet.load(from: Repository.path("charters"))), logger: Logger(label: "test")
        )
    }

    // MARK: Behind the service's back

    /// As the superuser, whom row-level security does not bind.
    @discardableResult
    func sql(_ query: Query) async throws -> Rows {
        try await Connection.with(database.superuserConfiguration) { try await $0.query(query) }
    }

    /// Puts a referral into a state, as if it had come there by commands an hour ago.
    func put(_ id: String, into state: ReferralState, after previous: ReferralState? = nil) async throws {
        try await Connection.with(database.superuserConfiguration) { connection in
            try await put(id, into: state, after: previous, on: connection)
        }
    }

    func put(
        _ id: String, into state: ReferralState, after previous: ReferralState? = nil, on connection: Connection
    ) async throws {
        let id = try #require(UUID(text: id))
        let wasSubmitted = !StateTable.initial.contains(state)
        try await connection.query("delete from appointments where referral_id = \(id)")
        for table in ["referral_transitions", "referral_options", "referral_timers"] {
            let name = try #require(Identifier(table))
            try await connection.query(
                "delete from \(name) where referral_id in (select id from referrals where parent_id = \(id))")
        }
        try await connection.query("delete from referrals where parent_id = \(id)")
        try await connection.query(
            """
            update referrals set state = \(state), previous_state = \(previous), reason_code = 'autre',
                outcome = 'partielle', redirect_to = \(Self.stranger), resume_by = '2030-01-01',
                changed_at = now() - interval '1 hour',
                submitted_at = case when \(wasSubmitted) then coalesce(submitted_at, now() - interval '2 hours') end
            where id = \(id)
            """)
        guard state == .scheduled else { return }
        try await connection.query(
            """
            insert into appointments (id, referral_id, starts_at, minutes, channel, made_by)
            values (\(UUID.v7()), \(id), now() + interval '1 day', 60, 'presentiel', 'recipient')
            """)
    }

    /// How many rows each table has that a write could leave behind.
    func counts() async throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for table in [
            "persons", "person_fields", "person_keys", "demands", "receptions", "consents", "referrals",
            "referral_transitions", "idempotency_keys", "follow_up_links", "referral_contents", "summaries",
        ] {
            let name = try #require(Identifier(table))
            counts[table] = try await sql("select count(*) from \(name)")[0].decode(Int.self)
        }
        return counts
    }
}

/// A referral with all that may come along, as a partner's system would send it.
struct ReferralRequest: Sendable {
    var sender = ReferralFixture.sender
    var recipient = ReferralFixture.recipient
    var theme = "formation"
    var isAnonymous = false
    /// Of the person: by it and their name the sender finds them again.
    var birthDate: String?
    /// What is meant to be passed on.
    var categories = ["besoin", "situation", "alias", "canal-relais", "identite", "contact"]
    var consent: String? = ReferralRequest.consent()

    static func consent(
        recipients: [UUID] = [ReferralFixture.recipient], purposes: [String] = ["transmission"],
        categories: [String] = ["besoin", "situation", "alias", "canal-relais", "identite", "contact"],
        explicit: Bool = false, singleUse: Bool = false, validFor seconds: Double = 86_400
    ) -> String {
        """
        {"granted_by":"self","agent":"agent-7","method":"signed","notice":{"id":"notice-1","sha256":"\(ReferralFixture.digest)"},
        "language":"fr","purposes":\(list(purposes)),"recipients":\(list(recipients.map(\.text))),
        "data_categories":\(list(categories)),"valid_until":"\(RFC3339.format(Date().addingTimeInterval(seconds)))",
        "explicit_art9":\(explicit),"single_use":\(singleUse),"evidence":{"sha256":"\(ReferralFixture.digest)"}}
        """
    }

    /// Another one of the same person, demand and consent.
    static func onKnown(_ made: ReferralFixture.Made, theme: String) -> String {
        let request = ReferralRequest()
        return """
            {"sender_structure_id":"\(request.sender.text)","recipient_structure_id":"\(request.recipient.text)",
            "service_kind":"cep-conseil","theme":"\(theme)","urgency":"haute","cep_level":2,"cep_framework":"2019",
            "data_categories":\(list(request.categories)),"person_id":"\(made.person)","demand_id":"\(made.demand)",
            "consent_id":"\(made.consent ?? "")"}
            """
    }

    static func list(_ texts: [String]) -> String { "[" + texts.map { "\"\($0)\"" }.joined(separator: ",") + "]" }

    static var reception: String {
        #"{"channel":"presentiel","access":"flux","urgency":"normale","audiences":["demandeur-emploi"],"received_at":"\#(RFC3339.format(Date()))"}"#
    }

    var person: String {
        let birth = birthDate.map { #","birth_date":"\#($0)""# } ?? ""
        let age = birthDate == nil ? #""age_band":"18-25","# : ""
        let known =
            #","identity":{"given_name":"\#(ReferralFixture.canary)","family_name":"Martin"\#(birth)},"contact":{"phone":"06 12 34 56 78","email":"canari@example.org"}"#
        return
            #"{"mode":"\#(isAnonymous ? "anonymous" : "identified")",\#(age)"situations":["parent"],"alias":"Colibri","relay_channel":{"channel":"telephone","value":"0798765432"}\#(isAnonymous ? "" : known)}"#
    }

    var json: String {
        """
        {"sender_structure_id":"\(sender.text)","recipient_structure_id":"\(recipient.text)","service_kind":"cep-conseil",
        "theme":"\(theme)","urgency":"haute","cep_level":2,"cep_framework":"2019","data_categories":\(Self.list(categories)),
        "person":\(person),"demand":{"theme":"\(theme)","reception":\(Self.reception)}\(consent.map { ",\"consent\":\($0)" } ?? "")}
        """
    }
}

/// Runs `body` with the broker over a database of its own.
func withReferrals<Value: Sendable>(
    settings: [String: String] = [:], _ body: @Sendable @escaping (ReferralFixture) async throws -> Value
) async throws -> Value {
    try await withDatabase(service: "referral", migrations: ReferralMigrations.all) { database in
        let directory = ReferralFixture.Directory()
        let given = ReferralFixture.settings.merging(settings) { $1 }
        return try await withService(.referral(lookup: directory.lookup), on: database, settings: given) { service in
            try await body(ReferralFixture(service: service, database: database, directory: directory))
        }
    }
}

/// Holds an answer to be the problem of this status and code, with violations at exactly these places.
func expectProblem(
    _ answer: RunningService.Answer, _ status: Int, _ code: String, at pointers: Set<String> = [],
    _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let json = try answer.json
    #expect(answer.status == status, comment ?? "\(answer.text)", sourceLocation: sourceLocation)
    #expect(json["code"]?.string == code, comment, sourceLocation: sourceLocation)
    #expect(answer.headers["content-type"] == ["application/problem+json"], comment, sourceLocation: sourceLocation)
    let found = Set((json["errors"]?.array ?? []).compactMap { $0["pointer"]?.string })
    #expect(found == pointers, comment, sourceLocation: sourceLocation)
}

extension JSONValue {
    /// A member of an object.
    subscript(_ name: String) -> JSONValue? { object?[name] }
}
