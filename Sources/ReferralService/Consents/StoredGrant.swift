import Foundation
import Postgres
import Schema

/// One person's word for a consent, with what shows it, as it is stored.
struct StoredGrant: Sendable {
    /// A code of the vocabulary `consent_granter`.
    let by: String
    let representation: String?
    let method: String
    let witness: String?
    private let evidenceDigest: String
    private let evidenceReference: String?
    private let evidenceChannel: String?
    private let confirmedAt: Date?

    /// - Parameter prefix: of the names of its columns.
    init(_ row: Row, _ prefix: String = "") throws {
        by = try row["\(prefix)granted_by"]
        representation = try row["\(prefix)representation"]
        method = try row["\(prefix)method"]
        witness = try row["\(prefix)witness"]
        evidenceDigest = try row["\(prefix)evidence_sha256"]
        evidenceReference = try row["\(prefix)evidence_reference"]
        evidenceChannel = try row["\(prefix)evidence_channel"]
        confirmedAt = try row["\(prefix)confirmed_at"]
    }

    /// The other one's word beside the first; nil: only one has given it.
    static func second(_ row: Row) throws -> StoredGrant? {
        try row["co_granted_by", as: String?.self].map { _ in try StoredGrant(row, "co_") }
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("granted_by", by)
            json.member("representation", representation)
            json.member("method", method)
            json.member("witness", witness)
            json.member("evidence", writeEvidence)
        }
    }

    func writeEvidence(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", evidenceReference)
            json.member("sha256", evidenceDigest)
            json.member("channel", evidenceChannel)
            json.member("confirmed_at", confirmedAt.map(RFC3339.format))
        }
    }
}
