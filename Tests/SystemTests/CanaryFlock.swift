import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Schema
import Support
import Synchronization
import Testing

/// What becomes of canaries with the broker's processes: a mission locale, a CIO and they themselves call it.
final class CanaryFlock: Sendable {
    private struct Answer {
        let status: Int
        let body: Data
        func text(_ name: String) -> String? { (try? JSONValue(parsing: Array(body)))?.object?[name]?.string }
    }

    private struct Life: Sendable {
        let person: String
        let session: String
    }

    private let processes: ServiceProcesses
    private let sender: String
    private let recipient: String
    private let webhook: String
    /// Answers that must not hold anything, and those that may; secrets and tokens; who lives.
    private struct State {
        var (told, shown) = (Data(), Data())
        var papers: [String] = []
        var lives: [Life] = []
        /// Registered once more, without a life of their own.
        var others: [String] = []
    }

    private let state = Mutex(State())

    var told: Data { state.withLock { $0.told } }
    var shown: Data { state.withLock { $0.shown } }
    var papers: [String] { state.withLock { $0.papers } }

    init(_ processes: ServiceProcesses, webhook url: String) async throws {
        self.processes = processes
        let issuer = RunningIssuer(url: processes.issuer)
        sender = try await issuer.token(of: "partner-a")
        recipient = try await issuer.token(of: "partner-b")
        let made = try await Self.send(
            .POST, processes.referralURL + "/v1/webhooks", recipient,
            #"{"structures":["\#(ReferralJourney.next)"],"url":"\#(url)"}"#)
        webhook = try #require(made.text("id"), "\(String(decoding: made.body, as: UTF8.self))")
    }

    /// Everything that is written about a person, and much that is refused.
    func live(_ canary: Canary) async throws {
        for fault in canary.faults { try await post("/v1/referrals", sender, fault, [400, 422]) }
        let key = "canary-\(canary.number)"
        let made = try await post("/v1/referrals", sender, canary.referral, [201], key: key)
        let other = canary.referral.replacing(canary.text("alias"), with: canary.text("changed"))
        try await post("/v1/referrals", sender, other, [409, 422], key: key)
        let (id, person) = (try #require(made.text("id")), try #require(made.text("person_id")))
        let path = "/v1/referrals/\(id)"
        let again = #"{"structure_id":"\#(ReferralJourney.home)",\#(canary.person)}"#
        let twice = try await post("/v1/persons", sender, again, canary.isAnonymous ? [201] : [409])
        if let other = twice.text("id") { state.withLock { $0.others.append(other) } }
        try await post(path + "/contents", sender, canary.contents, canary.isAnonymous ? [422] : [200])
        try await post(path + "/messages", sender, canary.message("early"), [409])
        for command in ["start_review", "accept"] {
            try await post("\(path)/commands/\(command)", recipient, "{}", [200])
        }
        try await post("\(path)/commands/decline", recipient, #"{"reason_code":"\#(canary.text("reason"))"}"#, [422])
        let summary = try await post(path + "/summaries", sender, canary.summary, [201])
        let written = "/v1/summaries/\(try #require(summary.text("id")))"
        let digest = try #require(summary.text("sha256"))
        try await post(written + "/approval", sender, #"{"sha256":"\#(digest)"}"#, [200])
        try await post(written + "/approval-in-person", sender, canary.approval(digest), [200])
        try await post(written + "/approval-in-person", sender, canary.approval(canary.text("digest")), [422])
        try await post(path + "/summaries", recipient, canary.summary.replacing("\"text\"", with: "\"texts\""), [422])
        try await post(path + "/messages", sender, canary.message("sender"), [201])
        try await post(path + "/messages", recipient, canary.message("recipient"), [201])
        let tomorrow = RFC3339.format(Date(timeIntervalSinceNow: 86_400))
        try await post(
            path + "/appointments", recipient,
            #"{"starts_at":"\#(tomorrow)","channel":"presentiel","place":"\#(canary.text("place"))"}"#, [422])
        try await post(
            path + "/appointments", recipient, #"{"starts_at":"\#(tomorrow)","channel":"presentiel"}"#, [200])
        try await follow(canary, person, path)
    }

    /// The person's own side: their secret and their token are as much theirs as their name.
    private func follow(_ canary: Canary, _ person: String, _ path: String) async throws {
        let link = try await Self.send(
            .POST, processes.referralURL + "/v1/persons/\(person)/follow-up-links", sender,
            #"{"structure_id":"\#(ReferralJourney.home)"}"#)
        let secret = try #require(link.text("secret"))
        let sessions = "/v1/follow-up/sessions"
        // More would be taken for a guesser.
        if canary.number < 5 {
            try await post(sessions, nil, #"{"secret":"\#(secret)x"}"#, [401])
            try await post(sessions, nil, #"{"secret":"\#(secret)","x":1}"#, [422])
        }
        let opened = try await Self.send(.POST, processes.referralURL + sessions, nil, #"{"secret":"\#(secret)"}"#)
        let session = try #require(opened.text("access_token"), "\(opened.status)")
        let signature = try #require(session.split(separator: ".").last.map(String.init))
        state.withLock { state in
            state.papers += [secret, signature]
            state.lives.append(Life(person: person, session: session))
        }
        if canary.number < 3 { try await post("/v1/follow-up/erasure", session + "x", "{}", [401]) }
        let own = "/v1/follow-up" + path.dropFirst(3)
        try await post(own + "/messages", session, canary.message("person"), [201])
        try await post(own + "/messages", session, #"{"text":["\#(canary.text("list"))"]}"#, [422])
        for (read, token) in [
            ("/v1/follow-up", session), ("/v1/follow-up/export", session), (path, recipient),
            ("/v1/persons/\(person)/export", sender), (path + "/messages", recipient),
        ] {
            let answer = try await Self.send(.GET, processes.referralURL + read, token)
            #expect(answer.status == 200, "\(read)")
            state.withLock { $0.shown += answer.body }
        }
    }

    /// A write that meets the fall of the database.
    func meetOutage(_ canary: Canary) async throws {
        let life = state.withLock { $0.lives[canary.number] }
        try await post("/v1/referrals", sender, canary.referral, [503])
        try await post("/v1/follow-up/consents", life.session, canary.consent, [503, 422])
    }

    func isUp() async throws -> Bool {
        try await Self.send(.GET, processes.referralURL + "/v1/referrals?role=sender&limit=1", sender).status == 200
    }

    /// What is told of what happened, and who looked.
    func follow() async throws {
        let issuer = RunningIssuer(url: processes.issuer)
        let auditor = try await issuer.token(of: "auditor")
        let reporter = try await issuer.token(of: "reporting-service")
        for (read, token) in [
            ("/v1/events?limit=10000", reporter), ("/v1/audit?limit=1000", auditor),
            ("/v1/webhooks/\(webhook)/deliveries?limit=100", recipient),
            ("/v1/referrals?role=recipient&limit=100", recipient),
        ] {
            let answer = try await Self.send(.GET, processes.referralURL + read, token)
            #expect(answer.status == 200, "\(read)")
            state.withLock { $0.told += answer.body }
        }
    }

    func metrics(of service: String) async throws -> Data {
        let port = processes.base + 1001 + (["directory", "referral", "reporting"].firstIndex(of: service) ?? 0)
        return try await Self.send(.GET, "http://127.0.0.1:\(port)/metrics", nil).body
    }

    /// One half by themselves, one by their structure; and who was registered twice, wherever they are left.
    func eraseAll() async throws {
        let lives = state.withLock { $0.lives }
        for (index, life) in lives.enumerated() {
            if index % 2 == 0 {
                try await post("/v1/follow-up/erasure", life.session, "{}", [200])
            } else {
                try await post("/v1/persons/\(life.person)/erasure", sender, "{}", [200])
            }
        }
        for person in state.withLock({ $0.others }) {
            try await post("/v1/persons/\(person)/erasure", sender, "{}", [200])
        }
    }

    func ledgerHolds(_ count: Int, in folder: URL) async throws -> Bool {
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        let lines = try files.reduce(0) { $0 + (try Data(contentsOf: $1)).split(separator: 10).count }
        return lines >= count
    }

    // MARK: Calls

    /// What it is answered must not hold anything of the person.
    @discardableResult
    private func post(
        _ path: String, _ token: String?, _ body: String, _ statuses: [Int], key: String = UUID().uuidString
    ) async throws -> Answer {
        let answer = try await Self.send(.POST, processes.referralURL + path, token, body, key: key)
        #expect(statuses.contains(answer.status), "\(path): \(String(decoding: answer.body, as: UTF8.self))")
        state.withLock { $0.told += answer.body }
        return answer
    }

    private static func send(
        _ method: HTTPMethod, _ url: String, _ token: String?, _ body: String? = nil, key: String = UUID().uuidString
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = method
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.headers.add(name: "Idempotency-Key", value: key)
            request.body = .bytes(ByteBuffer(string: body))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let bytes = try await response.body.collect(upTo: 64 << 20)
        return Answer(status: Int(response.status.code), body: Data(bytes.readableBytesView))
    }
}
