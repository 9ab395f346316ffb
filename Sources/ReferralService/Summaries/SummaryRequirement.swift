import Charters
import Foundation
import Postgres
import Schema

/// The guard `final-summary`: at level 3 of the CEP nothing is completed without a summary that the person approved, where
/// the charter of the recipient's region says so.
struct SummaryRequirement: Sendable {
    /// Regions (INSEE codes) whose charter asks for it.
    let regions: Set<String>
    let summaries: SummaryRepository
    private let guards = GuardRepository()

    init(_ charters: CharterSet, summaries: SummaryRepository) {
        let strict = charters.charters.values.filter { $0.cep.summaryRequiredForLevel3?.value == true }
        self.init(regions: Set(strict.map(\.region)), summaries: summaries)
    }

    init(regions: Set<String>, summaries: SummaryRepository) {
        self.regions = regions
        self.summaries = summaries
    }

    func isMet(by referral: Referral, in transaction: Transaction) async throws -> Bool {
        guard try await isAsked(of: referral, in: transaction) else { return true }
        return try await summaries.hasFinal(referral.id, in: transaction)
    }

    /// Whether it can be met under a consent, which the transaction holds: else nobody is passed on with it.
    func isPossible(for referral: Referral, under consent: UUID, in transaction: Transaction) async throws -> Bool {
        guard try await isAsked(of: referral, in: transaction) else { return true }
        return try await summaries.isAllowed(by: consent, in: transaction)
    }

    private func isAsked(of referral: Referral, in transaction: Transaction) async throws -> Bool {
        guard referral.cepLevel == 3, let region = try await guards.region(of: referral.recipient, in: transaction)
        else { return false }
        return regions.contains(region)
    }

    static let missing = LocalizedText(
        fr: "Au niveau 3 du conseil en évolution professionnelle, une synthèse approuvée par la personne est requise.",
        en: "At level 3 of career advice, a summary that the person approved is required.")
    static let impossible = LocalizedText(
        fr: "Au niveau 3 du conseil en évolution professionnelle, l’accord doit porter sur une synthèse (synthese).",
        en: "At level 3 of career advice, the consent must name summaries (synthese).")
}
