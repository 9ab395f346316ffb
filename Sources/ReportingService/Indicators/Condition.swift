/// What an observation must be to be counted: the words in which definitions are written.
indirect enum Condition: Sendable, Hashable {
    case any
    case outcome(String)
    case structures(atMost: Int)
    /// Whether what one person did can be linked.
    case linkable
    case unlinkable
    case accepted
    case contacted
    case served
    /// Both ends of the referral belong to a network.
    case networksKnown
    /// Both do, and not to the same.
    case acrossNetworks
    case both(Condition, Condition)

    func holds(for observation: Observation) -> Bool {
        switch self {
        case .any: true
        case .outcome(let outcome): observation.outcome == outcome
        case .structures(let limit): observation.structures.map { $0 <= limit } ?? false
        case .linkable: observation.person != .unlinkable
        case .unlinkable: observation.person == .unlinkable
        case .accepted: observation.isAccepted
        case .contacted: observation.contactDelay != nil
        case .served: observation.isServed
        case .networksKnown, .acrossNetworks: canHold(at: observation.coordinates)
        case .both(let first, let second): first.holds(for: observation) && second.holds(for: observation)
        }
    }

    /// Whether it may hold for something with these coordinates: known to everyone who knows the coordinates, and so
    /// a part of what a published sum adds up.
    func canHold(at coordinates: Coordinates) -> Bool {
        switch self {
        case .networksKnown: coordinates.network != nil && coordinates.recipientNetwork != nil
        case .acrossNetworks:
            coordinates.network != nil && coordinates.recipientNetwork != nil
                && coordinates.network != coordinates.recipientNetwork
        case .both(let first, let second): first.canHold(at: coordinates) && second.canHold(at: coordinates)
        case .any, .outcome, .structures, .linkable, .unlinkable, .accepted, .contacted, .served: true
        }
    }
}
