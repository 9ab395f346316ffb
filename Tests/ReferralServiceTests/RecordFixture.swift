import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Tokens

@testable import ReferralService

/// What the tests of the person's side and of L3 share.
extension ReferralRequest {
    static let everything = DataCategory.allCases.map(\.rawValue)

    /// A referral that may pass on everything, health and summary included.
    static func record(theme: String = "formation") -> ReferralRequest {
        var request = ReferralRequest()
        request.theme = theme
        request.categories = everything
        request.consent = consent(
            purposes: ["transmission", "synthese"], categories: everything, explicit: true)
        return request
    }
}

extension ReferralFixture {
    static let narrative = "Récit-Canari"
    static let health = "Santé-Canari"
    static let attachment = "Pièce-Canari"
    static let summary = "Synthèse-Canari"
    static let recordSecrets = [narrative, health, attachment, summary]

    /// Everything of L3: narrative, attachments, health, and a summary that both have approved.
    func writeRecord(of made: Made) async throws {
        let sender = try await Self.token(Self.sender)
        let contents =
            #"{"narrative":"\#(Self.narrative)\nsuite","health":"\#(Self.health)","attachments":[{"name":"\#(Self.attachment)","media_type":"application/pdf","size":9,"sha256":"\#(Self.digest)","reference":"doc-1"}]}"#
        let written = try await post("/v1/referrals/\(made.id)/contents", contents, token: sender)
        try #require(written.status == 200, "\(written.text)")
        let summary = try await writeSummary(of: made, token: sender)
        try await approve(summary, token: sender)
        let person = try await session(of: made.person)
        let approved = try await post(
            "/v1/follow-up/summaries/\(summary.id)/approval", #"{"sha256":"\#(summary.digest)"}"#, token: person)
        try #require(try approved.json["final"] == true, "\(approved.text)")
    }

    /// What a withdrawal deletes stays from now on, to see that nobody could read it.
    func keepUnseen() async throws { try await sql("alter table referrals disable trigger let_go") }

    struct Written: Sendable {
        let id: String
        let version: Int
        let digest: String
    }

    func writeSummary(of made: Made, _ text: String = summary, token: String) async throws -> Written {
        let answer = try await post(
            "/v1/referrals/\(made.id)/summaries", #"{"text":"\#(text)","next_steps":["<b>Appeler</b>"]}"#, token: token)
        try #require(answer.status == 201, "\(answer.text)")
        let json = try answer.json
        return Written(
            id: try #require(json["id"]?.string), version: try #require(json["version"]?.int),
            digest: try #require(json["sha256"]?.string))
    }

    func approve(_ summary: Written, token: String) async throws {
        let answer = try await post(
            "/v1/summaries/\(summary.id)/approval", #"{"sha256":"\#(summary.digest)"}"#, token: token)
        try #require(answer.status == 200, "\(answer.text)")
    }

    /// A new link of the sender's for the person.
    func link(of person: String) async throws -> (id: String, secret: String) {
        let answer = try await post(
            "/v1/persons/\(person)/follow-up-links", #"{"structure_id":"\#(Self.sender.text)"}"#,
            token: try await Self.token(Self.sender))
        try #require(answer.status == 201, "\(answer.text)")
        return (try #require(try answer.json["id"]?.string), try #require(try answer.json["secret"]?.string))
    }

    func open(_ secret: String, headers: [(String, String)] = []) async throws -> RunningService.Answer {
        try await service.send(
            .POST, "/v1/follow-up/sessions", token: nil, headers: headers, json: #"{"secret":"\#(secret)"}"#)
    }

    /// A session of the person's own.
    func session(of person: String) async throws -> String {
        let answer = try await open(try await link(of: person).secret)
        try #require(answer.status == 200, "\(answer.text)")
        return try #require(try answer.json["access_token"]?.string)
    }
}
