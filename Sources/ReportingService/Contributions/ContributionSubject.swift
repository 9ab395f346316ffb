import Foundation

/// Whom a contribution is about.
enum ContributionSubject: Sendable, Equatable {
    /// - Parameter name: the member that names it.
    case structure(UUID, at: String)
    /// A key `kind:code`.
    case territory(String, at: String)
    /// A code of the charter of the contributor's region.
    case network(String)
    /// An INSEE code; nil for the contributor's.
    case region(String?)
}
