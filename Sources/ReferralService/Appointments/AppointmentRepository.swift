import Foundation
import Postgres
import Schema

/// An appointment of a referral.
struct Appointment: Sendable {
    let id: UUID
    let startsAt: Date
    let minutes: Int
    let channel: String
    let createdAt: Date
    /// nil: nothing was recorded yet.
    let attendance: String?
    let recordedAt: Date?
    let cancelledAt: Date?

    /// When any of it was last changed.
    var changedAt: Date { cancelledAt ?? recordedAt ?? createdAt }
}

/// Appointments, written with the step of the referral that makes or ends them. Row-level security decides who sees them:
/// the recipient, the person, and the sender with the purpose `retour` only.
struct AppointmentRepository: Sendable {
    private let events = ReferralEventRepository()

    func insert(
        _ draft: AppointmentDraft, id: UUID, of referral: UUID, by actor: ReferralActor, in transaction: Transaction
    ) async throws {
        try await transaction.query(
            """
            insert into appointments (id, referral_id, starts_at, minutes, channel, made_by)
            values (\(id), \(referral), \(draft.startsAt), \(draft.minutes), \(draft.channel), \(actor))
            """)
        try await events.tell(
            AppointmentRecord(referral: referral, scheduledFor: draft.startsAt, attendance: nil), in: transaction)
    }

    /// Says what became of the appointment that was waiting.
    /// - Returns: its id; nil where none was.
    func record(_ attendance: String, of referral: UUID, in transaction: Transaction) async throws -> UUID? {
        let rows = try await transaction.query(
            """
            update appointments set attendance = \(attendance), recorded_at = now()
            where referral_id = \(referral) and attendance is null and cancelled_at is null
            returning id, starts_at
            """)
        guard let (id, startsAt) = try rows.first?.decode((UUID, Date).self) else { return nil }
        try await events.tell(
            AppointmentRecord(referral: referral, scheduledFor: startsAt, attendance: attendance), in: transaction)
        return id
    }

    /// In the order in which they were made.
    func list(of referral: UUID, in transaction: Transaction) async throws -> [Appointment] {
        let rows = try await transaction.query(
            """
            select id, starts_at, minutes, channel, created_at, attendance, recorded_at, cancelled_at
            from appointments where referral_id = \(referral) order by id
            """)
        return try rows.map { row in
            Appointment(
                id: try row["id"], startsAt: try row["starts_at"], minutes: try row["minutes"],
                channel: try row["channel"], createdAt: try row["created_at"], attendance: try row["attendance"],
                recordedAt: try row["recorded_at"], cancelledAt: try row["cancelled_at"])
        }
    }
}
