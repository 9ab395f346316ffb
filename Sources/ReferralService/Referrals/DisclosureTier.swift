import Schema

/// How much of a person a structure may see: each tier includes those below it.
enum DisclosureTier: Int, Sendable, Comparable, CaseIterable {
    /// L0: the need, the age band, a pseudonym that no other structure sees.
    case need
    /// L1: an alias, a channel that gives nobody away.
    case relay
    /// L2: identity and contact.
    case identity
    /// L3: narrative, summary, attachments, health.
    case record

    var code: String { "L\(rawValue)" }

    static func < (left: DisclosureTier, right: DisclosureTier) -> Bool { left.rawValue < right.rawValue }
}

/// What a consent names, code by code of the vocabulary `data_category`.
enum DataCategory: String, Sendable, CaseIterable {
    case need = "besoin"
    case situation
    case alias
    case relayChannel = "canal-relais"
    case identity = "identite"
    case contact
    case narrative = "recit"
    case summary = "synthese"
    case attachments = "pieces"
    case health = "sante"

    var tier: DisclosureTier {
        switch self {
        case .need, .situation: .need
        case .alias, .relayChannel: .relay
        case .identity, .contact: .identity
        case .narrative, .summary, .attachments, .health: .record
        }
    }

    /// What a recipient may see: what was both meant to be passed on and agreed to, within the tier of the state. Of an
    /// anonymous person never more than L1.
    ///
    /// - Parameter consented: empty where no consent is in force.
    static func visible(
        in state: ReferralState, after previous: ReferralState? = nil, isAnonymous: Bool, meant: Set<DataCategory>,
        consented: Set<DataCategory>
    ) -> Set<DataCategory> {
        guard let ofState = state.tier(after: previous) else { return [] }
        let limit = isAnonymous ? min(ofState, .relay) : ofState
        return meant.intersection(consented).filter { $0.tier <= limit }
    }
}
