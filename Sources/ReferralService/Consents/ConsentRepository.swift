import Foundation
import Postgres
import Schema

/// Consents with their evidence.
struct ConsentRepository: Sendable {
    private let events = ReferralEventRepository()

    /// - Parameter place: where the request holds it.
    /// - Throws: ``Refusal`` `invalid-body` where somebody else must consent for the person, or may not.
    func insert(
        _ draft: ConsentDraft, id: UUID, person: UUID, at structure: UUID, within place: String = "",
        in transaction: Transaction
    ) async throws {
        let facts = try await transaction.query("select now(), (select age_band from persons where id = \(person))")
        let (now, ageBand) = try facts[0].decode((Date, String?).self)
        if let violation = ConsentCapacity.violation(of: draft, ageBand: ageBand, in: place) {
            throw Refusal(.invalidBody, violations: [violation])
        }
        let (terms, grant, evidence) = (draft.terms, draft.grant, draft.grant.evidence)
        let (second, other) = (draft.coGrant, draft.coGrant?.evidence)
        let validFrom = terms.validFrom ?? now
        let hash = ConsentEvidence.hash(draft, from: validFrom, id: id, person: person, structure: structure)
        transaction.queue(
            """
            insert into consents (id, structure_id, person_id, granted_by, representation, agent, method, witness,
                notice_id, notice_sha256, language, purposes, recipients, data_categories, explicit_art9, valid_from,
                valid_until, single_use, evidence_sha256, evidence_reference, evidence_channel, confirmed_at,
                co_granted_by, co_representation, co_method, co_witness, co_evidence_sha256, co_evidence_reference,
                co_evidence_channel, co_confirmed_at, evidence_hash)
            values (\(id), \(structure), \(person), \(grant.by), \(grant.representation), \(draft.agent),
                \(grant.method), \(grant.witness), \(terms.noticeID), \(terms.noticeDigest), \(terms.language),
                \(terms.purposes), \(terms.recipients), \(terms.dataCategories), \(terms.explicitArticle9),
                \(validFrom), \(terms.validUntil), \(terms.singleUse), \(evidence.digest), \(evidence.reference),
                \(evidence.channel), \(evidence.confirmedAt), \(second?.by), \(second?.representation),
                \(second?.method), \(second?.witness), \(other?.digest), \(other?.reference), \(other?.channel),
                \(other?.confirmedAt), \(hash))
            """)
        events.tell(
            .granted, consent: id, version: 1, recipients: terms.recipients, purposes: terms.purposes, in: transaction)
    }

    /// A consent that one of the caller's structures recorded, or that the person themselves gave.
    func find(_ id: UUID, _ acting: Acting, in transaction: Transaction) async throws -> Consent? {
        let rows = try await transaction.query(
            """
            select *, state = 'active' and clock_timestamp() < valid_until as holds from consents
            where id = \(id) and \(Self.mine(acting))
            """)
        return try rows.first.map(Consent.init)
    }

    /// What a person gave, the newest first.
    /// - Parameters:
    ///   - before: the last id of the page before.
    ///   - limit: nil: all of them.
    func list(
        of person: UUID, before: UUID? = nil, limit: Int? = nil, in transaction: Transaction
    ) async throws -> [Consent] {
        let older: Query = before.map { "id < \($0)" } ?? "true"
        return try await transaction.query(
            """
            select *, state = 'active' and clock_timestamp() < valid_until as holds from consents
            where person_id = \(person) and \(older)
            order by id desc limit \(limit)
            """
        ).map(Consent.init)
    }

    /// Withdraws a consent of the caller's; one that was withdrawn before stays as it was. From now on until the
    /// transaction ends nobody passes the guard with it, and afterwards neither.
    func withdraw(_ id: UUID, _ acting: Acting, in transaction: Transaction) async throws -> Bool? {
        try await withdraw(
            id, where: Self.mine(acting), by: acting.person == nil ? "structure" : "person", in: transaction)
    }

    /// The same of one that this structure keeps, for whoever else has it withdrawn.
    /// - Parameter asker: `person`, `structure` or `charter`, which asks through its structures.
    func withdraw(
        _ id: UUID, keptBy structure: UUID, by asker: String = "structure", in transaction: Transaction
    ) async throws -> Bool? {
        try await withdraw(
            id, where: "structure_id = \(structure)", by: asker == "person" ? asker : "structure", in: transaction)
    }

    private func withdraw(
        _ id: UUID, where mine: Query, by asker: String, in transaction: Transaction
    ) async throws -> Bool? {
        // Only who may withdraw it takes a turn: nobody else keeps its readers waiting.
        try await transaction.query(
            "select pg_advisory_xact_lock(consent_turn(id)) from consents where id = \(id) and \(mine)")
        let rows = try await transaction.query(
            "select state from consents where id = \(id) and \(mine) for no key update")
        guard let state = try rows.first?.decode(String.self) else { return nil }
        guard state == "active" else { return false }
        let updated = try await transaction.query(
            """
            update consents set state = 'withdrawn', withdrawn_at = clock_timestamp(), version = version + 1,
                withdrawn_by = \(asker)
            where id = \(id) returning version, recipients, purposes
            """)
        let (version, recipients, purposes) = try updated[0].decode((Int, [UUID], [String]).self)
        events.tell(
            .withdrawn, consent: id, version: version, recipients: recipients, purposes: purposes, in: transaction)
        return true
    }

    /// Tells once of consents that are past their time, the first to end first; those that somebody holds come later.
    /// - Returns: how many.
    func expire(atMost limit: Int, in transaction: Transaction) async throws -> Int {
        let rows = try await transaction.query(
            """
            update consents set expired_at = clock_timestamp(), version = version + 1
            where id in (
                select id from consents
                where state = 'active' and expired_at is null and valid_until <= now()
                order by valid_until limit \(limit) for no key update skip locked)
            returning id, version, recipients, purposes
            """)
        for row in rows {
            let (id, version, recipients, purposes) = try row.decode((UUID, Int, [UUID], [String]).self)
            events.tell(
                .expired, consent: id, version: version, recipients: recipients, purposes: purposes, in: transaction)
        }
        return rows.count
    }

    private static func mine(_ acting: Acting) -> Query {
        "(structure_id = any (\(Array(acting.structures))) or person_id = \(acting.person))"
    }
}
