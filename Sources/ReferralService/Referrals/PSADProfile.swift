import Schema

/// The minimal profile of referrals of early leavers, to the *plateformes de suivi et d'appui aux décrocheurs* (PSAD).
///
/// What the law lets schools and platforms tell each other of whoever left without a qualification (code de l'éducation,
/// L. 313-7 and D. 313-59) is how to reach them, no more. So L3 goes to a platform only once it has received the young
/// person, and by their own word; of who is not known to be of age also by their legal representative's. The other tiers
/// are those of every referral.
enum PSADProfile {
    static let serviceKinds: Set = ["appui-decrocheurs"]
    static let themes: Set = ["decrochage"]
    /// Bands of age in which nobody needs a representative; who said none may be a minor.
    static let ofAge: Set = ["18-25", "26-30", "31-44", "45-54", "55-plus"]

    static func covers(serviceKind: String, theme: String) -> Bool {
        serviceKinds.contains(serviceKind) || themes.contains(theme)
    }

    /// Whose word is missing for L3, as the guard `psad-consent` names it.
    enum Gap: String, Sendable, CaseIterable {
        case youngPerson = "psad-without-young-person"
        case representative = "psad-without-representative"
    }

    /// Who must have granted a consent to L3 (codes of `consent_granter`).
    static func granters(ageBand: String?) -> Set<String> {
        ageBand.map(ofAge.contains) == true ? ["self"] : ["self", "legal-representative"]
    }

    static func gap(grantedBy granters: Set<String>, ageBand: String?) -> Gap? {
        let missing = Self.granters(ageBand: ageBand).subtracting(granters)
        if missing.contains("self") { return .youngPerson }
        return missing.isEmpty ? nil : .representative
    }

    /// Whether the platform is working with the young person, or was until it paused or proposed another.
    static func hasReceived(in state: ReferralState, after previous: ReferralState?) -> Bool {
        state == .inProgress || (state == .onHold || state == .redirectProposed) && previous == .inProgress
    }

    /// What remains of the categories that state and consent let a recipient see (SQL function `passes_record`).
    static func narrowed(
        _ categories: Set<DataCategory>, in state: ReferralState, after previous: ReferralState?,
        grantedBy granters: Set<String>, ageBand: String?
    ) -> Set<DataCategory> {
        if hasReceived(in: state, after: previous), gap(grantedBy: granters, ageBand: ageBand) == nil {
            return categories
        }
        return categories.filter { $0.tier < .record }
    }
}

extension Referral {
    /// Whether the minimal profile holds for it.
    var isPSAD: Bool { PSADProfile.covers(serviceKind: serviceKind, theme: theme) }
}
