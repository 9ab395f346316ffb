import Foundation
import Postgres
import Schema

/// A region's own version of a definition, as it stands.
struct StoredVersion: Sendable {
    enum State: String, Sendable, Bindable, Readable {
        case draft, proposed, refused, validated, superseded
    }

    let code: String
    let version: DefinitionVersion
    let state: State
    /// Canonical JSON, and its SHA-256.
    let document: String
    let digest: [UInt8]
    /// Grows with every step: what `If-Match` names. The catalogue's version that the region has not taken up is 1.
    let revision: Int
    let changedAt: Date
    /// The last validation, also one that no longer holds.
    let validation: Validation?

    static let untouched = 1

    struct Validation: Sendable, Equatable {
        let at: Date
        /// A code of the charter's bodies.
        let body: String
        let session: CalendarDate
    }
}

/// One line of the history of a region's version. Nobody is named: clients and bodies only.
struct VersionStep: Sendable {
    enum Kind: String, Sendable, Bindable, Readable {
        case written, proposed, validated, refused, superseded
        /// What had been proposed or validated was changed.
        case voided
    }

    let kind: Kind
    /// Of the document that the step was about.
    let digest: [UInt8]
    var body: String?
    var session: CalendarDate?
    var comment: String?
    let client: String
    /// Nil until it is stored.
    var at: Date?
}
