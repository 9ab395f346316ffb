import Foundation
import Schema
import Tokens
import Web

/// Takes a referral in: for whom the caller acts, to whom it goes and with which consent; then all of it in one
/// transaction. And what is asked for of it afterwards.
struct ReferralMaking: Sendable {
    let partners: PartnerStructures
    let handling: ReferralHandling

    func make(
        _ draft: ReferralDraft, _ key: IdempotencyKey, _ acting: Acting
    ) async throws -> IdempotencyRepository.Answer {
        if case .new = draft.consent, !acting.caller.scopes.contains(.consentManage) {
            throw Refusal(
                .insufficientScope, fr: "Enregistrer un accord demande la portée consent:manage.",
                en: "Recording a consent needs the scope consent:manage.")
        }
        let sender = try await partners.requireOwn(draft.sender, for: acting, at: "/sender_structure_id")
        try await partners.requireRecipient(of: draft, for: acting)
        return try await handling.create(draft, from: sender, key, acting.including(draft.sender))
    }

    /// Moves a referral on, by whichever of its parties. With whom somebody chooses or is proposed is asked of the
    /// directory: it takes referrals for this service.
    func apply(
        _ draft: CommandDraft, _ command: ReferralCommand, to id: UUID, _ key: IdempotencyKey, _ acting: Acting
    ) async throws -> IdempotencyRepository.Answer {
        var arguments = draft.arguments
        if let structure = draft.structure, let name = command.argument {
            let (referral, commands) = try await handling.find(id, acting)
            // Who may not do it at all is told so, whoever they name.
            if commands.contains(command) {
                arguments.structure = try await partners.requireNext(
                    structure, for: referral, acting, at: "/\(name)")
            }
        }
        return try await handling.apply(command, to: id, arguments, key, acting)
    }
}
