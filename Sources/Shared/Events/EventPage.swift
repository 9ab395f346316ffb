import Foundation
import Postgres
import Schema

/// Some events of a feed in one projection, still as the database gave them.
struct EventPage: Sendable {
    let events: Rows
    /// Where the page before ended.
    let after: EventPosition?
    /// Whether there was nothing behind it.
    let isLast: Bool

    /// Where the next page begins: behind the last event, or where this one began.
    var end: EventPosition? {
        get throws(ReadError) { try events.last.map(EventPosition.init) ?? after }
    }

    /// The events as a feed of `source` tells them, in the form that was asked for.
    func encoded(_ format: EventFormat, source: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        if format == .batch { bytes.append(UInt8(ascii: "[")) }
        for (index, row) in events.enumerated() {
            if index > 0, format == .batch { bytes.append(UInt8(ascii: ",")) }
            let data = Array(try row["data", as: String.self].utf8)
            let envelope = EventEnvelope(
                id: try row["event_id", as: UUID.self], source: source, type: try row["type", as: String.self],
                subject: try row["subject", as: String.self], time: try row["time", as: Date.self],
                sequence: try row["sequence", as: Int.self])
            var json = JSONWriter(reservingCapacity: data.count + 320)
            envelope.write(to: &json) { $0.raw(data) }
            bytes += json.bytes
            if format == .lines { bytes.append(UInt8(ascii: "\n")) }
        }
        if format == .batch { bytes.append(UInt8(ascii: "]")) }
        return bytes
    }
}
