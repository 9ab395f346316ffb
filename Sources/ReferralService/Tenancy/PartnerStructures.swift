import Foundation
import Schema
import Tokens

/// The structures that people are passed between, as the directory knows them; while it does not answer, as it last did.
struct PartnerStructures: Sendable {
    let lookup: StructureLookup
    let known: KnownStructureRepository

    /// The directory is asked again after so many seconds.
    static let freshness = 60.0

    /// - Returns: nil where the directory knows no such structure.
    /// - Throws: ``Refusal`` `unavailable` where it does not answer, and has not told for a week.
    func find(_ id: UUID, for correlation: Correlation?) async throws -> StructureFacts? {
        let earlier = try await known.find(id)
        let remembered = earlier.flatMap { $0.isGone ? nil : $0.facts }
        let isWhole = earlier.map { $0.isGone || $0.facts.offering != nil } ?? false
        if let earlier, isWhole, earlier.age < Self.freshness { return remembered }
        do {
            return try await ask(id, for: correlation)
        } catch is NoAnswer {
            guard earlier != nil else { throw Self.unavailable }
            return remembered
        }
    }

    /// Asks the directory, whatever is known, and notes what it says.
    /// - Throws: ``NoAnswer``.
    func ask(_ id: UUID, for correlation: Correlation?) async throws -> StructureFacts? {
        let found: StructureFacts?
        do {
            found = try await lookup.find(id, correlation)
        } catch {
            if error is CancellationError { throw error }
            throw NoAnswer()
        }
        if let found { try await known.update(found) } else { try await known.markGone(id) }
        return found
    }

    /// The directory does not answer.
    struct NoAnswer: Error {}

    /// The structure for which the caller says it acts: one of its claims, or one of its networks' structures (in its
    /// region, where the token names one).
    /// - Throws: ``Refusal`` `forbidden`, and `invalid-body` for a structure that the directory does not know.
    func requireOwn(_ id: UUID, for acting: Acting, at pointer: String) async throws -> StructureFacts {
        let caller = acting.caller
        guard caller.structures.contains(id) || !caller.networks.isEmpty else { throw Self.notYours }
        guard let facts = try await find(id, for: acting.correlation) else {
            guard caller.structures.contains(id) else { throw Self.notYours }
            throw Refusal(.invalidBody, violations: [Violation(Self.unknown, at: pointer)])
        }
        let isOfItsNetworks =
            !Set(facts.networks).isDisjoint(with: caller.networks)
            && (caller.region == nil || caller.region == facts.region)
        guard caller.structures.contains(id) || isOfItsNetworks else { throw Self.notYours }
        return facts
    }

    /// The structure to which somebody is referred for a service.
    /// - Throws: ``Refusal`` `invalid-body` where the directory knows no such structure, or it does not offer that.
    func requireRecipient(of draft: ReferralDraft, for acting: Acting) async throws {
        guard let recipient = try await find(draft.recipient, for: acting.correlation) else {
            throw Refusal(.invalidBody, violations: [Violation(Self.unknown, at: "/recipient_structure_id")])
        }
        // What an earlier version noted goes on while the directory is away.
        let violations =
            recipient.offering?.violations(referringFor: draft.serviceKind, service: draft.service) ?? []
        guard violations.isEmpty else { throw Refusal(.invalidBody, violations: violations) }
    }

    /// The structure to which a person goes next: another than the parties, which takes referrals for the same service.
    /// - Throws: ``Refusal`` `invalid-body`.
    func requireNext(
        _ id: UUID, for referral: Referral, _ acting: Acting, at pointer: String
    ) async throws -> StructureFacts {
        let isFurther = referral.state != .draft
        guard id != referral.sender, !isFurther || id != referral.recipient else {
            throw Refusal(.invalidBody, violations: [Violation(Self.party, at: pointer)])
        }
        guard let facts = try await find(id, for: acting.correlation) else {
            throw Refusal(.invalidBody, violations: [Violation(Self.unknown, at: pointer)])
        }
        let violations = facts.offering?.violations(referringFor: referral.serviceKind, service: nil) ?? []
        if let first = violations.first {
            throw Refusal(
                .invalidBody, violations: [Violation(pointer: pointer, code: first.code, detail: first.detail)])
        }
        return facts
    }

    private static let party = Flaw(
        "own-recipient", fr: "Cette structure a déjà part à l’orientation.",
        en: "This structure has a part in the referral already.")
    static let unknown = Flaw(
        "unknown-structure", fr: "L’annuaire ne connaît pas cette structure.",
        en: "The directory knows no such structure.")
    static let notYours = Refusal(
        .forbidden, fr: "Vous n’agissez pas pour cette structure.", en: "You do not act for this structure.")
    private static let unavailable = Refusal(
        .unavailable,
        detail: LocalizedText(
            fr: "L’annuaire ne répond pas. Rien n’a été enregistré.",
            en: "The directory does not answer. Nothing was stored."),
        retryAfter: 5)
}
