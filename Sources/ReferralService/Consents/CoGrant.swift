import Foundation
import Postgres
import Schema

/// The second word of a consent that two have given, as it is stored.
struct CoGrant: Sendable {
    /// A code of the vocabulary `consent_granter`, never that of the first.
    let by: String
    let representation: String?
    let method: String
    let witness: String?
    let evidenceDigest: String
    let evidenceReference: String?
    let evidenceChannel: String?
    let confirmedAt: Date?

    /// nil: only one has given it.
    init?(_ row: Row) throws {
        guard let granter = try row["co_granted_by", as: String?.self] else { return nil }
        by = granter
        representation = try row["co_representation"]
        method = try row["co_method"]
        witness = try row["co_witness"]
        evidenceDigest = try row["co_evidence_sha256"]
        evidenceReference = try row["co_evidence_reference"]
        evidenceChannel = try row["co_evidence_channel"]
        confirmedAt = try row["co_confirmed_at"]
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("granted_by", by)
            json.member("representation", representation)
            json.member("method", method)
            json.member("witness", witness)
            json.member("evidence") { json in
                json.object { json in
                    json.member("id", evidenceReference)
                    json.member("sha256", evidenceDigest)
                    json.member("channel", evidenceChannel)
                    json.member("confirmed_at", confirmedAt.map(RFC3339.format))
                }
            }
        }
    }
}
