import Postgres
import Schema

/// Where a kind of contribution is stored. Every table has `contributed_by`, `contributed_at`, `region` and
/// `external_id` beside its own columns.
struct ContributionTable: Sendable {
    /// To whom an external id belongs: the client that gave it, or its region whichever its client is.
    enum Owner: Sendable {
        case client, region

        var column: Identifier { self == .client ? "contributed_by" : "region" }
    }

    /// What only one record may have.
    struct Uniqueness: Sendable {
        let columns: [Identifier]
        /// The member at which it is told.
        let name: String
        let flaw: Flaw
    }

    let name: Identifier
    let columns: [Identifier]
    var owner = Owner.client
    var uniqueness: Uniqueness?
}
