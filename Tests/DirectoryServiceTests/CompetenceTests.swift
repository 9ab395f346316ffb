import Foundation
import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("Whom a structure serves")
struct CompetenceTests {
    private let land = Land(
        places: [
            Land.Place(
                code: "44184", name: "Saint-Nazaire", department: "44", region: "52",
                point: Sketch.Point(latitude: 47.28, longitude: -2.25), population: 71_000)
        ],
        areas: [
            Land.Area(kind: "territoire-spro", code: "52-02", name: "S", region: "52", communes: ["44184"]),
            Land.Area(kind: "epci", code: "244400644", name: "E", region: "52", communes: ["44184"]),
        ])
    private let here = Sketch.Zone(type: "departement", code: "44")
    private let elsewhere = Sketch.Zone(type: "commune", code: "44109")

    private func offer(_ kind: String, _ channels: [String], _ zones: [Sketch.Zone] = []) -> Sketch.Offer {
        Sketch.Offer(id: UUID.v7(), kind: kind, channels: channels, zones: zones)
    }

    /// For the people of 44184.
    private func competence(
        commune: String? = "44184", participatesIn: [String] = [], _ offers: [Sketch.Offer],
        asking filter: OfferFilter = OfferFilter()
    ) throws -> OfferTable.Competence {
        var sketch = Sketch(id: UUID.v7(), name: "S", commune: commune, region: commune == nil ? "52" : nil)
        sketch.participatesIn = participatesIn
        sketch.offers = offers
        let geography = land.geography
        var builder = OfferTable.Builder()
        _ = builder.append(try sketch.structure(), in: geography)
        let (table, _) = builder.table(in: [0])
        let commune = try #require(geography.commune("44184"))
        let places = table.places(geography.zoneKeys(covering: commune))
        let competence = table.competence(of: 0, for: places, OfferBits.Test(filter))
        // Whoever is competent stands in the lists by which they are found.
        #expect(!competence.isCompetent || table.serving(places, fromAfar: false).contains { $0 == [0] })
        #expect(!competence.isFromAfar || table.serving(places, fromAfar: true).contains { $0 == [0] })
        return competence
    }

    private func asking(_ question: OfferFilter.Question, _ codes: String...) -> OfferFilter {
        var filter = OfferFilter()
        filter[question] = codes
        return filter
    }

    private let near = OfferTable.Competence(isCompetent: true, isFromAfar: false)
    private let remote = OfferTable.Competence(isCompetent: true, isFromAfar: true)

    @Test("goes by the zones of its offers")
    func zones() throws {
        let reception = offer("accueil-information", ["presentiel"], [here])
        let advice = offer("cep-conseil", ["presentiel", "visio"], [elsewhere])
        #expect(try competence([reception, advice]) == near)
        #expect(try competence([reception, advice], asking: asking(.service, "cep-conseil")) == .none)
        #expect(try competence([advice]) == .none)
        #expect(try competence([offer("cep-conseil", ["visio"], [elsewhere, here])]) == remote)
    }

    @Test("goes by its territories where the offers looked at have no zones")
    func territories() throws {
        let offers = [offer("accueil-information", ["telephone"]), offer("cep-conseil", [], [elsewhere])]
        #expect(try competence(offers) == .none)
        #expect(try competence(offers, asking: asking(.service, "accueil-information")) == remote)
        #expect(try competence(offers, asking: asking(.service, "cep-conseil")) == .none)
        #expect(try competence(offers, asking: asking(.service, "accueil-information", "cep-conseil")) == .none)
        #expect(try competence([]) == near)
        let afar = [offer("accueil-information", ["telephone"])]
        #expect(try competence(commune: nil, afar) == .none)
        #expect(try competence(commune: nil, participatesIn: ["territoire-spro:52-02"], afar) == remote)
    }

    @Test("is from afar only by a modality that was asked for")
    func remoteness() throws {
        let both = offer("cep-conseil", ["presentiel", "visio"], [here])
        #expect(try competence([both]) == remote)
        #expect(try competence([both], asking: asking(.channel, "visio")) == remote)
        #expect(try competence([both], asking: asking(.channel, "presentiel")) == near)
        #expect(try competence([both], asking: asking(.channel, "telephone")) == .none)
    }
}

/// The search ranks by ``OfferTable``, at every candidate and for any question; the reporting service counts by
/// ``ServedPlaces``.
@Suite("Competence, where nothing is asked of offers")
struct CompetenceAgreementTests {
    @Test("is one rule for the search and for indicators")
    func agreement() throws {
        var random = SeededGenerator(seed: 63)
        let land = Land.random(communes: 40, &random)
        let geography = land.geography
        let structures = try SketchMaker(land: land).sketches(300, &random).map { try $0.structure() }
        var builder = OfferTable.Builder()
        for structure in structures { _ = builder.append(structure, in: geography) }
        let (table, _) = builder.table(in: Array(structures.indices))
        var counts: [Bool: Int] = [:]
        for commune in geography.communes.values {
            let places = table.places(geography.zoneKeys(covering: commune))
            let keys = geography.territories(ofCommune: commune.code).map(\.key)
            for (ordinal, structure) in structures.enumerated() {
                let draft = structure.draft
                let located = draft.address.map { geography.territories(ofCommune: $0.commune).map(\.key) } ?? []
                // Where nothing is asked, whoever says nothing of offers serves as somebody whose offer has no zone.
                let zones = draft.services.map { $0.zones.map(\.key) }
                let served = ServedPlaces(
                    offers: zones.isEmpty ? [[]] : zones, participatesIn: draft.participatesIn, locatedIn: located)
                let serves = served.serves(
                    commune: commune.code, department: commune.department, region: commune.region, territories: keys)
                let competence = table.competence(of: ordinal, for: places, OfferBits.Test(OfferFilter()))
                #expect(competence.isCompetent == serves, "\(structure.id) for \(commune.code)")
                counts[serves, default: 0] += 1
            }
        }
        #expect(counts.count == 2 && counts.values.allSatisfy { $0 > 500 }, "\(counts)")
    }
}

@Suite("What is asked of an offer")
struct OfferFilterTests {
    private func matches(_ filter: OfferFilter, _ modalities: [Sketch.Modality], audiences: [String] = []) throws
        -> Bool
    {
        var offer = Sketch.Offer(id: UUID.v7(), kind: "cep-conseil", modalities: modalities, zones: [])
        offer.audiences = audiences
        var sketch = Sketch(id: UUID.v7(), name: "S", region: "52")
        sketch.offers = [offer]
        let read = try #require(try sketch.structure().draft.services.first)
        return OfferBits.Test(filter).matches(OfferBits(read))
    }

    @Test("has a bit for every code, or the directory does not start")
    func bits() throws {
        #expect(OfferBits.outgrown() == [])
        try OutgrownVocabularies.check()
        #expect(OfferBits.outgrown(kinds: 32, audiences: 31, channels: 7, accesses: 3) == [])
        #expect(OfferBits.outgrown(kinds: 33).count == 1)
        #expect(OfferBits.outgrown(kinds: 33, audiences: 32, channels: 8, accesses: 3).count == 3)
        #expect(throws: OutgrownVocabularies.self) {
            try OutgrownVocabularies.check(OfferBits.outgrown(channels: 8, accesses: 3))
        }
    }

    @Test("channel and access are met by one and the same modality")
    func modality() throws {
        let call = Sketch.Modality(channel: "telephone", access: "rendez-vous")
        let door = Sketch.Modality(channel: "presentiel", access: "flux")
        let unsaid = Sketch.Modality(channel: "visio", access: nil)
        func asked(_ channel: String?, _ access: String?) -> OfferFilter {
            var filter = OfferFilter()
            if let channel { filter[.channel] = [channel] }
            if let access { filter[.access] = [access] }
            return filter
        }
        let all = [call, door, unsaid]
        #expect(try matches(asked("telephone", "rendez-vous"), all) && matches(asked("presentiel", "flux"), all))
        #expect(try !matches(asked("telephone", "flux"), all))
        #expect(try matches(asked("visio", nil), all) && !matches(asked("visio", "flux"), all))
        #expect(try matches(asked(nil, "flux"), all) && !matches(asked(nil, "asynchrone"), all))
        #expect(try matches(OfferFilter(), []) && !matches(asked("telephone", nil), []))
    }

    @Test("whoever serves everyone serves each audience, and not the other way round")
    func audience() throws {
        var filter = OfferFilter()
        filter[.audience] = ["salarie"]
        #expect(try matches(filter, [], audiences: ["salarie"]) && matches(filter, [], audiences: ["tout-public"]))
        #expect(try !matches(filter, [], audiences: ["scolaire"]) && !matches(filter, [], audiences: []))
        filter[.audience] = ["tout-public"]
        #expect(try !matches(filter, [], audiences: ["salarie"]))
    }
}
