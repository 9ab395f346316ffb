package import Foundation

/// Something that happened, as the services tell each other and their partners (CloudEvents 1.0).
///
/// `source`, `type` and `subject` follow from the data. `sequence` (our extension attribute, an integer) counts the
/// events of one subject from 1 without gaps: whoever has seen 7 and sees 9 has missed one.
package struct Event: Sendable, Equatable {
    package let id: UUID
    package let time: Date
    package let sequence: Int
    package let data: EventData

    package var type: EventType { data.type }
    package var subject: String { data.payload.subject }

    /// - Parameter time: when it happened; the wire has its milliseconds.
    package init(id: UUID = .v7(), time: Date = Date(), sequence: Int, data: EventData) {
        self.id = id
        self.time = time
        self.sequence = sequence
        self.data = data
    }

    /// Reads one event of a feed, in either projection.
    package init?(_ object: ObjectReader) {
        let version = object.required("specversion", .code(["1.0"]))
        let id = object.required("id", .string(.uuid))
        let source = object.required("source", .text(1...200))
        let type = object.required("type", .string(.eventType))
        let subject = object.required("subject", .text(1...200))
        let time = object.required("time", .string(.instant))
        let sequence = object.required("sequence", .int(1...Int.max))
        let data = object.required("data", Self.data(of: type))
        guard version != nil, let id, let source, let type, let subject, let time, let sequence, let data else {
            return nil
        }
        if source != type.source { object.report(.unknownCode([type.source]), at: "source") }
        if subject != data.payload.subject { object.report(.unknownCode([data.payload.subject]), at: "subject") }
        self.init(id: id, time: time, sequence: sequence, data: data)
    }

    /// Data without a type that we know is not judged.
    private static func data(of type: EventType?) -> ValueRule<EventData> {
        guard let type else { return ValueRule { _, _ in nil } }
        return .object { EventData($0, of: type) }
    }

    package func write(_ projection: EventProjection, to json: inout JSONWriter) {
        EventEnvelope(id: id, source: type.source, type: type.name, subject: subject, time: time, sequence: sequence)
            .write(to: &json) { data.payload.write(projection, to: &$0) }
    }
}

/// The attributes of an event around its data, as a store of events keeps them.
package struct EventEnvelope: Sendable, Equatable {
    package let id: UUID
    package let source: String
    package let type: String
    package let subject: String
    package let time: Date
    package let sequence: Int

    package init(id: UUID, source: String, type: String, subject: String, time: Date, sequence: Int) {
        self.id = id
        self.source = source
        self.type = type
        self.subject = subject
        self.time = time
        self.sequence = sequence
    }

    /// Writes the event in CloudEvents' JSON format (structured mode).
    package func write(to json: inout JSONWriter, data: (inout JSONWriter) -> Void) {
        json.object { json in
            json.member("specversion", "1.0")
            json.member("id", id.text)
            json.member("source", source)
            json.member("type", type)
            json.member("subject", subject)
            json.member("time", RFC3339.format(time))
            json.member("sequence", sequence)
            json.member("data", data)
        }
    }
}
