import Foundation
import Postgres
import Schema
import Tokens

/// A referral as it is stored; who may see what of it is ``ReferralView``'s matter.
struct Referral: Sendable {
    let id: UUID
    let sender: UUID
    let recipient: UUID
    let person: UUID
    let demand: UUID
    let consent: UUID?
    let pseudonym: String
    let serviceKind: String
    let service: UUID?
    let theme: String
    let urgency: String
    let cepLevel: Int?
    let cepFramework: String?
    /// What the sender means to pass on.
    let meant: Set<DataCategory>
    let state: ReferralState
    let reason: String?
    let outcome: String?
    /// Its steps so far, and those that a sender may know of (SQL function `is_told_to_sender`).
    let steps: Steps
    let createdAt: Date
    let submittedAt: Date?
    let changedAt: Date
    /// When it last took a step that a sender may know of.
    let senderChangedAt: Date
    /// The state before this one.
    let previous: ReferralState?
    /// Whom the recipient proposes, or proposed, in its place.
    let redirect: UUID?
    /// The day on which a hold is to end.
    let resumeBy: CalendarDate?
    /// The referral that it follows after a redirect or a decline.
    let parent: UUID?
    let exceedsLimitByChoice: Bool

    /// How many steps there were, from 1.
    struct Steps: Sendable {
        let all: Int
        let toldToSender: Int

        static let first = Steps(all: 1, toldToSender: 1)

        func shown(to roles: Set<ReferralActor>) -> Int {
            roles.isDisjoint(with: [.recipient, .person]) ? toldToSender : all
        }
    }

    /// The highest tier that the recipient may see; nil: nothing, not even that it exists (SQL function `tier_of`).
    /// Who proposes a redirect keeps what it saw until the person has answered.
    var tier: DisclosureTier? { state.tier(after: previous) }

    init(_ row: Row) throws {
        id = try row["id"]
        sender = try row["sender_id"]
        recipient = try row["recipient_id"]
        person = try row["person_id"]
        demand = try row["demand_id"]
        consent = try row["consent_id"]
        pseudonym = try row["pseudonym"]
        serviceKind = try row["service_kind"]
        service = try row["service_id"]
        theme = try row["theme"]
        urgency = try row["urgency"]
        cepLevel = try row["cep_level"]
        cepFramework = try row["cep_framework"]
        meant = Set(try row["data_categories", as: [String].self].compactMap(DataCategory.init))
        state = try row["state"]
        reason = try row["reason_code"]
        outcome = try row["outcome"]
        steps = Steps(all: try row["step"], toldToSender: try row["sender_step"])
        senderChangedAt = try row["sender_changed_at"]
        createdAt = try row["created_at"]
        submittedAt = try row["submitted_at"]
        changedAt = try row["changed_at"]
        previous = try row["previous_state"]
        redirect = try row["redirect_to"]
        resumeBy = try row["resume_by", as: String?.self].flatMap { CalendarDate(text: $0) }
        parent = try row["parent_id"]
        exceedsLimitByChoice = try row["exceeds_limit_by_choice"]
    }
}

/// What makes somebody a party to a referral.
extension Acting {
    /// The parts that the caller has in it: by its structures and by the scopes of its token, or as the person.
    func roles(in referral: Referral) -> Set<ReferralActor> {
        var roles: Set<ReferralActor> = []
        if let person, person == referral.person { roles.insert(.person) }
        if structures.contains(referral.sender), caller.scopes.contains(.referralSend) { roles.insert(.sender) }
        let isPassedOn = referral.submittedAt != nil && referral.tier != nil
        if isPassedOn, structures.contains(referral.recipient), caller.scopes.contains(.referralReceive) {
            roles.insert(.recipient)
        }
        return roles
    }

    /// The part that the caller takes: the one that it asks for, or the first that it has; nil: none.
    func part(in referral: Referral, as wanted: ReferralActor? = nil) -> ReferralActor? {
        let roles = roles(in: referral)
        return [.person, .sender, .recipient].first { roles.contains($0) && (wanted == nil || wanted == $0) }
    }

    /// The part in which the caller writes. Who acts for both parties says as which structure: nobody reads another's
    /// words as its own.
    /// - Throws: ``Refusal`` `invalid-body` where it says nothing, or a structure for which it has no part here.
    func author(in referral: Referral, writingAs structure: UUID?) throws(Refusal) -> ReferralActor? {
        let roles = roles(in: referral)
        guard let first = part(in: referral) else { return nil }
        guard let structure else {
            guard !roles.isSuperset(of: [.sender, .recipient]) else { throw Self.refused(.required) }
            return first
        }
        let parts: [(role: ReferralActor, structure: UUID)] = [
            (.sender, referral.sender), (.recipient, referral.recipient),
        ]
        guard let part = parts.first(where: { roles.contains($0.role) && $0.structure == structure }) else {
            throw Self.refused(Self.otherStructure)
        }
        return part.role
    }

    private static func refused(_ flaw: Flaw) -> Refusal {
        Refusal(.invalidBody, violations: [Violation(flaw, at: "/structure_id")])
    }

    private static let otherStructure = Flaw(
        "not-a-party", fr: "Vous n’agissez pas ici pour cette structure.", en: "You do not act for this structure here."
    )
}
