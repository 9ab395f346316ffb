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

/// The part of a structure's state that says whether it counts: active, recognised, neither a contact point nor a
/// resource partner (the catalogue's ST).
struct Recognition: Sendable {
    /// Where the region labels structures one by one, only those that have the label are recognised.
    let demandsLabel: Bool

    static let uncounted = ["point-de-contact", "partenaire-ressource"]
}
