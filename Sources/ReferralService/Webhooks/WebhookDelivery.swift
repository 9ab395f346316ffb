import Foundation
import Postgres
import Schema

/// One thing told to one webhook, with what became of it.
struct WebhookDelivery: Sendable {
    enum State: String, Sendable, CaseIterable, Bindable, Readable, ArrayElement { case pending, delivered, failed }

    /// The type of what a client asks for to try its webhook.
    static let test = "fr.spro.webhook.test.v1"
    /// Something happened to a referral; what it was, reading the referral tells.
    static let change = "fr.spro.referral.changed.v1"
    /// A structure is asked to forget somebody; `GET /v1/erasures` tells whom.
    static let erasure = "fr.spro.erasure.requested.v1"

    let id: UUID
    let type: String
    let referral: UUID?
    let erasure: UUID?
    /// Of the referral's steps, as the structure may know them.
    let sequence: Int?
    let structure: UUID?
    let role: String?
    let happenedAt: Date
    let state: State
    let attempts: Int
    let nextAttemptAt: Date
    let lastAttemptAt: Date?
    let lastStatus: Int?
    let lastFailure: String?

    init(_ row: Row) throws {
        id = try row["id"]
        type = try row["type"]
        referral = try row["referral_id"]
        erasure = try row["erasure_id"]
        sequence = try row["step", as: Int?.self] ?? row["sequence"]
        structure = try row["structure_id"]
        role = try row["role"]
        happenedAt = try row["happened_at"]
        state = try row["state"]
        attempts = try row["attempts"]
        nextAttemptAt = try row["next_attempt_at"]
        lastAttemptAt = try row["last_attempt_at"]
        lastStatus = try row["last_status"]
        lastFailure = try row["last_failure"]
    }

    /// What is posted, the same bytes at each attempt: who has lost a secret tells nobody what became of anybody.
    var payload: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("type", type)
            json.member("timestamp", RFC3339.format(happenedAt))
            json.member("data") { json in
                json.object { json in
                    if let erasure {
                        json.member("erasure_id", erasure.text)
                        json.member("structure_id", structure?.text)
                    } else if let referral {
                        json.member("referral_id", referral.text)
                        json.member("sequence", sequence)
                        json.member("structure_id", structure?.text)
                        json.member("role", role)
                    }
                }
            }
        }
        return json.bytes
    }
}
