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
            json.member("granted_by", draft.grantedBy)
            json.member("agent", draft.agent)
            json.member("method", draft.method)
            json.member("witness", draft.witness)
            json.member("notice", [draft.noticeID, draft.noticeDigest])
            json.member("language", draft.language)
            json.member("purposes", draft.purposes)
            json.member("recipients", draft.recipients.map(\.text))
            json.member("data_categories", draft.dataCategories)
            json.member("explicit_art9", draft.explicitArticle9)
            // As the database keeps instants: in microseconds.
            json.member("valid_from", Int((validFrom.timeIntervalSinceReferenceDate * 1_000_000).rounded()))
            json.member("valid_until", Int((draft.validUntil.timeIntervalSinceReferenceDate * 1_000_000).rounded()))
            json.member("single_use", draft.singleUse)
            json.member("evidence", [draft.evidenceDigest, draft.evidenceReference ?? ""])
        }
        return Array(SHA256.hash(data: json.bytes))
    }
}
