import Foundation
import Schema

/// Events as an iCalendar object (RFC 5545). Instants are in UTC, which every calendar
/// shows by its own clock: no rule of summer time has to travel with them.
struct AgendaCalendar {
    let geography: Geography

    func bytes(of events: [Listing<AgendaEventDraft>]) -> [UInt8] {
        var text = CalendarText()
        text.component("VCALENDAR") { text in
            text.line("VERSION", "2.0")
            text.line("PRODID", "-//SPRO//DirectoryService//FR")
            for event in events { write(event, to: &text) }
        }
        return text.bytes
    }

    private func write(_ event: Listing<AgendaEventDraft>, to text: inout CalendarText) {
        let draft = event.draft
        text.component("VEVENT") { text in
            text.line("UID", event.id.text)
            // Without a METHOD, when the event was last revised (§3.8.7.2).
            text.instant("DTSTAMP", event.updatedAt)
            text.instant("LAST-MODIFIED", event.updatedAt)
            text.line("SEQUENCE", String(event.version - 1))
            text.instant("DTSTART", draft.startsAt)
            text.instant("DTEND", draft.endsAt)
            text.line("STATUS", draft.isCancelled ? "CANCELLED" : "CONFIRMED")
            text.text("SUMMARY", draft.title)
            if let description = draft.description { text.text("DESCRIPTION", description) }
            if let location = location(of: draft) { text.text("LOCATION", location) }
            if let url = draft.registration?.url ?? draft.onlineURL { text.line("URL", url) }
            let kind = Vocabulary.eventKind.terms.first { $0.code == draft.kind }
            text.text("CATEGORIES", kind?.label.fr ?? draft.kind)
        }
    }

    private func location(of draft: AgendaEventDraft) -> String? {
        guard let place = draft.place else { return draft.onlineURL }
        let town = [place.postalCode, geography.commune(place.commune)?.name].compactMap(\.self)
        return ([place.name, place.street].compactMap(\.self) + [town.joined(separator: " ")]).joined(separator: ", ")
    }
}
