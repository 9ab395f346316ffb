import Foundation
import Postgres
import Support
import Testing
import Web

/// What the broker's tables agree on whenever nothing is under way, whatever has broken meanwhile: every write is there
/// as a whole, and nothing of any other.
enum BrokerWholeness {
    /// Rows that must not be, by what is wrong with them.
    private static let wrongs: [(String, Query)] = [
        (
            "a referral without its consent, demand, reception, person or key",
            """
            select count(*) from referrals where not exists (select from consents where consents.id = consent_id
                    and consents.person_id = referrals.person_id)
                or not exists (select from demands join receptions on receptions.demand_id = demands.id
                    where demands.id = referrals.demand_id)
                or not exists (select from person_keys where person_keys.person_id = referrals.person_id)
                or not exists (select from person_fields where person_fields.person_id = referrals.person_id)
            """
        ),
        (
            "a person, demand or consent without its referral",
            """
            select (select count(*) from persons where not exists (
                    select from referrals where person_id = persons.id))
                + (select count(*) from demands where not exists (
                    select from referrals where demand_id = demands.id))
                + (select count(*) from consents where not exists (
                    select from referrals where consent_id = consents.id))
            """
        ),
        (
            "a referral whose history is not what it is",
            """
            select count(*) from referrals where not coalesce((sequence, sequence, state) = (
                select count(*), max(sequence), (array_agg(to_state order by sequence desc))[1]
                from referral_transitions where referral_id = referrals.id), false)
            """
        ),
        (
            "a referral or a consent whose events are not those of its life",
            """
            select (select count(*) from referrals where not coalesce((sequence, sequence) = (
                    select count(*), max(sequence) from event_outbox
                    where subject = 'referrals/' || referrals.id), false))
                + (select count(*) from consents where not coalesce((version, version) = (
                    select count(*), max(sequence) from event_outbox
                    where subject = 'consents/' || consents.id), false))
            """
        ),
        (
            "an answer that was kept and nothing done, or the other way round",
            """
            select count(*) from (select location from idempotency_keys where operation = 'create-referral') as kept
                full join referrals on location = '/v1/referrals/' || referrals.id
            where location is null or referrals.id is null
            """
        ),
        (
            "a withdrawal that left a referral open, or that the ledger is not told of",
            """
            select (select count(*) from referrals join consents on consents.id = consent_id
                    where consents.state = 'withdrawn' and referrals.state <> 'withdrawn')
                + (select count(*) from consents where state = 'withdrawn' and not exists (
                    select from ledger_entries where kind = 'consent-withdrawn' and subject_id = consents.id))
            """
        ),
        (
            "a disclosure after the withdrawal",
            """
            select count(*) from access_journal join referrals on referrals.id = referral_id
                join consents on consents.id = referrals.consent_id
            where decision = 'disclosed' and at >= withdrawn_at
            """
        ),
    ]

    /// Holds the database to what was acknowledged, and to itself. Then asks for some of it again, by the same keys.
    ///
    /// - Parameter others: how many referrals there are beside.
    static func expect(_ trails: [KeyedWalk.Trail], beside others: Int = 0, on cluster: PrivateCluster) async throws {
        var place = cluster.configuration
        place.database = "referral"
        try await Connection.with(place) { connection in
            for (wrong, query) in wrongs {
                let count = try await connection.query(query, timeout: .seconds(60))[0].decode(Int.self)
                #expect(count == 0, "\(count) times \(wrong)")
            }
            let rows = try await connection.query(
                """
                select id, state, (select count(*) from access_journal
                    where referral_id = referrals.id and decision = 'disclosed')
                from referrals
                """)
            var kept: [String: (state: String, disclosures: Int)] = [:]
            for row in rows {
                let (id, state, disclosures) = try row.decode((UUID, String, Int).self)
                kept[id.uuidString.lowercased()] = (state, disclosures)
            }
            #expect(kept.count == trails.count + others)
            let lost = trails.filter { kept[$0.referral]?.state != $0.state }
            #expect(lost.isEmpty, "\(lost.count) acknowledged and lost")
            let unnoted = trails.filter { (kept[$0.referral]?.disclosures ?? 0) < $0.disclosures }
            #expect(unnoted.isEmpty, "\(unnoted.count) disclosed and not in the journal")
        }
        var generator = SeededGenerator(seed: 11)
        for deed in generator.some(200, of: trails.flatMap(\.deeds)) { try await deed.expectSameAgain() }
    }
}
