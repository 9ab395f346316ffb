import Foundation
import Hummingbird
import Schema
import Web

/// `POST /v1/referrals/{id}/contents`: what the sender lets go along at L3. It is never read back here: the recipient sees
/// it in the referral, within state and consent, and the person in their follow-up.
struct ContentsRoutes {
    let tenants: TenantDatabase
    let contents: ContentRepository
    private let referrals = ReferralRepository()
    private let guards = GuardRepository()
    private let disclosures = DisclosureRepository()

    init(tenants: TenantDatabase, contents: ContentRepository) {
        self.tenants = tenants
        self.contents = contents
    }

    var routes: [Route] { [Route(.post, "/v1/referrals/{id}/contents", .scope(.referralSend), write)] }

    private func write(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let id = try context.id()
        return try await tenants.post(request, context, operation: "write-contents \(id.text)") { body, key, acting in
            let draft = try request.parse(body) { ContentDraft($0) }
            return try await tenants.once(key, acting) { transaction in
                guard let found = try await referrals.find(id, in: transaction) else { throw Refusal(.notFound) }
                // The person before a consent, and that before its referral, as everywhere.
                try await guards.share(found.demand, of: found.person, in: transaction)
                let grants = found.isPSAD ? try await disclosures.hold([found], in: transaction) : [:]
                guard let (referral, outline) = try await disclosures.list([id], in: transaction).first,
                    acting.roles(in: referral).contains(.sender),
                    let mode = try await contents.mode(of: referral.person, in: transaction),
                    let personKey = try await contents.persons.key(of: referral.person, in: transaction)
                else { throw Refusal(.notFound) }
                let violations = Self.violations(of: draft, referral, isAnonymous: mode == "anonymous")
                guard violations.isEmpty else { throw Refusal(.invalidBody, violations: violations) }
                guard try await referrals.isOpen(id, in: transaction) else { throw Self.closed }
                if referral.isPSAD { try Self.require(draft, grants[id], ageBand: outline.ageBand) }
                try await contents.update(draft, of: referral, mode: mode, with: personKey, in: transaction)
                var json = JSONWriter()
                json.object { json in
                    json.member("id", id.text)
                    json.member("data_categories", draft.disclosures.keys.sorted())
                    json.member("links") { json in json.object { $0.member("self", "/v1/referrals/\(id.text)") } }
                }
                return .init(status: 200, location: "", body: json.bytes)
            }
        }
    }

    /// Of an early leaver nothing of L3 is written down before those whose word it needs have given it.
    private static func require(
        _ draft: ContentDraft, _ grant: DisclosureRepository.Grant?, ageBand: String?
    ) throws(Refusal) {
        guard let grant, draft.disclosures.keys.compactMap(DataCategory.init).allSatisfy(grant.categories.contains)
        else {
            throw Self.notAgreed
        }
        if let gap = PSADProfile.gap(grantedBy: grant.granters, ageBand: ageBand) {
            throw Refusal(.conflict, detail: ConsentSentences.of(gap.rawValue))
        }
    }

    /// Only what the referral means to pass on, and of an anonymous person nothing.
    private static func violations(of draft: ContentDraft, _ referral: Referral, isAnonymous: Bool) -> [Violation] {
        draft.disclosures.keys.sorted().compactMap { category in
            let pointer = "/" + ContentDraft.member(of: category)
            if isAnonymous { return Violation(anonymous, at: pointer) }
            let isMeant = DataCategory(rawValue: category).map(referral.meant.contains) ?? false
            return isMeant ? nil : Violation(notMeant, at: pointer)
        }
    }

    private static let anonymous = Flaw(
        "anonymous-person", fr: "D’une personne anonyme, rien ne passe au-delà de l’alias et du canal relais.",
        en: "Of an anonymous person nothing passes beyond an alias and a relay channel.")
    private static let notMeant = Flaw(
        "not-meant", fr: "L’orientation ne transmet pas cette catégorie de données.",
        en: "The referral does not pass on this category of data.")
    private static let notAgreed = Refusal(
        .conflict,
        fr: "Vers une plateforme d’appui aux décrocheurs, rien n’est écrit du jeune avant l’accord qui le porte.",
        en: "To a platform for early leavers, nothing of the young person is written down before the consent to it.")
    private static let closed = Refusal(
        .conflict, fr: "Cette orientation a pris fin.", en: "This referral has ended.")
}
