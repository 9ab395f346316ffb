import Foundation
import Postgres
import Schema

/// A consent as it is stored.
struct Consent: Sendable {
    let id: UUID
    let version: Int
    let structure: UUID
    let person: UUID
    let grant: StoredGrant
    /// The other one's word beside it.
    let coGrant: StoredGrant?
    let agent: String
    let noticeID: String
    let noticeDigest: String
    let language: String
    let purposes: [String]
    let recipients: [UUID]
    let dataCategories: [String]
    let explicitArticle9: Bool
    let validFrom: Date
    let validUntil: Date
    let singleUse: Bool
    let isUsed: Bool
    let evidenceHash: [UInt8]
    let state: String
    let grantedAt: Date
    let withdrawnAt: Date?
    /// `person` or `structure`; nil also where it was not noted.
    let withdrawnBy: String?
    /// When it was told that it is past its time.
    let expiredAt: Date?
    /// Neither withdrawn nor over.
    let holds: Bool

    /// What became of it, the oldest first; a consent that was withdrawn is past nothing any more.
    var history: [(event: String, at: Date, by: String?)] {
        var turns: [(event: String, at: Date, by: String?)] = [("granted", grantedAt, grant.by)]
        if let expiredAt { turns.append(("expired", expiredAt, nil)) }
        if let withdrawnAt { turns.append(("withdrawn", withdrawnAt, withdrawnBy)) }
        return turns
    }

    init(_ row: Row) throws {
        id = try row["id"]
        version = try row["version"]
        structure = try row["structure_id"]
        person = try row["person_id"]
        grant = try StoredGrant(row)
        coGrant = try StoredGrant.second(row)
        agent = try row["agent"]
        noticeID = try row["notice_id"]
        noticeDigest = try row["notice_sha256"]
        language = try row["language"]
        purposes = try row["purposes"]
        recipients = try row["recipients"]
        dataCategories = try row["data_categories"]
        explicitArticle9 = try row["explicit_art9"]
        validFrom = try row["valid_from"]
        validUntil = try row["valid_until"]
        singleUse = try row["single_use"]
        isUsed = try row["used_by", as: UUID?.self] != nil
        evidenceHash = try row["evidence_hash"]
        state = try row["state"]
        grantedAt = try row["granted_at"]
        withdrawnAt = try row["withdrawn_at"]
        withdrawnBy = try row["withdrawn_by"]
        expiredAt = try row["expired_at"]
        holds = try row["holds"]
    }
}
