import Foundation
import Hummingbird
import Schema
import Support
import Testing

@testable import ServiceCalls

@Suite("Asking the directory")
struct DirectoryClientTests {
    private static let id = UUID.v7()
    private static let offer = UUID.v7()
    private static let structure = """
        {"id":"\(id.text)","parent_id":null,"name":"A","region":"52","networks":["cio"],"status":"signataire","future":{},\
        "located_in":[{"kind":"territoire-spro","code":"52-02","name":"B"},{"kind":"departement","code":"44","name":"C"}],\
        "participates_in":["bassin-emploi:5201"],"services":[{"id":"\(offer.text)","kind":"cep-conseil",\
        "audiences":["salarie"],"cep_level":2,"cep_framework":"2019","zones":[]}]}
        """

    private func client(_ url: String, _ clock: TestClock, capacity: Int = 100) -> DirectoryClient {
        let credentials = Issuer().credentials(clock: clock.clock, lifetime: .seconds(1_000_000))
        return DirectoryClient(
            client: ServiceClient(url: url, credentials: credentials), capacity: capacity, clock: clock.clock,
            logger: silent)
    }

    @Test("what others need of a structure is read; what they do not need may come and go")
    func entry() async throws {
        try await Partner.with { partner, url in
            partner.reply { _ in Partner.json(Self.structure) }
            let entry = try #require(try await client(url, TestClock()).find(Self.id))
            #expect(entry.id == Self.id && entry.parent == nil && entry.region == "52")
            #expect(entry.networks == ["cio"] && entry.status == "signataire")
            #expect(entry.locatedIn == ["territoire-spro:52-02", "departement:44"])
            #expect(entry.locatedIn.contains("territoire-spro:52-02") && entry.participatesIn == ["bassin-emploi:5201"])
            #expect(
                entry.offers == [
                    .init(
                        id: Self.offer, kind: "cep-conseil", audiences: ["salarie"], cepLevel: 2, cepFramework: "2019")
                ])
            #expect(partner.asked.map(\.target) == ["/v1/structures/\(Self.id.text)"])
        }
    }

    @Test("the directory is told for whose sake it is asked, and in which trace")
    func correlation() async throws {
        try await Partner.with { partner, url in
            partner.reply { _ in Partner.json(Self.structure) }
            let trace = TraceContext("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
            let correlation = Correlation(requestID: "r-1", trace: trace)
            _ = try await client(url, TestClock()).find(Self.id, for: correlation)
            _ = try await client(url, TestClock()).find(Self.id)
            let asked = partner.asked
            #expect(asked[0].requestID == "r-1")
            let sent = try #require(asked[0].traceparent.flatMap { TraceContext($0) })
            #expect(sent.traceID == trace?.traceID && sent.parentID != trace?.parentID && sent.isSampled)
            // What nobody asked for is a trace of its own.
            #expect(asked[1].requestID?.count == 36 && asked[1].requestID != "r-1")
            #expect(asked[1].traceparent.flatMap { TraceContext($0) } != nil)
        }
    }

    @Test("an answer is fresh for a minute, an absence for five seconds, and many askers share one request")
    func freshness() async throws {
        try await Partner.with { partner, url in
            let clock = TestClock()
            let client = client(url, clock)
            partner.reply { _ in Partner.json(Self.structure) }
            await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<30 { group.addTask { (try? await client.find(Self.id)) != nil } }
                for await isFound in group { #expect(isFound) }
            }
            clock.advance(by: 59)
            _ = try await client.find(Self.id)
            #expect(partner.asked.count == 1)
            clock.advance(by: 1)
            partner.reply { _ in Partner.json("{}", .notFound) }
            #expect(try await client.find(Self.id) == nil)
            #expect(try await client.find(Self.id) == nil)
            #expect(partner.asked.count == 2)
            clock.advance(by: 5)
            partner.reply { _ in Partner.json(Self.structure) }
            #expect(try await client.find(Self.id) != nil)
        }
    }

    @Test("while the directory is down known structures go on for an hour, others are not known, and it is not pressed")
    func down() async throws {
        try await Partner.with { partner, url in
            let clock = TestClock()
            let client = client(url, clock)
            partner.reply { _ in Partner.json(Self.structure) }
            _ = try await client.find(Self.id)
            clock.advance(by: 3590)
            partner.reply { _ in Partner.json("{}", .serviceUnavailable) }
            for _ in 0..<5 { #expect(try await client.find(Self.id)?.id == Self.id) }
            let unknown = UUID.v7()
            for _ in 0..<5 {
                await #expect(throws: CallFailure.unavailable("status 503")) { try await client.find(unknown) }
            }
            #expect(partner.asked.count == 2)
            clock.advance(by: 10)
            await #expect(throws: CallFailure.unavailable("status 503")) { try await client.find(Self.id) }
            clock.advance(by: 2)
            partner.reply { _ in Partner.json("{}", .notFound) }
            #expect(try await client.find(unknown) == nil)
            #expect(try await client.find(Self.id) == nil)
        }
    }

    @Test("an absence that is no longer fresh is not taken for one while the directory is down")
    func absenceAndOutage() async throws {
        try await Partner.with { partner, url in
            let clock = TestClock()
            let client = client(url, clock)
            partner.reply { _ in Partner.json("{}", .notFound) }
            let absent = try await client.find(Self.id)
            #expect(absent == nil)
            clock.advance(by: 5)
            partner.reply { _ in Partner.json("{}", .badGateway) }
            await #expect(throws: CallFailure.unavailable("status 502")) { try await client.find(Self.id) }
        }
    }

    @Test("a structure that cannot be read is a failure of its own, and the memory is bounded")
    func malformedAndBounded() async throws {
        try await Partner.with { partner, url in
            let clock = TestClock()
            let client = client(url, clock, capacity: 1)
            partner.reply { asked in
                asked.target.hasSuffix(Self.id.text) ? Partner.json(Self.structure) : Partner.json(#"{"id":"x"}"#)
            }
            await #expect(throws: CallFailure.malformed("a structure that cannot be read")) {
                try await client.find(UUID.v7())
            }
            let present = try await client.find(Self.id)
            #expect(present != nil)
            partner.reply { _ in Partner.json("{}", .gone) }
            let other = try await client.find(UUID.v7())
            let forgotten = try await client.find(Self.id)
            #expect(other == nil && forgotten == nil)
        }
    }
}
