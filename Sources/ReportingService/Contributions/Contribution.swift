import Postgres
import Schema
import Tokens

/// One kind of contribution: what the services cannot count themselves. A further kind is a type of its own in a file
/// of its own, listed in ``ContributionsRoutes/kinds``.
protocol Contribution: Sendable {
    /// The last part of the path to which it is posted.
    static var kind: String { get }
    /// The members of a record; in CSV, its columns.
    static var columns: [ContributionColumn] { get }

    /// Reads one record; whatever is wrong with it is reported to the reader.
    init?(_ object: ObjectReader)

    /// Whoever posts it acts for those whom it is about.
    static func authorize(_ records: [Self], from caller: VerifiedToken) throws(Refusal)

    /// What is wrong between the records of one file, each by its place among them.
    static func conflicts(among records: [Self]) -> [(place: Int, violation: Violation)]

    /// Stores all of them, or gives what stands in the way, each by its place among them. The same file twice changes
    /// nothing.
    static func store(
        _ records: [Self], from caller: VerifiedToken, in transaction: Transaction
    ) async throws -> ContributionOutcome
}

/// A member of a record, and how CSV writes it.
struct ContributionColumn: Sendable {
    enum Form: Sendable {
        case text, integer
        /// Texts separated by blanks.
        case list
    }

    let name: String
    let form: Form

    /// An empty field is no value, except of a list.
    func value(of field: String) -> JSONValue {
        switch form {
        case .list: .array(field.split(separator: " ").map { .string(String($0)) })
        case _ where field.isEmpty: .null
        case .text: .string(field)
        case .integer: Int(field).map(String.init) == field ? .number(JSONNumber(text: field)) : .string(field)
        }
    }
}

enum ContributionOutcome: Sendable {
    case stored(created: Int, updated: Int)
    case refused([(place: Int, violation: Violation)])
}
