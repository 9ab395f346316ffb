import Schema

/// One thing that figures count: a closed demand, a referral, a commune with its inhabitants.
struct Observation: Sendable {
    let coordinates: Coordinates
    let person: Person
    /// How much it counts: 1, or the inhabitants of a commune.
    var weight = 1
    /// Of a closed demand.
    var outcome: String?
    /// Distinct structures that served a demand.
    var structures: Int?
    /// Of a referral.
    var isAccepted = false
    /// From a referral's creation to the first contact, in seconds.
    var contactDelay: Int?
    /// Of a commune.
    var isServed = false

    /// Whom it is about, for the threshold of confidentiality.
    enum Person: Sendable, Hashable {
        /// A number that means nothing outside one reading.
        case linked(Int)
        /// Nobody can ever link it to another: it counts as one person.
        case unlinkable
        /// Its link was cut by an erasure: all of these together count as one person, whoever they were.
        case erased
        /// It is about no person at all.
        case nobody
    }
}

/// Where an observation counts, in the terms of the breakdowns; nil where that is not known or does not apply.
struct Coordinates: Sendable, Hashable {
    /// The month in which it happened; of a state, the period at whose end it was read.
    var period: Period?
    var department: String?
    var territory: String?
    var network: String?
    var recipientNetwork: String?

    subscript(dimension: Dimension) -> String? {
        switch dimension {
        case .department: department
        case .territory: territory
        case .network: network
        case .recipientNetwork: recipientNetwork
        }
    }
}

/// What a figure can be broken down by, beside time.
enum Dimension: String, Sendable, CaseIterable {
    case department
    /// The territory of kind `territoire-spro` in which the structure (for coverage, the commune) lies.
    case territory
    /// Of the structure; of a referral, the sender's.
    case network
    case recipientNetwork = "recipient_network"
}
