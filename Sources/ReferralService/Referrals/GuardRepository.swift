import Foundation
import Postgres
import Schema

/// The conditions of transitions (``TransitionGuard``), held in the transaction that makes them.
struct GuardRepository: Sendable {
    /// The guard `consent`, for a referral that rests on one already.
    func requireConsent(of referral: UUID, in transaction: Transaction) async throws {
        try await transaction.query("select guard_consent(\(referral), false)")
    }

    /// The guard `consent-appointment`, behind the guard `consent`.
    func requireAppointmentConsent(of referral: UUID, in transaction: Transaction) async throws {
        try await transaction.query("select guard_appointment(\(referral))")
    }

    /// The guard `new-consent`.
    func requireNewConsent(_ consent: UUID, toRedirect referral: UUID, in transaction: Transaction) async throws {
        try await transaction.query("select guard_redirect(\(referral), \(consent))")
    }

    /// Keeps the demand and its person from being erased until the transaction ends: before any consent is held.
    func share(_ demand: UUID, of person: UUID, in transaction: Transaction) async throws {
        try await transaction.query("select share_person(\(person), \(demand))")
    }

    /// The guard `nobody-reads`: those who read under its consent take shared turns at it.
    func awaitReaders(of referral: Referral, in transaction: Transaction) async throws {
        guard let consent = referral.consent else { return }
        try await transaction.query("select pg_advisory_xact_lock(consent_turn(\(consent)))")
    }

    /// The guard `psad-consent`, behind a guard that holds the consent's row.
    func requireRecordConsent(_ consent: UUID, of referral: UUID, in transaction: Transaction) async throws {
        try await transaction.query("select guard_psad(\(referral), \(consent))")
    }

    /// Rests a referral that still waits on this consent, which must pass the guard and is used up if it is for one use.
    /// Where a referral was withdrawn, another needs another consent.
    /// - Returns: false where it no longer waits.
    func rest(
        _ referral: UUID, on consent: UUID, exceedingLimitByChoice isChosen: Bool, in transaction: Transaction
    ) async throws -> Bool {
        let updated = try await transaction.query(
            """
            update referrals set consent_id = \(consent),
                exceeds_limit_by_choice = exceeds_limit_by_choice or \(isChosen)
            where id = \(referral) and state = 'awaiting_consent' returning id
            """)
        guard !updated.isEmpty else { return false }
        try await transaction.pipeline([
            "select guard_consent(\(referral), true)", "select guard_return(\(referral))",
            "select guard_sequel(\(referral))",
        ])
        return true
    }

    /// How many structures the referral's demand passes through with its recipient, and whether it is a new one. The
    /// demand's row is held: nobody else adds one meanwhile.
    func way(of referral: Referral, in transaction: Transaction) async throws -> (structures: Int, isNew: Bool) {
        let rows = try await transaction.query(
            """
            with roots as (select * from roots_of(\(referral.demand)) as root),
                next as (select coalesce(
                    (select root_id from known_structures where id = \(referral.recipient)), \(referral.recipient)) as root)
            select (select count(*) from roots), not exists (select from roots join next using (root))
            """)
        let (structures, isNew) = try rows[0].decode((Int, Bool).self)
        return (structures + (isNew ? 1 : 0), isNew)
    }

    /// The region of a structure, whose charter holds.
    func region(of structure: UUID, in transaction: Transaction) async throws -> String? {
        let rows = try await transaction.query("select region from known_structures where id = \(structure)")
        return try rows.first?.decode(String?.self)
    }

    /// The guard `within-seven-days`: declined no longer ago, by the database's clock.
    func isReopenable(_ referral: UUID, in transaction: Transaction) async throws -> Bool {
        let rows = try await transaction.query(
            """
            select from referrals where id = \(referral) and state = 'declined'
                and changed_at > now() - interval '7 days' for no key update
            """)
        return !rows.isEmpty
    }

    /// Whether the transaction coordinates a territory of one of its structures.
    func isCoordinated(_ referral: UUID, in transaction: Transaction) async throws -> Bool {
        let rows = try await transaction.query(
            "select from referrals where id = \(referral) and is_coordinated(sender_id, recipient_id)")
        return !rows.isEmpty
    }
}
