import Foundation

/// What one reading of the facts saw, all of it at one moment.
struct Reading: Sendable {
    let standing: DataStanding
    let observations: [Observation]
}

/// How far the facts have come.
struct DataStanding: Sendable, Hashable {
    /// Changes with every page that was taken in and with every contribution that changed something.
    let position: String
    /// Until when both feeds have been read to their ends, to the minute: all that they told before is in the facts.
    /// Nil as long as one was never read to its end.
    let through: Date?
    /// A source is being read anew: its facts are not all there.
    let isRebuilding: Bool
}

/// How many structures could have told something, and how many did.
struct Completeness: Sendable, Hashable {
    let expected: Int
    let reporting: Int
}
