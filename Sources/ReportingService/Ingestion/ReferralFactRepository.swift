import Foundation
import Postgres

/// The tables of what the broker tells. Receptions, moves and appointments are stored once by their event; of a demand
/// its last closing is kept, of a referral its first submission.
struct ReferralFactRepository {
    let transaction: Transaction

    func store(_ facts: ReferralFacts) async throws {
        try await erase(facts.erasedPersons)
        let incoming = IncomingFactRepository(transaction: transaction)
        try await incoming.store(facts.receptions, in: "receptions", Self.receptions, Self.insertReceptions)
        try await incoming.store(
            facts.demandClosings, in: "demand_closings", Self.demandClosings, Self.insertDemandClosings)
        try await incoming.store(facts.referrals, in: "referrals", Self.referrals, Self.insertReferrals)
        try await incoming.store(facts.referralMoves, in: "referral_moves", Self.referralMoves)
        try await incoming.store(facts.appointments, in: "appointments", Self.appointments)
    }

    func deleteAll() async throws {
        try await transaction.pipeline([
            "delete from receptions", "delete from demand_closings", "delete from referrals",
            "delete from referral_moves", "delete from appointments",
        ])
    }

    /// Before the page's facts, so that none of them is linked again, wherever in the page it stands.
    private func erase(_ persons: [UUID]) async throws {
        guard !persons.isEmpty else { return }
        try await transaction.pipeline([
            """
            insert into erased_persons
            select distinct \(Self.digest) from unnest(\(persons)) as i (person) on conflict do nothing
            """,
            "update receptions set person = null where person = any(\(persons))",
            "update demand_closings set person = null where person = any(\(persons))",
            "update referrals set person = null where person = any(\(persons))",
        ])
    }

    private static let digest: Query = "sha256(convert_to(i.person::text, 'UTF8'))"
    private static let unlinked: Query = "left join erased_persons e on e.digest = \(digest)"

    private static let insertReceptions: Query = """
        insert into receptions
        select i.event, i.demand, i.structure, i.network, i.received_at, i.channel, i.access, i.preferred_channel,
            i.urgency, i.requested_at, i.is_anonymous, i.is_in_scope, i.is_linkable,
            case when e.digest is null then i.person end, i.audiences, i.situations, i.sex, i.age_band, i.education,
            i.residence_commune
        from incoming_receptions i \(unlinked)
        on conflict do nothing
        """
    private static let insertDemandClosings: Query = """
        insert into demand_closings
        select distinct on (i.demand) i.demand, i.event, i.closed_at, i.outcome, i.structures, i.is_linkable,
            case when e.digest is null then i.person end, i.receptions, i.is_summary_given, i.is_charged,
            i.is_counselling_proposed, i.is_counselling_accepted, i.is_appointment_requested
        from incoming_demand_closings i \(unlinked)
        order by i.demand, i.closed_at desc, i.event desc
        on conflict (demand) do update set event = excluded.event, closed_at = excluded.closed_at,
            outcome = excluded.outcome, structures = excluded.structures, is_linkable = excluded.is_linkable,
            person = excluded.person, receptions = excluded.receptions, is_summary_given = excluded.is_summary_given,
            is_charged = excluded.is_charged, is_counselling_proposed = excluded.is_counselling_proposed,
            is_counselling_accepted = excluded.is_counselling_accepted,
            is_appointment_requested = excluded.is_appointment_requested
        where (demand_closings.closed_at, demand_closings.event) < (excluded.closed_at, excluded.event)
        """
    private static let insertReferrals: Query = """
        insert into referrals
        select distinct on (i.referral) i.referral, i.event, i.submitted_at, i.sender, i.sender_network, i.recipient,
            i.recipient_network, i.is_linkable, case when e.digest is null then i.person end, i.demand,
            i.service_kind, i.cep_level, i.cep_framework, i.theme, i.urgency
        from incoming_referrals i \(unlinked)
        order by i.referral, i.submitted_at, i.event
        on conflict (referral) do update set event = excluded.event, submitted_at = excluded.submitted_at,
            sender = excluded.sender, sender_network = excluded.sender_network, recipient = excluded.recipient,
            recipient_network = excluded.recipient_network, is_linkable = excluded.is_linkable,
            person = excluded.person, demand = excluded.demand, service_kind = excluded.service_kind,
            cep_level = excluded.cep_level, cep_framework = excluded.cep_framework, theme = excluded.theme,
            urgency = excluded.urgency
        where (referrals.submitted_at, referrals.event) > (excluded.submitted_at, excluded.event)
        """

    private static let receptions: [Identifier] = [
        "event", "demand", "structure", "network", "received_at", "channel", "access", "preferred_channel", "urgency",
        "requested_at", "is_anonymous", "is_in_scope", "is_linkable", "person", "audiences", "situations", "sex",
        "age_band", "education", "residence_commune",
    ]
    private static let demandClosings: [Identifier] = [
        "demand", "event", "closed_at", "outcome", "structures", "is_linkable", "person", "receptions",
        "is_summary_given", "is_charged", "is_counselling_proposed", "is_counselling_accepted",
        "is_appointment_requested",
    ]
    private static let referrals: [Identifier] = [
        "referral", "event", "submitted_at", "sender", "sender_network", "recipient", "recipient_network",
        "is_linkable", "person", "demand", "service_kind", "cep_level", "cep_framework", "theme", "urgency",
    ]
    private static let referralMoves: [Identifier] = [
        "event", "referral", "state", "moved_at", "came_from", "actor_role", "reason_code",
    ]
    private static let appointments: [Identifier] = [
        "event", "referral", "scheduled_for", "attendance", "recorded_at",
    ]
}
