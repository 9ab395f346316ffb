import Foundation
import Postgres
import Schema

/// Something that a restored, older database would undo.
struct LedgerEntry: Sendable, Equatable {
    enum Kind: String, Sendable, Readable, Bindable {
        case consentWithdrawn = "consent-withdrawn"
        case referralWithdrawn = "referral-withdrawn"
        case referralInError = "referral-in-error"
        case linkRevoked = "link-revoked"
        case personErased = "person-erased"
    }

    let id: UUID
    let kind: Kind
    /// Which structure kept what it is about.
    let structure: UUID
    /// The consent, the referral, the follow-up link or the person; of the last nothing else is left anywhere.
    let subject: UUID
    let at: Date
    /// `person`, `structure` or `charter`; nil in lines of before it was noted.
    let by: String?
}

extension LedgerEntry {
    init(_ row: Row) throws {
        id = try row["id"]
        kind = try row["kind"]
        structure = try row["structure_id"]
        subject = try row["subject_id"]
        at = try row["at"]
        by = try row["requested_by"]
    }
}
