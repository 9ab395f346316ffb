import Foundation
import Schema
import Support
import Testing

extension EventType: CustomTestStringConvertible {
    package var testDescription: String { name }
}

/// Events are written and read in one way by all three services, and what describes a person is in one projection only.
@Suite("Events")
struct EventTests {
    @Test("the reporting projection of any event reads back as the same event", arguments: EventType.allCases)
    func roundTrip(_ type: EventType) throws {
        var sample = EventSample(seed: 7)
        for _ in 0..<runs(50) {
            let event = sample.event(of: type)
            #expect(event.type == type)
            #expect(try read(written(event, .reporting)) == event)
        }
    }

    @Test(
        "the plain projection reads back, and holds no member that the field list keeps for reporting",
        arguments: EventType.allCases)
    func plainProjection(_ type: EventType) throws {
        var sample = EventSample(seed: 8)
        for _ in 0..<runs(50) {
            let event = sample.event(of: type)
            let fields = fields(of: event.data.payload)
            let plain = written(event, .plain)
            let names = try members(of: plain)
            #expect(names == fields.filter { !$0.isReportingOnly }.map(\.name))
            #expect(try members(of: written(event, .reporting)) == fields.map(\.name))
            let again = try read(plain)
            #expect(written(again, .plain) == plain)
            let rest = try JSONValue(parsing: again.data.payload.encoded(.reporting)).object
            for field in fields where field.isReportingOnly {
                #expect([.null, [], false].contains(try #require(rest?[field.name])), "\(field.name)")
            }
        }
    }

    @Test("the field list has every stored property once", arguments: EventType.allCases)
    func everyProperty(_ type: EventType) {
        var sample = EventSample(seed: 9)
        let payload = sample.data(of: type).payload
        let names = fields(of: payload).map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names.count == Mirror(reflecting: payload).children.count)
    }

    @Test("what describes a person is for reporting, and nothing else is")
    func personal() {
        var sample = EventSample(seed: 10)
        let personal: Set<String> = [
            "person", "person_erased", "audiences", "situations", "sex", "age_band", "education", "residence_commune",
        ]
        var linked: Set<EventType> = []
        for type in EventType.allCases {
            for field in fields(of: sample.data(of: type).payload) {
                #expect(field.isReportingOnly == personal.contains(field.name), "\(type.name) \(field.name)")
                if field.name == "person" { linked.insert(type) }
            }
        }
        #expect(
            linked == [
                .receptionOpened, .demandClosed, .referral(.submitted), .cepEpisode, .erasureRequested,
                .erasureAcknowledged,
            ])
    }

    @Test("types are a closed list of names that say their version and service")
    func types() {
        let names = EventType.allCases.map(\.name)
        #expect(Set(names).count == names.count)
        for type in EventType.allCases {
            #expect(EventType(name: type.name) == type)
            #expect(type.name.hasPrefix("fr.spro.") && type.name.hasSuffix(".v1"))
        }
        #expect(EventType(name: "fr.spro.referral.accepted.v2") == nil)
        #expect(EventType.referral(.inProgress).name == "fr.spro.referral.in_progress.v1")
    }

    @Test("an event that contradicts itself is refused, with every violation")
    func contradictions() throws {
        let id = "019b76da-a800-71e1-aebf-12a7ec0c6887"
        let json = """
            {"specversion":"1.1","id":"\(id)","source":"urn:spro:service:directory","type":"fr.spro.referral.accepted.v1",\
            "subject":"referrals/x","time":"2026-02-30T10:00:00Z","sequence":0,"extra":1,\
            "data":{"referral":"\(id)","from":"submitted","to":"declined","actor_role":"nobody","person":"\(id)"}}
            """
        let refusal = #expect(throws: Refusal.self) { try read(Array(json.utf8)) }
        #expect(
            Set(refusal?.violations.map(\.pointer) ?? []) == [
                "/specversion", "/time", "/sequence", "/extra", "/data/actor_role", "/data/person",
            ])
        let event = Event(
            time: Date(timeIntervalSince1970: 1_792_000_000), sequence: 3,
            data: .structureRemoved(StructureRemoval(id: UUID.v7(), version: 3)))
        let text = String(decoding: written(event, .plain), as: UTF8.self)
        for (right, wrong, pointer) in [
            ("service:directory", "service:referral", "/source"), ("structures/", "demands/", "/subject"),
            ("structure.removed", "structure.unknown", "/type"),
        ] {
            let refusal = #expect(throws: Refusal.self) {
                try read(Array(text.replacing(right, with: wrong).utf8))
            }
            #expect(refusal?.violations.map(\.pointer) == [pointer])
        }
        let moved = Event(
            sequence: 2,
            data: .referralMoved(
                ReferralMove(
                    referral: UUID.v7(), from: .submitted, to: .accepted, actorRole: "recipient", reasonCode: nil,
                    delaySeconds: 60)))
        let other = String(decoding: written(moved, .plain), as: UTF8.self)
            .replacing("\"to\":\"accepted\"", with: "\"to\":\"declined\"")
        let mismatch = #expect(throws: Refusal.self) { try read(Array(other.utf8)) }
        #expect(mismatch?.violations.map(\.pointer) == ["/data/to"])
    }

    @Test("the envelope is CloudEvents’ JSON format")
    func envelope() throws {
        let id = try #require(UUID(text: "019b76da-a800-71e1-aebf-12a7ec0c6887"))
        let event = Event(
            id: id, time: Date(timeIntervalSince1970: 1_792_000_000.25), sequence: 4,
            data: .structureRemoved(StructureRemoval(id: id, version: 4)))
        #expect(
            String(decoding: written(event, .plain), as: UTF8.self) == """
                {"specversion":"1.0","id":"\(id.text)","source":"urn:spro:service:directory",\
                "type":"fr.spro.directory.structure.removed.v1","subject":"structures/\(id.text)",\
                "time":"2026-10-14T17:46:40.250Z","sequence":4,"data":{"id":"\(id.text)","version":4}}
                """)
    }

    // MARK: Reading and writing

    private func written(_ event: Event, _ projection: EventProjection) -> [UInt8] {
        var json = JSONWriter()
        event.write(projection, to: &json)
        return json.bytes
    }

    private func read(_ bytes: [UInt8]) throws -> Event {
        try ObjectReader.read(try JSONValue(parsing: bytes), Event.init)
    }

    private func members(of event: [UInt8]) throws -> [String] {
        try JSONValue(parsing: event).object?["data"]?.object?.members.map(\.name) ?? []
    }

    private struct Field {
        let name: String
        let isReportingOnly: Bool
    }

    private func fields(of payload: some EventPayload) -> [Field] {
        func list<Payload: EventPayload>(_ type: Payload.Type) -> [Field] {
            Payload.fields.map { Field(name: $0.name, isReportingOnly: $0.isReportingOnly) }
        }
        return list(type(of: payload))
    }
}
