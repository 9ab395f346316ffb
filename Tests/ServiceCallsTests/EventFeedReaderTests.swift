import Foundation
import Hummingbird
import Schema
import Support
import Testing

@testable import ServiceCalls

@Suite("Reading another service’s events")
struct EventFeedReaderTests {
    private static let event = Event(
        time: Date(timeIntervalSince1970: 1_790_000_000), sequence: 3,
        data: .structureRemoved(StructureRemoval(id: .v7(), version: 3)))

    private static var line: String { text(of: event) }

    private static func text(of event: Event) -> String {
        var json = JSONWriter()
        event.write(.reporting, to: &json)
        return String(decoding: json.bytes, as: UTF8.self) + "\n"
    }

    private func reader(_ url: String, _ issuer: Issuer = Issuer(), limit: Int = 2) -> EventFeedReader {
        EventFeedReader(
            client: ServiceClient(url: url + "/", credentials: issuer.credentials()), limit: limit, wait: 0)
    }

    @Test("a page’s events, where the next begins, and whether there is more")
    func pages() async throws {
        try await Partner.with { partner, url in
            partner.reply { asked in
                asked.target.contains("after=")
                    ? Partner.json(Self.line + Self.line, cursor: "c-1_", end: "true")
                    : Partner.json(Self.line, cursor: "c-1_", end: "false")
            }
            let first = try await reader(url).page(after: nil)
            #expect(first.events == [Self.event])
            #expect(first.cursor == "c-1_" && !first.isLast)
            let second = try await reader(url).page(after: first.cursor)
            #expect(second.events.count == 2 && second.isLast)
            #expect(
                partner.asked.map(\.target) == [
                    "/v1/events?limit=2&wait=0", "/v1/events?limit=2&wait=0&after=c-1_",
                ])
            #expect(partner.asked.allSatisfy { $0.authorization == "Bearer token-1" })
        }
    }

    @Test("a rewound feed is told from every other failure")
    func rewound() async throws {
        try await Partner.with { partner, url in
            partner.reply { _ in Partner.json("{}", .gone) }
            await #expect(throws: EventFeedRewound.self) { try await reader(url).page(after: "x") }
            for (status, failure) in [
                (HTTPResponse.Status.serviceUnavailable, CallFailure.unavailable("status 503")),
                (.tooManyRequests, .unavailable("status 429")), (.forbidden, .refused(status: 403)),
                (.badRequest, .refused(status: 400)), (.found, .refused(status: 302)),
            ] {
                partner.reply { _ in Partner.json("{}", status) }
                await #expect(throws: failure) { try await reader(url).page(after: "x") }
            }
        }
    }

    @Test("a feed in which nobody can be told from anybody is refused where persons are to be counted")
    func projection() async throws {
        try await Partner.with { partner, url in
            let client = ServiceClient(url: url, credentials: Issuer().credentials())
            let reader = EventFeedReader(client: client, wait: 0, projection: .reporting)
            for projection in ["plain", nil, "Reporting"] {
                partner.reply { _ in Partner.json(Self.line, cursor: "c", projection: projection) }
                let failure = await #expect(throws: CallFailure.self) { try await reader.page(after: nil) }
                #expect(failure?.description.contains("events:reporting") == true)
            }
            partner.reply { _ in Partner.json(Self.line, cursor: "c", projection: "reporting") }
            let page = try await reader.page(after: nil)
            #expect(page.events == [Self.event])
        }
    }

    @Test("a refused token is replaced once")
    func refusedToken() async throws {
        try await Partner.with { partner, url in
            partner.reply { asked in
                asked.authorization == "Bearer token-2"
                    ? Partner.json("", cursor: "c") : Partner.json("{}", .unauthorized)
            }
            let page = try await reader(url).page(after: nil)
            #expect(page.events.isEmpty)
            partner.reply { _ in Partner.json("{}", .unauthorized) }
            await #expect(throws: CallFailure.refused(status: 401)) { try await reader(url).page(after: nil) }
        }
    }

    @Test("a type that is not known is passed over and told, and so are members that were added to a known one")
    func laterVersion() async throws {
        try await Partner.with { partner, url in
            let name = Self.event.type.name
            let next = Self.line.replacing(name, with: name.replacing(".v1", with: ".v2"))
                .replacing("\"version\":3", with: "\"version\":[\"three\"]")
            let other = Self.line.replacing(name, with: "fr.spro.directory.fair.held.v1")
            let grown = Self.line.replacing("\"version\":3", with: "\"version\":3,\"reason\":{\"code\":\"x\"}")
                .replacing("\"sequence\":3", with: "\"sequence\":3,\"traceparent\":\"t\"")
            #expect(next != Self.line && other != Self.line && grown != Self.line)
            partner.reply { _ in Partner.json(next + other + grown + next, cursor: "c", end: "false") }
            let page = try await reader(url, limit: 4).page(after: nil)
            #expect(page.events == [Self.event])
            #expect(
                page.passedOver == [name.replacing(".v1", with: ".v2"): 2, "fr.spro.directory.fair.held.v1": 1])
            #expect(!page.isLast && page.cursor == "c")
            // What could stand in a log as something else is no type.
            partner.reply { _ in Partner.json(Self.line.replacing(name, with: "fr.spro\\nERROR"), cursor: "c") }
            await #expect(throws: CallFailure.malformed("event 1: /type unknown-code")) {
                try await reader(url).page(after: nil)
            }
        }
    }

    @Test("an event with a code that is not known waits for a later version, told by its id, unless it is to forget")
    func laterVocabulary() async throws {
        try await Partner.with { partner, url in
            let move = Event(
                time: Self.event.time, sequence: 1,
                data: .structureChanged(
                    StructureChange(
                        id: .v7(), version: 1, region: "52", locatedIn: [], participatesIn: [], networks: [],
                        status: "membre", labelState: "aucun", offers: [], accessibility: [], staff: nil,
                        logoDisplayedOn: nil, closures: [], location: nil)))
            let line = Self.text(of: move)
            let grown = line.replacing("\"aucun\"", with: "\"en-sommeil\"")
            #expect(grown != line)
            partner.reply { _ in Partner.json(Self.line + grown + Self.line, cursor: "c") }
            let page = try await reader(url).page(after: nil)
            #expect(page.events == [Self.event, Self.event] && page.passedOver.isEmpty)
            #expect(page.unread == [UnreadEvent(id: move.id.text, type: move.type.name)])
            // Beside a code that is not known, something that no version can have meant.
            let broken = grown.replacing("\"version\":1", with: "\"version\":\"x\"")
            partner.reply { _ in Partner.json(broken, cursor: "c") }
            await #expect(
                throws: CallFailure.malformed("event 1: /data/version wrong-type, /data/label_state unknown-code")
            ) {
                try await reader(url).page(after: nil)
            }
            let answer = ErasureAcknowledgement(
                erasure: .v7(), structure: .v7(), answer: "deleted", retainedUntil: nil, person: .v7())
            let forgetting = Self.text(
                of: Event(time: Self.event.time, sequence: 1, data: .erasureAcknowledged(answer))
            )
            .replacing("\"deleted\"", with: "\"shredded\"")
            partner.reply { _ in Partner.json(forgetting, cursor: "c") }
            await #expect(throws: CallFailure.malformed("event 1: /data/answer unknown-code")) {
                try await reader(url).page(after: nil)
            }
        }
    }

    @Test("what is no event is refused with its place, and tells no value")
    func malformed() async throws {
        try await Partner.with { partner, url in
            partner.reply { _ in
                Partner.json(
                    Self.line + Self.line.replacing("\"version\":3", with: "\"version\":\"canari\""), cursor: "c")
            }
            await #expect(throws: CallFailure.malformed("event 2: /data/version wrong-type")) {
                try await reader(url).page(after: nil)
            }
            partner.reply { _ in Partner.json("canari\n", cursor: "c") }
            await #expect(throws: CallFailure.malformed("event 1 is no JSON")) {
                try await reader(url).page(after: nil)
            }
            partner.reply { _ in Partner.json(Self.line) }
            await #expect(throws: CallFailure.malformed("a page without the cursor of the next")) {
                try await reader(url).page(after: nil)
            }
            for end in [nil, "?1", ""] {
                partner.reply { _ in Partner.json(Self.line, cursor: "c", end: end) }
                await #expect(throws: CallFailure.malformed("a page that does not say whether it is the last")) {
                    try await reader(url).page(after: nil)
                }
            }
        }
    }
}
