import Events
import Foundation
import Postgres
import Schema

/// What the broker tells the others, written in the transaction that makes it true. Each subject (a demand, a consent, a
/// referral) counts its own events, on its own row.
struct ReferralEventRepository: Sendable {
    /// R1: a structure received someone. Counts on the demand.
    func tell(
        _ reception: ReceptionDraft, demand: UUID, at structure: StructureFacts, in transaction: Transaction
    ) async throws {
        let rows = try await transaction.query(
            """
            with told as (update demands set sequence = sequence + 1 where id = \(demand) returning person_id, sequence)
            select told.sequence, mode, age_band, sex, education, situations, residence_commune, reporting_key
            from told join persons on persons.id = told.person_id
            """)
        guard let row = rows.first else { throw Refusal(.notFound) }
        let opening = ReceptionOpening(
            demand: demand, structure: structure.id, network: CountedUnder.network(among: structure.networks),
            territory: structure.territory, channel: reception.channel, access: reception.access,
            preferredChannel: reception.preferredChannel, urgency: reception.urgency,
            requestedAt: reception.requestedAt, receivedAt: reception.receivedAt,
            isAnonymous: try row["mode", as: String.self] == "anonymous", isInScope: reception.inScope,
            person: try row["reporting_key"], audiences: reception.audiences, situations: try row["situations"],
            sex: try row["sex"], ageBand: try row["age_band"], education: try row["education"],
            residenceCommune: try row["residence_commune"])
        append(.receptionOpened(opening), try row["sequence"], in: transaction)
    }

    /// R2: what became of a demand.
    func tell(
        _ closure: DemandClosure, _ way: DemandRepository.Way, demand: UUID, in transaction: Transaction
    ) async throws {
        let rows = try await transaction.query(
            """
            with told as (update demands set sequence = sequence + 1 where id = \(demand) returning person_id, sequence)
            select told.sequence, reporting_key from told join persons on persons.id = told.person_id
            """)
        guard let (sequence, person) = try rows.first?.decode((Int, UUID).self) else { throw Refusal(.notFound) }
        let closing = DemandClosing(
            demand: demand, outcome: closure.outcome, structuresCount: way.structures, receptionsCount: way.receptions,
            isSummaryGiven: closure.summaryGiven ?? false, isCharged: closure.charged,
            isCounsellingProposed: closure.counsellingProposed ?? false,
            isCounsellingAccepted: closure.counsellingAccepted,
            isAppointmentRequested: closure.appointmentRequested ?? false, person: person)
        append(.demandClosed(closing), sequence, in: transaction)
    }

    enum ConsentTurn { case granted, withdrawn, expired }

    /// A consent was granted, as its first version, or withdrawn, or ended by its time, as a next.
    func tell(
        _ turn: ConsentTurn, consent: UUID, version: Int, recipients: [UUID], purposes: [String],
        in transaction: Transaction
    ) {
        let notice = ConsentNotice(consent: consent, recipients: recipients, purposes: purposes)
        let data: EventData =
            switch turn {
            case .granted: .consentGranted(notice)
            case .withdrawn: .consentWithdrawn(notice)
            case .expired: .consentExpired(notice)
            }
        append(data, version, in: transaction)
    }

    /// R3 and R4: a step of a referral's life.
    func tell(_ step: ReferralRepository.Step, in transaction: Transaction) async throws {
        guard step.to == .submitted else {
            let move = ReferralMove(
                referral: step.referral, from: step.from, to: step.to, actorRole: step.actor.rawValue,
                reasonCode: step.reason, delaySeconds: step.delay)
            return append(.referralMoved(move), step.sequence, in: transaction)
        }
        let rows = try await transaction.query(
            """
            select referrals.*, reporting_key, sender.networks as sender_networks,
                sender.territories as sender_territories, recipient.networks as recipient_networks,
                recipient.territories as recipient_territories
            from referrals join persons on persons.id = referrals.person_id
                left join known_structures as sender on sender.id = sender_id
                left join known_structures as recipient on recipient.id = recipient_id
            where referrals.id = \(step.referral)
            """)
        guard let row = rows.first else { throw Refusal(.notFound) }
        let referral = try Referral(row)
        let submission = ReferralSubmission(
            referral: referral.id, demand: referral.demand, sender: try Self.party(referral.sender, "sender", row),
            recipient: try Self.party(referral.recipient, "recipient", row), serviceKind: referral.serviceKind,
            cepLevel: referral.cepLevel, cepFramework: referral.cepFramework, theme: referral.theme,
            urgency: referral.urgency, person: try row["reporting_key"])
        append(.referralSubmitted(submission), step.sequence, in: transaction)
    }

    /// R5: an appointment was made, or what became of it. Counts on the referral, as its steps do.
    func tell(_ record: AppointmentRecord, in transaction: Transaction) async throws {
        let rows = try await transaction.query(
            "update referrals set sequence = sequence + 1 where id = \(record.referral) returning sequence")
        guard let sequence = try rows.first?.decode(Int.self) else { throw Refusal(.notFound) }
        append(.appointmentRecorded(record), sequence, in: transaction)
    }

    private static func party(_ id: UUID, _ part: String, _ row: Row) throws -> ReferralSubmission.Party {
        ReferralSubmission.Party(
            structure: id,
            network: CountedUnder.network(among: try row["\(part)_networks", as: [String]?.self] ?? []),
            territory: CountedUnder.territory(among: try row["\(part)_territories", as: [String]?.self] ?? []))
    }

    /// Tells of anything else; who calls it counts the events of its subject.
    func append(_ data: EventData, _ sequence: Int, in transaction: Transaction) {
        transaction.queue(EventOutbox.append([Event(sequence: sequence, data: data)]))
    }
}
