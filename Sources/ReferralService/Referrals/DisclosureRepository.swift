import Foundation
import Postgres
import Schema
import Tokens

/// What reads of referrals rest on: consents held under a lock, and the journal of who saw what.
struct DisclosureRepository: Sendable {
    /// A consent that was in force when its row was locked, which it stays until the transaction ends.
    struct Grant: Sendable {
        let consent: UUID
        /// Of the consent, as it was read.
        let version: Int
        let categories: Set<DataCategory>
        /// Who granted it: codes of the vocabulary `consent_granter`.
        let granters: Set<String>
        /// Whether the sender may know how it ended.
        let feedback: Bool
    }

    /// Facts of a person that tell nobody who it is.
    struct Outline: Sendable {
        let isAnonymous: Bool
        let ageBand: String?
        let situations: [String]
    }

    /// Locks the consents of these referrals against withdrawal, and gives those in force, by referral.
    ///
    /// Whatever is read afterwards, in a statement of its own, is covered: a withdrawal that came first is seen, one that
    /// comes later waits, and whoever reads then waits behind it.
    func hold(_ referrals: [Referral], in transaction: Transaction) async throws -> [UUID: Grant] {
        let ids = Array(Set(referrals.compactMap(\.consent)))
        guard !ids.isEmpty else { return [:] }
        try await transaction.query("select share_consents(\(ids))")
        let rows = try await transaction.query(
            "select id from consents where id = any (\(ids)) order by id for share")
        let held = try rows.decode(UUID.self)
        let pairs = referrals.filter { $0.consent.map(held.contains) ?? false }
        let granted = try await transaction.query(
            """
            select referrals.id, consents.id, consents.version, consents.data_categories,
                granters_of(consents), 'retour' = any (consents.purposes)
            from referrals join consents on consents.id = referrals.consent_id
            where referrals.id = any (\(pairs.map(\.id))) and consents.id = any (\(held))
                and is_in_force(consents, referrals.recipient_id)
            """)
        var grants: [UUID: Grant] = [:]
        for row in granted {
            let (id, consent, version, categories, granters, feedback) = try row.decode(
                (UUID, UUID, Int, [String], [String], Bool).self)
            grants[id] = Grant(
                consent: consent, version: version, categories: Set(categories.compactMap(DataCategory.init)),
                granters: Set(granters), feedback: feedback)
        }
        return grants
    }

    /// The referrals as they are now, in the order of the ids, with an outline of each person; those that the caller may
    /// no longer see are missing.
    func list(
        _ ids: [UUID], in transaction: Transaction
    ) async throws -> [(referral: Referral, outline: Outline)] {
        let rows = try await transaction.query(
            """
            select referrals.*, persons.mode, persons.age_band, persons.situations
            from referrals join persons on persons.id = referrals.person_id
            where referrals.id = any (\(ids)) order by referrals.id desc
            """)
        return try rows.map { row in
            let outline = Outline(
                isAnonymous: try row["mode", as: String.self] == "anonymous", ageBand: try row["age_band"],
                situations: try row["situations"])
            return (try Referral(row), outline)
        }
    }

    /// One page of the referrals in which the caller has this part, the newest first.
    /// - Parameter before: the last id of the page before.
    func page(
        of role: ReferralActor, _ structures: Set<UUID>, states: [ReferralState], before: UUID?, limit: Int,
        in transaction: Transaction
    ) async throws -> [Referral] {
        let mine = Array(structures)
        var conditions: [Query] = [
            role == .sender
                ? "sender_id = any (\(mine))"
                : """
                recipient_id = any (\(mine)) and submitted_at is not null
                and tier_of(state, previous_state) is not null
                """
        ]
        // A sender who may not know of appointments finds none by asking for them.
        if !states.isEmpty {
            let shown: Query =
                role == .sender
                ? """
                case when state = 'scheduled' and not exists (
                    select from consents where id = consent_id and 'retour' = any (purposes)
                        and is_in_force(consents, recipient_id)) then 'accepted' else state end
                """ : "state"
            conditions.append("\(shown) = any (\(states))")
        }
        if let before { conditions.append("id < \(before)") }
        let rows = try await transaction.query(
            "select * from referrals where \(Query(conditions, separator: " and ")) order by id desc limit \(limit)")
        return try rows.map(Referral.init)
    }

    /// What is written down of one look at a person.
    struct Access: Sendable {
        enum Decision: String, Sendable {
            case disclosed, denied
        }

        let structure: UUID
        let person: UUID
        /// nil where a person's own structure looks at them.
        let referral: UUID?
        /// A code of the vocabulary `purpose`, or `export`.
        let purpose: String
        let categories: Set<DataCategory>
        /// Whether messages were read, which are of L1 and no category that a consent names.
        var messages = false
        let grant: Grant?
        let decision: Decision

        /// What of it is L1 or above: that tier, and the codes of what was seen; nil where nothing is.
        fileprivate var seen: (tier: DisclosureTier, codes: [String])? {
            let seen = categories.filter { $0.tier >= .relay }
            guard let tier = (seen.map(\.tier) + (messages ? [.relay] : [])).max() else { return nil }
            return (tier, (seen.map(\.rawValue) + (messages ? ["message"] : [])).sorted())
        }
    }

    /// Writes down what a recipient of a referral sees, or is kept from seeing.
    func record(
        _ categories: Set<DataCategory>, of referral: Referral, decision: Access.Decision = .disclosed,
        under grant: Grant? = nil, _ acting: Acting, in transaction: Transaction
    ) async throws {
        let access = Access(
            structure: referral.recipient, person: referral.person, referral: referral.id, purpose: "transmission",
            categories: categories, grant: grant, decision: decision)
        try await record(access, by: acting, in: transaction)
    }

    /// Writes down who sees what, in the transaction that reads it: where it cannot, nothing is shown. Below L1 nothing is
    /// written.
    func record(_ access: Access, by acting: Acting, in transaction: Transaction) async throws {
        guard let (tier, codes) = access.seen else { return }
        try await transaction.query(
            """
            insert into access_journal (id, structure_id, client_id, subject, request_id, referral_id, person_id, tier,
                categories, purpose, consent_id, consent_version, decision)
            values (\(UUID.v7()), \(access.structure), \(acting.caller.clientID), \(acting.caller.subject),
                \(acting.correlation.requestID), \(access.referral), \(access.person), \(tier.rawValue),
                \(codes), \(access.purpose), \(access.grant?.consent),
                \(access.grant?.version), \(access.decision.rawValue))
            """)
    }
}
