import Foundation

/// What happens to one fictional person, from the first reception to the end.
struct Story: Sendable {
    /// From 0, in the order of the generator.
    let number: Int
    let person: Person
    let theme: String
    /// Where the person comes first.
    let host: UUID
    let reception: Reception
    /// One after the other; none: helped, or not, where they came.
    let referrals: [Referral]
    /// How the demand is closed; nil: it is still open.
    let outcome: String?

    struct Person: Sendable {
        let ageBand: String
        let sex: String
        let education: String
        let audiences: [String]
        let situations: [String]
        /// Given and family name; nil: the person stays anonymous.
        let name: (given: String, family: String)?
    }

    struct Reception: Sendable {
        let channel: String
        let access: String
        let urgency: String
        let requestedAt: Date?
        let receivedAt: Date
    }

    struct Referral: Sendable {
        let recipient: UUID
        let serviceKind: String
        let ending: Ending
        /// When the recipient receives the person, where it begins to help and says so; nil: it does not say.
        let receivedAt: Date?
    }

    /// How far a referral goes.
    enum Ending: Sendable {
        case waiting
        case cancelled
        case withdrawn
        case declined(String)
        case accepted
        case completed(String)
        case unfulfilled(String)
    }
}
