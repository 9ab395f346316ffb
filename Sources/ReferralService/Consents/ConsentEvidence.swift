import Crypto
import Foundation
import Schema

/// The digest of everything that a consent says: a receipt that the person or an auditor keeps shows by it whether what
/// is stored is still what was granted. It has no key: whoever may write the row could write it too.
enum ConsentEvidence {
    static func hash(
        _ draft: ConsentDraft, from validFrom: Date, id: UUID, person: UUID, structure: UUID
    ) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("id", id.text)
            json.member("person_id", person.text)
            json.member("structure_id", structure.text)
            json.member("granted_by", draft.grant.by)
            json.member("agent", draft.agent)
            json.member("method", draft.grant.method)
            json.member("witness", draft.grant.witness)
            json.member("notice", [draft.terms.noticeID, draft.terms.noticeDigest])
            json.member("language", draft.terms.language)
            json.member("purposes", draft.terms.purposes)
            json.member("recipients", draft.terms.recipients.map(\.text))
            json.member("data_categories", draft.terms.dataCategories)
            json.member("explicit_art9", draft.terms.explicitArticle9)
            json.member("valid_from", Self.microseconds(validFrom))
            json.member("valid_until", Self.microseconds(draft.terms.validUntil))
            json.member("single_use", draft.terms.singleUse)
            // Only where they are: a consent that was recorded before they were asked for keeps its digest.
            Self.write(draft.grant, to: &json)
            if let second = draft.coGrant {
                json.member("co_grant") { json in
                    json.object { json in
                        json.member("granted_by", second.by)
                        json.member("method", second.method)
                        json.member("witness", second.witness)
                        Self.write(second, to: &json)
                    }
                }
            }
        }
        return Array(SHA256.hash(data: json.bytes))
    }

    private static func write(_ grant: ConsentGrant, to json: inout JSONWriter) {
        if let representation = grant.representation { json.member("representation", representation) }
        if let channel = grant.evidence.channel { json.member("channel", channel) }
        if let instant = grant.evidence.confirmedAt { json.member("confirmed_at", microseconds(instant)) }
        json.member("evidence", [grant.evidence.digest, grant.evidence.reference ?? ""])
    }

    /// As the database keeps instants.
    private static func microseconds(_ instant: Date) -> Int {
        Int((instant.timeIntervalSinceReferenceDate * 1_000_000).rounded())
    }
}
