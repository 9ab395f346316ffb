import Foundation
import Schema

/// What a person keeps of a consent: the fields of ISO/IEC TS 27560:2023 (clause 6: header, processing, parties, events),
/// signed.
struct ConsentReceipt: Sendable {
    let consent: Consent
    let issuer: String
    let issuedAt: Date

    /// The header `typ` of the signature.
    static let type = "consent-receipt+jws"
    /// A JWS in its compact form (RFC 7515 §9.2.1).
    static let mediaType = "application/jose"

    var payload: [UInt8] {
        var json = JSONWriter(reservingCapacity: 2048)
        json.object { json in
            json.member("schema_version", "ISO/IEC TS 27560:2023")
            json.member("receipt_id", "\(consent.id.text)@\(consent.version)")
            json.member("record_id", consent.id.text)
            json.member("pii_principal_id", consent.person.text)
            json.member("iss", issuer)
            json.member("iat", Int(issuedAt.timeIntervalSince1970))
            json.member("evidence_hash", consent.evidenceHash.hexadecimal)
            json.member("processing", writeProcessing)
            json.member("parties", writeParties)
            json.member("events", writeEvents)
        }
        return json.bytes
    }

    private func writeProcessing(to json: inout JSONWriter) {
        json.object { json in
            json.member("privacy_notice") { json in
                json.object { json in
                    json.member("id", consent.noticeID)
                    json.member("sha256", consent.noticeDigest)
                }
            }
            json.member("language", consent.language)
            json.member("lawful_basis", consent.explicitArticle9 ? "explicit-consent" : "consent")
            json.member("jurisdiction", "FR")
            json.member("purposes", consent.purposes)
            json.member("pii_categories", consent.dataCategories)
            json.member("sensitive_pii", consent.explicitArticle9)
            json.member("consent_method", consent.grant.method)
            json.member("single_use", consent.singleUse)
            json.member("valid_from", RFC3339.format(consent.validFrom))
            json.member("valid_until", RFC3339.format(consent.validUntil))
            json.member("withdrawal_method", "/v1/follow-up/consents/\(consent.id.text)/withdrawal")
        }
    }

    private func writeParties(to json: inout JSONWriter) {
        json.object { json in
            json.member("pii_controller", consent.structure.text)
            json.member("recipients", consent.recipients.map(\.text))
            json.member("granted_by", consent.grant.by)
            json.member("representation", consent.grant.representation)
            json.member("co_granted_by", consent.coGrant?.by)
            json.member("co_representation", consent.coGrant?.representation)
        }
    }

    private func writeEvents(to json: inout JSONWriter) {
        json.array(of: consent.history) { json, turn in
            json.object { json in
                json.member("event_type", turn.event)
                json.member("event_time", RFC3339.format(turn.at))
                json.member("entity", turn.by)
            }
        }
    }
}
