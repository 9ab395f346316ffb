import Foundation
import Schema

/// The agenda: events by their beginning, those of the same moment by a hash that changes every day.
extension AgendaEventDraft: ServedListing {
    static var writers: Set<Scope> { [.directoryWrite, .directoryAdmin] }
    static var kinds: Vocabulary { .eventKind }
    static var derivedMembers: [String] { ["time_zone", "modality"] }
    static var hasDates: Bool { true }

    /// A list goes back so many days; what ended before is found by its id alone.
    private static let daysBack = 366

    func isForgotten(at now: Date) -> Bool { endsAt < now.addingTimeInterval(Double(-(Self.daysBack + 1) * 86_400)) }

    /// `from` and `to` are days in Paris, both included; without `from`, what is not over yet.
    static func filter(_ query: inout ListingParameters) -> @Sendable (AgendaEventDraft) -> Bool {
        let (first, last) = (query.day("from"), query.day("to"))
        if let first, let last, last < first { query.reader.report(.outOfRange(first.text, "9999-12-31"), at: "to") }
        let earliest = CalendarDate(daysSinceEpoch: ParisClock.day(of: query.now).daysSinceEpoch - daysBack)
        if let first, let earliest, first < earliest {
            query.reader.report(.outOfRange(earliest.text, "9999-12-31"), at: "from")
        }
        let begin = first.map(ParisClock.start) ?? query.now
        let end = last.flatMap { CalendarDate(daysSinceEpoch: $0.daysSinceEpoch + 1) }.map(ParisClock.start)
        let organisers = query.values("organiser", TextRule<UUID>.uuid.map(\.text))
        return { event in
            if event.endsAt <= begin { return false }
            if let end, event.startsAt >= end { return false }
            if let organisers { return event.organiserID.map { organisers.contains($0.text) } ?? false }
            return true
        }
    }

    func rank(tie: UInt64) -> String {
        let digits = String(tie, radix: 16)
        return RFC3339.format(startsAt) + "|" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    var commune: String? { place?.commune }
    var organiser: UUID? { organiserID }

    func show(in geography: Geography, to json: inout JSONWriter) {
        write(to: &json) { json, place in
            let commune = geography.commune(place.commune)
            json.object { json in
                place.writeAddress(to: &json)
                json.member("commune", geography.currentCode(place.commune))
                json.member("commune_name", commune?.name)
                json.member("department", commune?.department)
            }
        }
        json.member("time_zone", ParisClock.zone.identifier)
        json.member("modality", modality)
    }

    static func calendar(of entries: [Listing<AgendaEventDraft>], in geography: Geography) -> [UInt8] {
        AgendaCalendar(geography: geography).bytes(of: entries)
    }
}
