import Foundation
import Postgres
import Schema

/// Reads referrals for a party to them. One path for every read: lock the consents, look again, show what remains, write
/// down what was shown.
struct ReferralReading: Sendable {
    let tenants: TenantDatabase
    let persons: PersonRepository
    private let contents: ContentRepository
    private let summaries: SummaryRepository
    private let disclosures = DisclosureRepository()
    private let referrals = ReferralRepository()
    private let options = OptionRepository()

    init(tenants: TenantDatabase, persons: PersonRepository) {
        self.tenants = tenants
        self.persons = persons
        contents = ContentRepository(persons: persons)
        summaries = SummaryRepository(persons: persons)
    }

    /// - Parameter role: which view, for a caller who has both parts; else the part that it has.
    /// - Throws: ``Refusal`` `not-found`, the same for what is absent and for what is not theirs.
    func show(_ id: UUID, as role: ReferralActor?, _ acting: Acting) async throws -> ReferralView {
        try await tenants.withTransaction(acting) { transaction in
            guard let found = try await referrals.find(id, in: transaction) else { throw Refusal(.notFound) }
            let grants = try await disclosures.hold([found], in: transaction)
            guard let (referral, outline) = try await disclosures.list([id], in: transaction).first else {
                throw Refusal(.notFound)
            }
            let parts = acting.roles(in: referral).intersection([.sender, .recipient]).filter {
                role == nil || role == $0
            }
            guard let part = parts.contains(.sender) ? .sender : parts.first else { throw Refusal(.notFound) }
            var view = try await view(
                referral, outline, as: part, upTo: .record, grants[id], acting, in: transaction)
            if part == .sender { view.options = try await options.list([id], in: transaction)[id] ?? [] }
            return view
        }
    }

    /// One page, each item as its reader may see it at L0: a list tells nobody's name.
    /// - Returns: the items, and the id after which the next page begins; nil where there is none.
    func list(
        as role: ReferralActor, states: [ReferralState], before: UUID?, limit: Int, _ acting: Acting
    ) async throws -> (items: [ReferralView], next: UUID?) {
        try await tenants.withTransaction(acting) { transaction in
            let found = try await disclosures.page(
                of: role, acting.structures, states: states, before: before, limit: limit + 1, in: transaction)
            let page = Array(found.prefix(limit))
            let grants = try await disclosures.hold(page, in: transaction)
            let offered = role == .sender ? try await options.list(page.map(\.id), in: transaction) : [:]
            var views: [ReferralView] = []
            for (referral, outline) in try await disclosures.list(page.map(\.id), in: transaction) {
                var view = try await view(
                    referral, outline, as: role, upTo: .need, grants[referral.id], acting, in: transaction)
                view.options = offered[referral.id] ?? []
                views.append(view)
            }
            return (views, found.count > limit ? page.last?.id : nil)
        }
    }

    private func view(
        _ referral: Referral, _ outline: DisclosureRepository.Outline, as role: ReferralActor,
        upTo limit: DisclosureTier, _ grant: DisclosureRepository.Grant?, _ acting: Acting, in transaction: Transaction
    ) async throws -> ReferralView {
        var visible: Set<DataCategory> = []
        var opened: [DataCategory: Redacted<[UInt8]>] = [:]
        if role == .recipient {
            let agreed = DataCategory.visible(
                in: referral.state, after: referral.previous, isAnonymous: outline.isAnonymous, meant: referral.meant,
                consented: grant?.categories ?? [])
            visible = Self.profiled(agreed, of: referral, outline, grantedBy: grant?.granters ?? [])
                .filter { $0.tier <= limit }
            let sealed = visible.filter { $0.tier >= .relay }
            if !sealed.isEmpty {
                opened = try await persons.disclosures(of: referral.person, sealed, in: transaction)
                opened.merge(try await record(of: referral, sealed, in: transaction)) { $1 }
                try await disclosures.record(
                    Set(opened.keys), of: referral, under: grant, acting, in: transaction)
            }
            // What the state would show, and the consent does not.
            let asked = DataCategory.visible(
                in: referral.state, after: referral.previous, isAnonymous: outline.isAnonymous, meant: referral.meant,
                consented: referral.meant)
            let open = Self.profiled(
                asked, of: referral, outline, grantedBy: PSADProfile.granters(ageBand: outline.ageBand))
            let denied = open.filter { $0.tier <= limit }.subtracting(visible)
            try await disclosures.record(
                denied, of: referral, decision: .denied, under: grant, acting, in: transaction)
        }
        return ReferralView(
            referral: referral, role: role,
            commands: StateTable.commands(in: referral.state, for: acting.roles(in: referral)), outline: outline,
            grant: grant, visible: visible, disclosures: opened)
    }

    /// Within the profile that holds for the referral.
    private static func profiled(
        _ categories: Set<DataCategory>, of referral: Referral, _ outline: DisclosureRepository.Outline,
        grantedBy granters: Set<String>
    ) -> Set<DataCategory> {
        guard referral.isPSAD else { return categories }
        return PSADProfile.narrowed(
            categories, in: referral.state, after: referral.previous, grantedBy: granters, ageBand: outline.ageBand)
    }

    /// Every referral of a person that this structure sent, as it sees them itself, or the person.
    func sent(
        _ person: UUID, from structure: UUID, _ acting: Acting, in transaction: Transaction
    ) async throws -> [ReferralView] {
        let found = try await referrals.list(ofPerson: person, from: structure, in: transaction)
        let grants = try await disclosures.hold(found, in: transaction)
        let offered = try await options.list(found.map(\.id), in: transaction)
        var views: [ReferralView] = []
        for (referral, outline) in try await disclosures.list(found.map(\.id), in: transaction) {
            var view = try await view(
                referral, outline, as: acting.person == nil ? .sender : .person, upTo: .record, grants[referral.id],
                acting, in: transaction)
            view.options = offered[referral.id] ?? []
            views.append(view)
        }
        return views
    }

    /// What is L3: of the referral itself, and the sender's final summary.
    private func record(
        of referral: Referral, _ visible: Set<DataCategory>, in transaction: Transaction
    ) async throws -> [DataCategory: Redacted<[UInt8]>] {
        let categories = visible.filter { $0.tier == .record }
        guard !categories.isEmpty else { return [:] }
        var opened = try await contents.disclosures(of: referral, categories, in: transaction)
        if categories.contains(.summary), let summary = try await summaries.findFinal(of: referral, in: transaction) {
            var json = JSONWriter()
            summary.draft.write(to: &json)
            opened[.summary] = Redacted(json.bytes)
        }
        return opened
    }
}
