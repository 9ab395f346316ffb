import Schema

/// What the index knows of the hours of one structure: asked at every candidate of a search, so by bits where they
/// tell, else by the schedule itself. Both say the same.
struct IndexedHours: Sendable {
    let calendar: LocalCalendar
    /// Days (since 1970).
    let closures: [ClosedRange<Int>]
    /// Nil where there are no hours, or none that can be computed with.
    let own: Own?

    /// Shared by all who keep the same hours under the same calendar.
    final class Own: Sendable {
        let hours: OpeningHours
        let bits: WeekBits

        init(_ hours: OpeningHours, on days: CalendarDays) {
            self.hours = hours
            bits = WeekBits(hours, on: days)
        }
    }

    /// Nil where nothing is told of that day.
    func state(at wall: ParisTime.Wall) -> OpeningHours.State? {
        if isClosed(onDay: wall.day) { return .closed }
        guard let own else { return nil }
        // The bits do not know what the eve's closure takes away after midnight.
        guard !isClosed(onDay: wall.day - 1), let isOpen = own.bits.isOpen(at: wall) else {
            return Schedule(own.hours, in: calendar, closures: closures).state(at: wall)
        }
        return isOpen ? .open : .closed
    }

    func isClosed(onDay day: Int) -> Bool { closures.contains { $0.contains(day) } }
}

/// Makes the hours of a segment's structures, and reckons but once what many of them share.
struct HoursTable {
    private struct Key: Hashable {
        let text: String
        let calendar: LocalCalendar
    }

    /// The day from which on exceptions are reckoned.
    let day: Int
    private var known: [Key: IndexedHours.Own?] = [:]
    /// Nil where a text is none that can be computed with.
    private var texts: [String: OpeningHours?] = [:]
    private var calendars: [LocalCalendar: CalendarDays] = [:]

    init(from day: Int) { self.day = day }

    mutating func hours(of structure: Structure, in geography: Geography) -> IndexedHours {
        hours(structure.draft.openingHours, of: structure, in: geography)
    }

    /// Hours that the structure keeps for something of its own, under its calendar and with its closures.
    mutating func hours(_ text: String?, of structure: Structure, in geography: Geography) -> IndexedHours {
        let draft = structure.draft
        let calendar = LocalCalendar(
            department: draft.address.flatMap { geography.communes[$0.commune]?.department })
        return IndexedHours(
            calendar: calendar, closures: draft.closures.map(\.days), own: text.flatMap { own($0, in: calendar) })
    }

    private mutating func own(_ text: String, in calendar: LocalCalendar) -> IndexedHours.Own? {
        let key = Key(text: text, calendar: calendar)
        if let known = known[key] { return known }
        let days = calendars[calendar] ?? CalendarDays(calendar, from: day)
        calendars[calendar] = days
        let own = read(text).map { IndexedHours.Own($0, on: days) }
        known[key] = .some(own)
        return own
    }

    private mutating func read(_ text: String) -> OpeningHours? {
        if let known = texts[text] { return known }
        let read = try? OpeningHours(parsing: text)
        texts[text] = .some(read)
        return read
    }
}
