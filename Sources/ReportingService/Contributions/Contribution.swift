import Charters
import Foundation
import Postgres
import Schema

/// One kind of contribution: what the services cannot count themselves. A further kind is a type of its own in a file
/// of its own, listed in ``ContributionKinds``; how a file of it is read, judged and stored is the same for all.
protocol Contribution: Sendable {
    /// The last part of the path to which it is posted.
    static var kind: String { get }
    /// The members of a record; in CSV, its columns.
    static var members: [ContributionMember] { get }
    static var table: ContributionTable { get }
    /// Whether only the region itself contributes it: who acts for structures, networks or territories does not.
    static var isRegionsOwn: Bool { get }

    /// Reads one record; whatever is wrong with it is reported to the reader.
    ///
    /// - Parameter today: no day of what happened is later.
    init?(_ object: ObjectReader, on today: CalendarDate)

    /// Under which its contributor knows the record: sent again, it takes the place of the earlier one.
    var externalID: String { get }
    /// Whom it is about: its contributor acts for them.
    var subject: ContributionSubject { get }
    /// The structures that it names beside its subject.
    var mentions: [ContributionMention] { get }
    /// Its members of which only the region itself says what they say; who acts for anything narrower leaves them out.
    var regionsWords: [String] { get }
    /// For which of its networks the structure that it is about tells it; nil where that makes no difference.
    var networkOfSubject: String? { get }
    /// What of it only one record may have, by the columns of the table's uniqueness.
    var uniqueKey: String? { get }

    /// What is wrong with it by the charter of its region; nil where the region has none.
    func violations(under charter: Charter?) -> [Violation]

    /// Appends the stamp, the external id and the table's own columns in their order.
    func append(to rows: inout CopyRows, _ stamp: ContributionStamp) throws
}

extension Contribution {
    static var isRegionsOwn: Bool { false }
    var mentions: [ContributionMention] { [] }
    var regionsWords: [String] { [] }
    var networkOfSubject: String? { nil }
    var uniqueKey: String? { nil }
    func violations(under charter: Charter?) -> [Violation] { [] }
}

/// Structures that one member of a record names, in the order of the file.
struct ContributionMention: Sendable {
    /// The member, which holds a list.
    let name: String
    let structures: [UUID]
}

/// What a stored record has beside what was sent.
struct ContributionStamp: Sendable {
    /// Among the file's records.
    let place: Int
    /// The client that sent it.
    let client: String
    let region: String
}
