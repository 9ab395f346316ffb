import Foundation
import Postgres
import Schema

/// What a broken constraint of the schema means to whoever wrote the structure.
enum StructureConstraints {
    static let violations: [String: Violation] = [
        "parent_exists": Violation(.unknownStructure, at: "/parent_id"),
        "not_its_own_parent": Violation(
            Flaw(
                "own-parent", fr: "Une structure n’est pas son propre siège.", en: "A structure is not its own parent."),
            at: "/parent_id"),
        "no_parent_cycle": Violation(
            Flaw(
                "parent-cycle", fr: "Ce siège dépend lui-même de cette structure.",
                en: "This parent is itself below this structure."), at: "/parent_id"),
        "parent_in_region": Violation(
            Flaw(
                "parent-in-another-region",
                fr: "Le siège est dans une autre région : seuls un partenaire ressource et un service dématérialisé "
                    + "peuvent en avoir un ailleurs.",
                en: "The parent is in another region: only a resource partner or a remote service may have one there."),
            at: "/parent_id"),
        "antennes_in_region": Violation(
            Flaw(
                "antennes-in-another-region", fr: "Ses antennes resteraient dans une autre région.",
                en: "Its antennes would stay in another region."), at: "/region"),
        "commune_exists": Violation(.unknownCommune, at: "/address/commune"),
        "siret_taken": Violation(
            Flaw("siret-taken", fr: "Une autre structure a ce Siret.", en: "Another structure has this SIRET."),
            at: "/siret"),
        "offer_taken": Violation(offerTaken, at: "/services"),
        "structure_removed": Violation(
            Flaw(
                "removed-structure", fr: "Cette structure a été supprimée : son identifiant ne sert plus.",
                en: "This structure was removed: its id is not used again."), at: "/id"),
        "antennes_remain": Violation(
            Flaw(
                "antennes-remain",
                fr: "Des antennes ont cette structure pour siège : supprimez-les, rattachez-les à un autre siège ou "
                    + "fusionnez la structure dans celle qui les reprend.",
                en: "Antennes have this structure as their parent: remove them, give them another parent, or merge the "
                    + "structure into the one that takes them over."), at: "id"),
        "successor_exists": Violation(
            Flaw("unknown-structure", fr: "Cette structure n’existe pas.", en: "There is no such structure."),
            at: "/into"),
        "not_its_own_successor": Violation(
            Flaw(
                "own-successor", fr: "Une structure ne fusionne pas dans elle-même.",
                en: "A structure is not merged into itself."), at: "/into"),
    ]

    /// Of a merger whose antennes could not follow.
    static let antennesStay = Flaw(
        "antennes-cannot-follow",
        fr: "Les antennes de cette structure ne peuvent pas suivre : celle-ci dépend de l’une d’elles, ou est dans une "
            + "autre région. Donnez-leur d’abord un autre siège.",
        en: "The antennes of this structure cannot follow: this one is below one of them, or in another region. Give "
            + "them another parent first.")

    /// Those that another structure breaks, whatever is written: answered as a conflict.
    static let conflicts: Set<String> = ["siret_taken", "offer_taken", "antennes_remain"]

    /// - Returns: nil of a constraint that no caller can break.
    static func refusal(of constraint: String, _ found: [Violation] = []) -> Refusal? {
        guard let violation = violations[constraint] else { return nil }
        return Refusal(
            conflicts.contains(constraint) ? .conflict : .invalidBody, violations: found.isEmpty ? [violation] : found)
    }

    /// Says in the caller's words which rule of the database a structure broke.
    static func refusing<Value>(
        _ id: UUID, _ draft: StructureDraft, in pool: Pool, _ work: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await work()
        } catch let error as DatabaseError {
            guard let constraint = error.constraint else { throw error }
            let offers = constraint == "offer_taken" ? try await OfferRepository.taken(by: id, draft, in: pool) : []
            throw refusal(of: constraint, offers) ?? error
        }
    }

    /// The offer at this position among the structure's services.
    static func offerTaken(at position: Int) -> Violation { Violation(offerTaken, at: "/services/\(position)/id") }

    private static let offerTaken = Flaw(
        "offer-taken", fr: "Une autre structure a une offre de cet identifiant.",
        en: "Another structure has an offer with this id.")
}

extension Flaw {
    static let unknownStructure = Flaw(
        "unknown-structure", fr: "Cette structure n’existe pas.", en: "There is no such structure.")
}
