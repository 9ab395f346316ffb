import Charters
import Foundation
import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("What a structure must be, beside well formed")
struct StructureRulesTests {
    private let rules: StructureRules

    init() throws {
        let land = try DemoData().land
        let networks = NetworkRules(
            charters: try CharterSet.load(from: Repository.path("charters")),
            today: { CalendarDate(year: 2026, month: 11, day: 21)! })
        rules = StructureRules(geography: land.geography, networks: networks)
    }

    private func judge(_ change: (inout Sketch) -> Void) throws -> (region: String?, pointers: [String]) {
        var sketch = Sketch(id: UUID.v7(), name: "S", commune: "44184")
        change(&sketch)
        let (region, violations) = rules.judge(try sketch.structure().draft)
        return (region, violations.map(\.pointer))
    }

    private func offer(_ kind: String, _ zones: [Sketch.Zone] = []) -> Sketch.Offer {
        Sketch.Offer(id: UUID.v7(), kind: kind, channels: [], zones: zones)
    }

    @Test("a region: its commune's, or the declared one where there is no address")
    func region() throws {
        #expect(try judge { _ in } == ("52", []))
        #expect(try judge { $0.region = "52" } == ("52", []))
        #expect(try judge { $0.region = "53" }.pointers == ["/region"])
        #expect(try judge { ($0.commune, $0.region) = (nil, "93") } == ("93", []))
        #expect(try judge { ($0.commune, $0.region) = (nil, "ZZ") }.pointers == ["/region"])
    }

    @Test("places that exist")
    func places() throws {
        #expect(try judge { $0.commune = "44999" }.pointers == ["/address/commune"])
        #expect(
            try judge { $0.participatesIn = ["territoire-spro:52-01", "territoire-spro:52-99", "departement:44"] }
                .pointers == ["/participates_in/1"])
        let zones = [
            Sketch.Zone(type: "commune", code: "44184"), Sketch.Zone(type: "commune", code: "44999"),
            Sketch.Zone(type: "pays", code: "FR"),
        ]
        #expect(
            try judge { $0.offers = [offer("conseil-vae"), offer("conseil-vae", zones)] }.pointers
                == ["/services/1/zones/1/code"])
    }

    @Test("zones and regions that have communes here")
    func zones() throws {
        let zones = [
            Sketch.Zone(type: "departement", code: "44"), Sketch.Zone(type: "departement", code: "75"),
            Sketch.Zone(type: "region", code: "52"), Sketch.Zone(type: "region", code: "11"),
            Sketch.Zone(type: "epci", code: "244400644"), Sketch.Zone(type: "pays", code: "FR"),
            Sketch.Zone(type: "region", code: "44"), Sketch.Zone(type: "departement", code: "52"),
        ]
        #expect(
            try judge { $0.offers = [offer("conseil-vae", zones)] }.pointers
                == [1, 3, 4, 6, 7].map { "/services/0/zones/\($0)/code" })
        #expect(try judge { ($0.commune, $0.region) = ("44999", "11") }.pointers == ["/address/commune", "/region"])
    }

    @Test("a site near the commune of its address")
    func location() throws {
        let nazaire = (latitude: 47.28, longitude: -2.25)
        func point(_ degrees: Double) -> Sketch.Point {
            Sketch.Point(latitude: nazaire.latitude + degrees, longitude: nazaire.longitude)
        }
        // A degree of latitude is 111 km.
        #expect(try judge { $0.point = point(0.25) }.pointers == [])
        #expect(try judge { $0.point = point(0.29) }.pointers == ["/location"])
        #expect(try judge { ($0.point, $0.precision) = (point(0.29), "site") }.pointers == ["/location"])
        #expect(try judge { ($0.point, $0.precision) = (point(0.29), "commune") }.pointers == ["/location"])
    }

    @Test("networks of today")
    func networks() throws {
        #expect(
            try judge { $0.networks = ["mission-locale", "nobody", "pole-emploi"] }.pointers == [
                "/networks/1", "/networks/2",
            ])
        #expect(try judge { $0.networks = ["france-travail"] }.pointers == [])
    }

    @Test("an operator, where it gives career development advice", arguments: ["cep-conseil", "cep-accompagnement"])
    func advice(kind: String) throws {
        #expect(try judge { $0.offers = [offer("accueil-information"), offer(kind)] }.pointers == ["/services/1/kind"])
        #expect(try judge { ($0.networks, $0.offers) = (["cio"], [offer(kind)]) }.pointers == ["/services/0/kind"])
        #expect(try judge { ($0.networks, $0.offers) = (["cio", "mission-locale"], [offer(kind)]) }.pointers == [])
        #expect(try judge { $0.offers = [offer("accueil-personnalise")] }.pointers == [])
    }

    private func reading(_ body: String) throws -> Reading<StructureDraft> {
        ObjectReader.reading(try JSONValue(parsing: Array(body.utf8))) { StructureDraft($0, origin: .editor) }
    }

    @Test(
        "with what is wrong with its form, as far as the rest can be judged",
        arguments: [
            (
                #"{"networks":["nobody"],"address":{"commune":"44999"},"services":[{"kind":"cep-conseil"}]}"#,
                ["/name", "/status", "/networks/0", "/services/0/kind", "/address/commune"]
            ),
            // Of networks that cannot be read, nobody knows whether one is an operator's; of a place, where it is.
            (
                #"{"name":"S","status":"membre","region":"52","networks":["CIO"],"services":[{"kind":"cep-conseil"}]}"#,
                ["/networks/0"]
            ),
            (
                #"{"name":"S","status":"membre","region":"ZZ","networks":["nobody"],"x":1}"#,
                ["/x", "/region", "/networks/0"]
            ),
            (
                #"{"name":"S","status":"membre","address":{"commune":"4"},"participates_in":["epci:0"],"siret":"1"}"#,
                ["/address/commune", "/siret", "/participates_in/0"]
            ),
        ])
    func together(_ body: String, _ pointers: [String]) throws {
        let refusal = try #require(throws: Refusal.self) { try rules.check(try reading(body)) }
        #expect(Set(refusal.violations.map(\.pointer)) == Set(pointers))
        #expect(refusal.violations.count == pointers.count)
    }

    @Test("every violation at once, in one refusal")
    func all() throws {
        var sketch = Sketch(id: UUID.v7(), name: "S", networks: ["nobody"], commune: "44999")
        sketch.participatesIn = ["epci:000000000"]
        sketch.offers = [offer("cep-conseil", [Sketch.Zone(type: "commune", code: "00000")])]
        let refusal = try #require(throws: Refusal.self) { try rules.check(try reading(sketch.body)) }
        #expect(refusal.code == .invalidBody)
        #expect(
            Set(refusal.violations.map(\.pointer)) == [
                "/networks/0", "/address/commune", "/participates_in/0", "/services/0/kind",
                "/services/0/zones/0/code",
            ])
    }
}
