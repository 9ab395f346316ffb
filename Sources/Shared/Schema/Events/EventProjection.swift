package import Foundation

/// Who reads an event: its data is written in one way for each.
package enum EventProjection: String, Sendable, CaseIterable {
    /// For partners (`events:read`): no member that describes a person.
    case plain
    /// For the reporting service (`events:reporting`): also the reporting-only person key and coded attributes, which
    /// are personal data.
    case reporting

    /// With which a feed answers it.
    package var scope: Scope {
        switch self {
        case .plain: .eventsRead
        case .reporting: .eventsReporting
        }
    }
}

/// The `data` of one type of event.
///
/// ``fields`` is the only place where a member is written, so that it cannot be in one projection and forgotten in the
/// other.
package protocol EventPayload: Sendable, Equatable {
    /// Every member, in the order in which they are written.
    static var fields: [EventField<Self>] { get }
    /// What happened to, as a path below `/v1/` of the service that tells it: `demands/0197…`. Events of one subject
    /// are numbered without gaps.
    var subject: String { get }

    /// Who did it, to the reporting service alone; nil where nobody did or may be linked.
    var person: UUID? { get }
    /// Whether there was a person whose key has been taken out since, because they are to be forgotten: told from
    /// nobody, so that a feed which is read again counts what was counted.
    var isPersonErased: Bool { get }

    /// Reads either projection: a reporting member that is not there reads as nil or empty.
    init?(_ object: ObjectReader)
}

extension EventPayload {
    package var person: UUID? { nil }
    package var isPersonErased: Bool { false }

    /// Whether the two projections are the same.
    package var isPlain: Bool { !Self.fields.contains(where: \.isReportingOnly) }

    package func write(_ projection: EventProjection, to json: inout JSONWriter) {
        json.object { json in
            for field in Self.fields where projection == .reporting || !field.isReportingOnly {
                field.write(self, &json)
            }
        }
    }

    package func encoded(_ projection: EventProjection) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 512)
        write(projection, to: &json)
        return json.bytes
    }
}

/// One member of an event's data, and whether only the reporting projection has it.
package struct EventField<Payload>: Sendable {
    package let name: String
    package let isReportingOnly: Bool
    let write: @Sendable (Payload, inout JSONWriter) -> Void

    init<Value: EventValue>(_ name: String, _ path: any KeyPath<Payload, Value> & Sendable) {
        self.init(name, path, isReportingOnly: false)
    }

    /// A member that describes a person, or links what one person did.
    static func reporting<Value: EventValue>(_ name: String, _ path: any KeyPath<Payload, Value> & Sendable)
        -> EventField
    {
        EventField(name, path, isReportingOnly: true)
    }

    private init<Value: EventValue>(
        _ name: String, _ path: any KeyPath<Payload, Value> & Sendable, isReportingOnly: Bool
    ) {
        self.name = name
        self.isReportingOnly = isReportingOnly
        write = { payload, json in json.member(name) { payload[keyPath: path].write(to: &$0) } }
    }
}

/// A value that an event's data can hold.
protocol EventValue {
    func write(to json: inout JSONWriter)
}

extension String: EventValue {
    func write(to json: inout JSONWriter) { json.value(self) }
}

extension Int: EventValue {
    func write(to json: inout JSONWriter) { json.value(self) }
}

extension Bool: EventValue {
    func write(to json: inout JSONWriter) { json.value(self) }
}

extension UUID: EventValue {
    func write(to json: inout JSONWriter) { json.value(text) }
}

extension Date: EventValue {
    func write(to json: inout JSONWriter) { json.value(RFC3339.format(self)) }
}

extension CalendarDate: EventValue {
    func write(to json: inout JSONWriter) { json.value(text) }
}

extension ReferralState: EventValue {
    func write(to json: inout JSONWriter) { json.value(rawValue) }
}

extension Modality: EventValue {}
extension Zone: EventValue {}
extension Staff: EventValue {}
extension Closure: EventValue {}

extension Optional: EventValue where Wrapped: EventValue {
    func write(to json: inout JSONWriter) { json.optional(self) { $1.write(to: &$0) } }
}

extension Array: EventValue where Element: EventValue {
    func write(to json: inout JSONWriter) { json.array(of: self) { $1.write(to: &$0) } }
}
