import Foundation
import Postgres
import Schema

/// Consents with their evidence.
struct ConsentRepository: Sendable {
    private let events = ReferralEventRepository()

    func insert(
        _ draft: ConsentDraft, id: UUID, person: UUID, at structure: UUID, in transaction: Transaction
    ) async throws {
        let validFrom: Date
        if let given = draft.validFrom {
            validFrom = given
        } else {
            validFrom = try await transaction.query("select now()")[0].decode(Date.self)
        }
        let hash = ConsentEvidence.hash(draft, from: validFrom, id: id, person: person, structure: structure)
        try await transaction.query(
            """
            insert into consents (id, structure_id, person_id, granted_by, agent, method, witness, notice_id,
                notice_sha256, language, purposes, recipients, data_categories, explicit_art9, valid_from, valid_until,
                single_use, evidence_sha256, evidence_reference, evidence_hash)
            values (\(id), \(structure), \(person), \(draft.grantedBy), \(draft.agent), \(draft.method),
                \(draft.witness), \(draft.noticeID), \(draft.noticeDigest), \(draft.language), \(draft.purposes),
                \(draft.recipients), \(draft.dataCategories), \(draft.explicitArticle9), \(validFrom),
                \(draft.validUntil), \(draft.singleUse), \(draft.evidenceDigest), \(draft.evidenceReference), \(hash))
            """)
        try await events.tell(
            consent: id, version: 1, isWithdrawn: false, recipients: draft.recipients, purposes: draft.purposes,
            in: transaction)
    }

    /// A consent that one of these structures recorded.
    func find(_ id: UUID, of structures: Set<UUID>, in transaction: Transaction) async throws -> Consent? {
        let rows = try await transaction.query(
            """
            select *, state = 'active' and clock_timestamp() < valid_until as holds from consents
            where id = \(id) and structure_id = any (\(Array(structures)))
            """)
        return try rows.first.map(Consent.init)
    }

    /// Withdraws a consent of one of these structures; one that was withdrawn before stays as it was. From now on until
    /// the transaction ends nobody passes the guard with it, and afterwards neither.
    func withdraw(_ id: UUID, of structures: Set<UUID>, in transaction: Transaction) async throws -> Bool? {
        // Only who may withdraw it takes a turn: nobody else keeps its readers waiting.
        try await transaction.query(
            """
            select pg_advisory_xact_lock(consent_turn(id)) from consents
            where id = \(id) and structure_id = any (\(Array(structures)))
            """)
        let rows = try await transaction.query(
            """
            select state from consents where id = \(id) and structure_id = any (\(Array(structures)))
            for no key update
            """)
        guard let state = try rows.first?.decode(String.self) else { return nil }
        guard state == "active" else { return false }
        let updated = try await transaction.query(
            """
            update consents set state = 'withdrawn', withdrawn_at = clock_timestamp(), version = version + 1
            where id = \(id) returning version, recipients, purposes
            """)
        let (version, recipients, purposes) = try updated[0].decode((Int, [UUID], [String]).self)
        try await events.tell(
            consent: id, version: version, isWithdrawn: true, recipients: recipients, purposes: purposes,
            in: transaction)
        return true
    }
}

/// A consent as it is stored.
struct Consent: Sendable {
    let id: UUID
    let version: Int
    let structure: UUID
    let person: UUID
    let grantedBy: String
    let agent: String
    let method: String
    let witness: String?
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
    let evidenceDigest: String
    let evidenceReference: String?
    let evidenceHash: [UInt8]
    let state: String
    let grantedAt: Date
    let withdrawnAt: Date?
    /// Neither withdrawn nor over.
    let holds: Bool

    init(_ row: Row) throws {
        id = try row["id"]
        version = try row["version"]
        structure = try row["structure_id"]
        person = try row["person_id"]
        grantedBy = try row["granted_by"]
        agent = try row["agent"]
        method = try row["method"]
        witness = try row["witness"]
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
        evidenceDigest = try row["evidence_sha256"]
        evidenceReference = try row["evidence_reference"]
        evidenceHash = try row["evidence_hash"]
        state = try row["state"]
        grantedAt = try row["granted_at"]
        withdrawnAt = try row["withdrawn_at"]
        holds = try row["holds"]
    }
}
