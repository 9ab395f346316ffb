import Foundation
import Schema

/// What the broker must know of a structure to pass people to it or for it.
struct StructureFacts: Sendable, Equatable {
    let id: UUID
    /// The *siège* of an antenne, itself for all others: a person passes through it once.
    let root: UUID
    let region: String?
    let networks: [String]
    /// Keys (`kind:code`) of the territories it lies or takes part in.
    let territories: [String]
    /// What it takes referrals for; nil: it was not noted yet.
    var offering: Offering?

    struct Offering: Sendable, Equatable {
        /// A code of the vocabulary `structure_status`.
        let status: String
        /// The kind of each of its services.
        let kinds: [UUID: String]
    }

    /// Key of the territory under which figures count it.
    var territory: String? { CountedUnder.territory(among: territories) }
}

/// Where structures are looked up: the directory, over HTTP.
struct StructureLookup: Sendable {
    /// nil where the directory knows no such structure; throws where it does not answer.
    let find: @Sendable (_ id: UUID, _ correlation: Correlation?) async throws -> StructureFacts?
}
