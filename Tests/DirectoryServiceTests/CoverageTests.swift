import Foundation
import Schema
import Testing

@testable import DirectoryService

@Suite("Whom a structure serves")
struct CoverageTests {
    private let land = Land(
        places: [
            Land.Place(
                code: "44184", name: "Saint-Nazaire", department: "44", region: "52",
                point: Sketch.Point(latitude: 47.28, longitude: -2.25), population: 71_000)
        ],
        areas: [
            Land.Area(kind: "territoire-spro", code: "52-02", name: "S", region: "52", communes: ["44184"]),
            Land.Area(kind: "bassin-emploi", code: "b", name: "B", region: "52", communes: ["44184"]),
            Land.Area(kind: "bassin-vie", code: "v", name: "V", region: "52", communes: ["44184"]),
            Land.Area(kind: "epci", code: "244400644", name: "E", region: "52", communes: ["44184"]),
        ])
    private let any = Structure.anything
    private let reception = Structure.mask(ofKinds: ["accueil-information"])
    private let advice = Structure.mask(ofKinds: ["cep-conseil"])

    private func offer(_ kind: String, _ channels: [String], _ zones: [Sketch.Zone] = []) -> Sketch.Offer {
        Sketch.Offer(id: UUID.v7(), kind: kind, channels: channels, zones: zones)
    }

    private func coverage(
        commune: String? = "44184", participatesIn: [String] = [], _ offers: [Sketch.Offer]
    ) throws -> [String: Structure.Coverage] {
        var sketch = Sketch(id: UUID.v7(), name: "S", commune: commune, region: commune == nil ? "52" : nil)
        sketch.participatesIn = participatesIn
        sketch.offers = offers
        return try sketch.structure().coverage(in: land.geography)
    }

    @Test("gives every kind of service a bit of its own")
    func masks() {
        let masks = Vocabulary.serviceKind.codes.map { Structure.mask(ofKinds: [$0]) } + [any]
        #expect(masks.allSatisfy { $0.nonzeroBitCount == 1 })
        #expect(masks.reduce(0, |).nonzeroBitCount == masks.count)
        #expect(Structure.mask(ofKinds: ["accueil-information", "cep-conseil"]) == reception | advice)
        #expect(Structure.mask(ofKinds: ["unknown"]) == 0)
    }

    @Test("is the zones of its offers, each with its own kinds")
    func zones() throws {
        let department = Sketch.Zone(type: "departement", code: "44")
        let region = Sketch.Zone(type: "region", code: "52")
        let coverage = try coverage([
            offer("accueil-information", ["presentiel"], [department]),
            offer("cep-conseil", ["presentiel", "visio"], [department, region]),
        ])
        #expect(
            coverage == [
                "departement:44": .init(kinds: any | reception | advice, remoteKinds: any | advice),
                "region:52": .init(kinds: any | advice, remoteKinds: any | advice),
            ])
    }

    @Test("is the territories it lies and takes part in, for the kinds whose offers have no zones")
    func territories() throws {
        let coverage = try coverage(
            participatesIn: ["bassin-vie:elsewhere"],
            [
                offer("accueil-information", ["telephone"]),
                offer("cep-conseil", [], [Sketch.Zone(type: "pays", code: "FR")]),
            ])
        let territory = Structure.Coverage(
            kinds: any | reception | advice, remoteKinds: any | reception, zonedKinds: any | advice)
        #expect(
            coverage == [
                "in bassin-vie:elsewhere": territory, "in territoire-spro:52-02": territory,
                "in bassin-emploi:b": territory, "in bassin-vie:v": territory, "in epci:244400644": territory,
                "in departement:44": territory, "pays:FR": .init(kinds: any | advice),
            ])
        // Asked for anything, or for advice, it goes by its zones; asked for reception alone, by its territories.
        #expect(territory.serves(reception) && territory.servesRemotely(reception))
        #expect(!territory.serves(any) && !territory.serves(advice) && !territory.serves(reception | advice))
    }

    @Test("is no territory where every kind has zones, and all of them where it offers nothing yet")
    func edges() throws {
        let elsewhere = offer("cep-conseil", [], [Sketch.Zone(type: "commune", code: "44109")])
        let same = offer("cep-conseil", ["telephone"])
        #expect(try Array(coverage([elsewhere, same]).keys) == ["commune:44109"])
        #expect(try coverage([])["in departement:44"] == .init(kinds: any))
        #expect(try coverage(commune: nil, [offer("accueil-information", ["telephone"])]).isEmpty)
    }
}
