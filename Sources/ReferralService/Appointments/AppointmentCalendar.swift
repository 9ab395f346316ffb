import Foundation
import Schema

/// Appointments as an iCalendar object (RFC 5545) that may lie in anybody's calendar: it names nobody, and no structure.
/// Instants are in UTC, which every calendar shows by its own clock: no rule of summer time has to travel with them.
enum AppointmentCalendar {
    static func bytes(of appointments: [Appointment]) -> [UInt8] {
        var text = CalendarText()
        text.component("VCALENDAR") { text in
            text.line("VERSION", "2.0")
            text.line("PRODID", "-//SPRO//ReferralService//FR")
            for appointment in appointments { write(appointment, to: &text) }
        }
        return text.bytes
    }

    private static func write(_ appointment: Appointment, to text: inout CalendarText) {
        let isOff =
            appointment.cancelledAt != nil || appointment.attendance == "revoked" || appointment.attendance == "excused"
        let channel = Vocabulary.channel.terms.first { $0.code == appointment.channel }
        text.component("VEVENT") { text in
            text.line("UID", appointment.id.text)
            // Without a METHOD, when it was last revised (§3.8.7.2).
            text.instant("DTSTAMP", appointment.changedAt)
            text.line("SEQUENCE", appointment.changedAt == appointment.createdAt ? "0" : "1")
            text.instant("DTSTART", appointment.startsAt)
            text.instant("DTEND", appointment.startsAt.addingTimeInterval(Double(appointment.minutes) * 60))
            text.line("STATUS", isOff ? "CANCELLED" : "CONFIRMED")
            text.text("SUMMARY", "Rendez-vous d’orientation")
            text.text("LOCATION", channel?.label.fr ?? appointment.channel)
            text.line("CLASS", "PRIVATE")
        }
    }
}
