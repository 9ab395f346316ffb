import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Tokens
import Web

@testable import ReferralService

/// A referral with everything about it, brought into one situation, for ``ReadMatrix``.
struct ReadScene {
    let broker: ReferralFixture
    private let situation: ReadMatrix.Situation
    private let made: ReferralFixture.Made
    private let ids: [ReadMatrix.Subject: String]
    private let appointment: String
    private let tokens: [ReadMatrix.Reader: String]
    private let stranger: String
    /// Of a network that acts for the recipient.
    private let network: String
    /// After the referral that is newer; from before the situation.
    private let cursor: String

    private static let theme = "vae"
    private static let ownSummary = "Suite-Canari"
    private static let message = "Message-Canari"
    private static let acceptKey = "accept-once"
    private static let messageKey = "message-once"

    init(_ broker: ReferralFixture, _ situation: ReadMatrix.Situation, webhook url: String) async throws {
        (self.broker, self.situation) = (broker, situation)
        let sender = try await ReferralFixture.token(ReferralFixture.sender)
        let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
        let hook = try await WebhookTests.make(broker, url)
        var request = ReferralRequest.record(theme: Self.theme)
        request.consent = ReferralRequest.consent(
            purposes: ["transmission", "rendez-vous", "synthese"], categories: ReferralRequest.everything,
            explicit: true)
        request.isAnonymous = situation == .anonymous
        made = try await broker.submitted(upTo: [.startReview], request)
        let path = "/v1/referrals/\(made.id)"
        let accepted = try await broker.post("\(path)/commands/accept", "{}", token: recipient, key: Self.acceptKey)
        try #require(accepted.status == 200, "\(accepted.text)")
        let summary: String
        if request.isAnonymous {
            let written = try await broker.writeSummary(of: made, token: sender)
            try await broker.approve(written, token: sender)
            summary = written.id
        } else {
            try await broker.writeRecord(of: made)
            summary = try await broker.sql("select id from summaries")[0].decode(UUID.self).text
        }
        let own = try await broker.writeSummary(of: made, Self.ownSummary, token: recipient)
        let sent = try await broker.post(
            "\(path)/messages", #"{"text":"\#(Self.message)"}"#, token: sender, key: Self.messageKey)
        try #require(sent.status == 201, "\(sent.text)")
        // Read, so that it outlives a withdrawal; and the journal has something to tell.
        for read in ["\(path)/messages", path] { _ = try await broker.get(read, token: recipient) }
        let scheduled = try await broker.command(.schedule, made.id, token: recipient)
        appointment = try #require(try scheduled.json["appointment_id"]?.string, "\(scheduled.text)")

        // A newer one, of which nothing but the need is passed on.
        var newer = ReferralRequest()
        (newer.theme, newer.categories) = ("emploi", ["besoin"])
        newer.consent = ReferralRequest.consent(categories: ["besoin"])
        _ = try await broker.submitted(newer)
        let first = try await broker.get("/v1/referrals?role=recipient&limit=1", token: recipient)
        cursor = try #require(try first.json["next_cursor"]?.string)

        let consent = try #require(made.consent)
        ids = [
            .referral: made.id, .person: made.person, .consent: consent, .summary: summary, .ownSummary: own.id,
            .webhook: hook,
        ]
        tokens = [
            .recipient: recipient, .sender: sender, .person: try await broker.session(of: made.person),
            .auditor: try await TestIssuer.shared.token(scopes: [.auditRead]),
            .follower: try await TestIssuer.shared.token(scopes: [.eventsRead]),
            .reporter: try await TestIssuer.shared.token(scopes: [.eventsReporting]),
        ]
        stranger = try await ReferralFixture.token(ReferralFixture.stranger)
        network = try await ReferralFixture.token(networks: ["cio"])
        try await come(consent: consent, sender: sender)
        try await settle(hook)
    }

    /// Brings the situation about: by the API where that is the point, else behind the service's back, so that the guards
    /// of each path stand alone.
    private func come(consent: String, sender: String) async throws {
        let (consentID, referral) = (try #require(UUID(text: consent)), try #require(UUID(text: made.id)))
        switch situation {
        case .agreed, .anonymous: break
        case .withdrawal:
            let answer = try await broker.post("/v1/consents/\(consent)/withdrawal", "{}", token: sender)
            try #require(answer.status == 200)
        default:
            let obstacle = try #require(ReadPathTests.Obstacle(rawValue: situation.rawValue))
            try await Connection.with(broker.database.superuserConfiguration) { connection in
                // Without the triggers, which ask to forget.
                try await connection.query("set session_replication_role = replica")
                try await connection.query(obstacle.query(consentID, referral))
            }
        }
    }

    /// Until everything that happened is in the feed, the journal and the log of deliveries.
    private func settle(_ hook: String) async throws {
        try await broker.sealed()
        let follower = try #require(tokens[.follower])
        try await eventually {
            let all = try await broker.sql("select from event_outbox").count
            let feed = try await broker.get("/v1/events?limit=10000", token: follower).text
            return feed.split(separator: "\n").count == all
        }
        try await eventually {
            try await broker.get("/v1/webhooks/\(hook)/deliveries", token: tokens[.recipient] ?? "").text
                .contains(made.id)
        }
    }

    // MARK: Looking

    func groups(in body: [UInt8]) -> Set<ReadMatrix.Group> {
        let text = String(decoding: body, as: UTF8.self).replacing(" ", with: "")
        return Set(ReadMatrix.Group.allCases.filter { text.contains(marker(of: $0)) })
    }

    private func marker(of group: ReadMatrix.Group) -> String {
        switch group {
        case .need: "\"theme\":\"\(Self.theme)\""
        case .situation: "\"18-25\""
        case .alias: "Colibri"
        case .relay: "0798765432"
        case .identity: ReferralFixture.canary
        case .contact: "canari@example.org"
        case .narrative: ReferralFixture.narrative
        case .attachments: ReferralFixture.attachment
        case .health: ReferralFixture.health
        case .summary: ReferralFixture.summary
        case .ownSummary: Self.ownSummary
        case .message: Self.message
        case .appointment: appointment
        }
    }

    func hold(_ row: ReadMatrix.Row, _ verdict: ReadMatrix.Verdict) async throws {
        let tokens = [tokens[row.reader]].compactMap(\.self)
        // Webhooks are a client's own.
        let alike = row.reader == .recipient && row.subject != .webhook ? [network] : []
        for token in tokens + alike { try await hold(row, verdict, token) }
    }

    func holdForStranger(_ row: ReadMatrix.Row) async throws {
        try await hold(row, row.route.contains("{id}") ? .absent : .missing, stranger)
    }

    private func hold(_ row: ReadMatrix.Row, _ verdict: ReadMatrix.Verdict, _ token: String) async throws {
        let id = ids[row.subject] ?? ""
        let answer = try await read(row, id, token)
        let place: Comment = "\(situation) \(row.reader) \(row.route)\(row.query) \(row.accept): \(answer.text)"
        #expect(!answer.headers.contains(name: "ETag") && answer.status != 304, place)
        let found = groups(in: answer.body)
        switch verdict {
        case .shows(let groups):
            #expect(answer.status == 200, place)
            #expect(answer.headers["cache-control"] == ["no-store"], place)
            #expect(found == groups, place)
            if row.route == "/v1/referrals" {
                #expect(answer.text.contains(made.id), place)
                let members = try answer.json.object?.members.map(\.name)
                #expect(members == ["items", "next_cursor"], "no totals")
            }
        case .missing:
            #expect(answer.status == 200 && found.isEmpty && !answer.text.contains(made.id), place)
            // Nothing says that there would be more.
            if row.reader == .recipient { #expect(try answer.json["next_cursor"] == .null, place) }
        case .absent:
            #expect(found.isEmpty, place)
            let never = UUID.v7().text
            let absent = try await read(row, never, token)
            #expect(Self.bytes(answer, without: id) == Self.bytes(absent, without: never), place)
            let heads = [try await read(row, id, token, .HEAD), try await read(row, never, token, .HEAD)]
            #expect(Self.bytes(heads[0], without: id) == Self.bytes(heads[1], without: never), place)
        }
    }

    private func read(
        _ row: ReadMatrix.Row, _ id: String, _ token: String, _ method: HTTPMethod = .GET
    ) async throws -> RunningService.Answer {
        let cursor = row.subject == .cursor ? "&cursor=\(cursor)" : ""
        // Whoever says that they have it already is told no less, and no more.
        return try await broker.service.send(
            method, row.route.replacing("{id}", with: id) + row.query + cursor, token: token,
            headers: [("Accept", row.accept), ("Request-Id", "the-same"), ("If-None-Match", "*")])
    }

    /// Status, fields and body; without the date and the id that was asked for.
    private static func bytes(_ answer: RunningService.Answer, without id: String) -> [String] {
        let fields = answer.headers.filter { $0.name.lowercased() != "date" }.map { "\($0.name): \($0.value)" }
        return ["\(answer.status)", answer.text.replacing(id, with: "")] + fields
    }

    // MARK: What a write says

    /// Repeated requests, and refusals, tell what was done: ids, states, and nothing of the person.
    func holdRepetitions() async throws {
        let path = "/v1/referrals/\(made.id)"
        let (sender, recipient) = (tokens[.sender] ?? "", tokens[.recipient] ?? "")
        let answers = [
            try await broker.post("\(path)/commands/accept", "{}", token: recipient, key: Self.acceptKey),
            try await broker.post(
                "\(path)/messages", #"{"text":"\#(Self.message)"}"#, token: sender, key: Self.messageKey),
            try await broker.post("\(path)/commands/accept", "{}", token: recipient),
            try await broker.post("\(path)/messages", #"{"text":"-"}"#, token: stranger),
            try await broker.post("\(path)/commands/accept", #"{"x":1}"#, token: recipient),
            try await broker.post("\(path)/summaries", #"{"text":1}"#, token: recipient),
        ]
        #expect(answers.map(\.status).prefix(2) == [200, 201])
        for answer in answers { #expect(groups(in: answer.body).isEmpty, "\(situation): \(answer.text)") }
        #expect(answers.dropFirst(2).allSatisfy { (400..<500).contains($0.status) })
    }
}
