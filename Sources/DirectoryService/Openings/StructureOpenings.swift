import Foundation
import Schema

/// A structure's openings, and those of its services that keep hours of their own, as an answer shows them.
struct StructureOpenings {
    private let hours: IndexedHours
    private let document: JSONObject

    init(of ordinal: Int, in segment: Segment) throws {
        hours = segment.hours(at: ordinal)
        let encoded = Array(segment.encoded(at: ordinal, includingServices: true)) + [UInt8(ascii: "}")]
        document = try JSONValue(parsing: encoded).object ?? JSONObject(members: [])
    }

    func bytes(in window: OpeningWindow, now: Date) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 4096)
        json.object { json in
            json.member("id", document["id"]?.string)
            json.member("from", CalendarDate(daysSinceEpoch: window.from)?.text)
            json.member("to", CalendarDate(daysSinceEpoch: window.to)?.text)
            json.member("time_zone", ParisClock.zone.identifier)
            write(document["opening_hours"]?.string, in: window, now: now, to: &json)
            json.member("services") { json in
                let services = (document["services"]?.array ?? []).compactMap(\.object)
                    .filter { $0["opening_hours"]?.string != nil }
                json.array(of: services) { json, service in
                    json.object { json in
                        json.member("id", service["id"]?.string)
                        json.member("kind", service["kind"]?.string)
                        write(service["opening_hours"]?.string, in: window, now: now, to: &json)
                    }
                }
            }
        }
        return json.bytes
    }

    /// As ``IndexedHours/state(at:)``: closed on a day of closure, also where nobody knows the hours.
    private func state(_ schedule: Schedule?, at now: ParisTime.Wall) -> OpeningHours.State? {
        hours.isClosed(onDay: now.day) ? .closed : schedule?.state(at: now)
    }

    /// The members that tell of one text of hours; null where there is none, or none that can be computed with.
    private func write(_ text: String?, in window: OpeningWindow, now: Date, to json: inout JSONWriter) {
        let read = text.flatMap { try? OpeningHours(parsing: $0) }
        let schedule = read.map { Schedule($0, in: hours.calendar, closures: hours.closures) }
        json.member("opening_hours", text)
        json.member("state", state(schedule, at: ParisTime.wall(at: now))?.rawValue)
        json.member("next_change", schedule?.nextChange(after: now).map(RFC3339.format))
        json.member("openings") { json in
            json.optional(schedule) { json, schedule in
                let openings = schedule.openings(
                    from: ParisTime.midnight(window.from), to: ParisTime.midnight(window.to + 1))
                json.array(of: openings) { $1.write(to: &$0) }
            }
        }
    }
}

extension Opening {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("from", RFC3339.format(from))
            json.member("to", RFC3339.format(to))
            json.member("state", state.rawValue)
            json.member("comment", comment)
            json.member("reason", needsSchoolCalendar ? "school-calendar" : nil)
        }
    }
}
