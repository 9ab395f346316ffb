import Foundation
import Postgres
import Schema

/// An entry of one of the lists, with its identity and version.
struct Listing<Draft: ListingDraft>: Sendable {
    let id: UUID
    let draft: Draft
    /// Grows by one with every change; the entry's entity tag is made of it.
    let version: Int
    let updatedAt: Date
}

/// What one list has of its own, beside what all lists share.
protocol ServedListing: ListingDraft {
    /// Any one of these opens the list's writes; what the token may then write is for ``ListingPolicy``.
    static var writers: Set<Scope> { get }
    /// What `kind` is a code of.
    static var kinds: Vocabulary { get }
    /// The parameter that asks for kinds.
    static var kindParameter: String { get }
    /// Whether entries are for the people of places and for audiences, and are asked for by them.
    static var isForPlaces: Bool { get }
    /// Whether entries bind the structures that they name: those of their region, which are named also when they are no
    /// more.
    static var bindsStructures: Bool { get }
    /// The members of answers that only the service writes, beside those of every entry.
    static var derivedMembers: [String] { get }
    /// Whether nobody is shown it any more, so that memory need not hold it: the database does.
    func isForgotten(at now: Date) -> Bool
    /// Reads the list's own parameters; gives which entries they let through.
    static func filter(_ query: inout ListingParameters) -> @Sendable (Self) -> Bool

    /// By what the list is ordered, as text; equals follow their ids.
    ///
    /// - Parameter tie: a hash that changes every day.
    func rank(tie: UInt64) -> String
    /// INSEE code of the commune where it is, if it is anywhere.
    var commune: String? { get }
    /// The structure whose editors write the entry, beside the region.
    var organiser: UUID? { get }
    /// Structures that it names otherwise, each with a pointer to it.
    var namedStructures: [(id: UUID, pointer: String)] { get }
    /// Networks that it names, each with a pointer to it.
    var namedNetworks: [(code: String, pointer: String)] { get }
    /// The day on which these networks take part; nil for today.
    var networksOn: CalendarDate? { get }
    /// The members as an answer shows them.
    func show(in geography: Geography, to json: inout JSONWriter)
    /// Whether there is a ``calendar(of:in:)`` of it.
    static var hasDates: Bool { get }
    /// The entries as iCalendar; nothing where the list is not one of dates.
    static func calendar(of entries: [Listing<Self>], in geography: Geography) -> [UInt8]
    /// Tells of the entries that a transaction has written, where others follow them.
    static func tell(in transaction: Transaction) async throws
}

extension ServedListing {
    static var writers: Set<Scope> { [.directoryAdmin] }
    static var kindParameter: String { "kind" }
    static var isForPlaces: Bool { true }
    static var bindsStructures: Bool { false }
    static var derivedMembers: [String] { [] }
    var commune: String? { nil }
    var organiser: UUID? { nil }
    var namedStructures: [(id: UUID, pointer: String)] { [] }
    var namedNetworks: [(code: String, pointer: String)] { [] }
    var networksOn: CalendarDate? { nil }
    func show(in geography: Geography, to json: inout JSONWriter) { write(to: &json) }
    static var hasDates: Bool { false }
    static func calendar(of entries: [Listing<Self>], in geography: Geography) -> [UInt8] { [] }
    func isForgotten(at now: Date) -> Bool { false }
    static func tell(in transaction: Transaction) async throws {}

    /// Everything that an editor who repeats an answer would send, and may not.
    static var readOnlyMembers: [String] { ["id", "version", "updated_at"] + derivedMembers }

    /// For lists that people read by the alphabet: the beginning of a title without accents, in lower case.
    static func alphabetical(_ title: String) -> String {
        // It goes into cursors, which are bounded.
        String(String.UnicodeScalarView(FoldedWords.folded(title).unicodeScalars.prefix(100)))
    }
}

extension Listing where Draft: ServedListing {
    func write(to json: inout JSONWriter, in geography: Geography) {
        json.object { json in
            json.member("id", id.text)
            draft.show(in: geography, to: &json)
            json.member("updated_at", RFC3339.format(updatedAt))
            json.member("version", version)
        }
    }

    /// Where it stands in its list on one day (since 1970): unlike any other entry's.
    func position(on day: Int) -> String {
        "\(day)|\(draft.rank(tie: SortKey.tie(of: id, on: day)))|\(id.text)"
    }
}
