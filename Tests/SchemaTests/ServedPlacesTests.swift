import Schema
import Testing

@Suite("Whom a structure serves")
struct ServedPlacesTests {
    private let own = ["territoire-spro:52-02", "epci:244400644", "departement:44"]
    private let elsewhere = ["territoire-spro:52-13"]

    private func served(_ offers: [[Zone]]) -> ServedPlaces {
        ServedPlaces(offers: offers.map { $0.map(\.key) }, participatesIn: elsewhere, locatedIn: own)
    }

    @Test("is the zones of its offers, as soon as one has any")
    func zones() {
        for offers in [[[Zone(type: "commune", code: "44184")]], [[], [Zone(type: "commune", code: "44184")]]] {
            #expect(served(offers).zones == ["commune:44184"] && served(offers).territories.isEmpty)
        }
    }

    @Test("is the territories in which it lies or takes part where no offer has a zone, nobody where no offer counts")
    func territories() {
        #expect(served([]) == .nowhere)
        for offers in [[[]], [[], []]] as [[[Zone]]] {
            #expect(served(offers).zones.isEmpty && served(offers).territories == Set(own + elsewhere))
        }
    }

    @Test("of several is what any of them serves; of no one, nowhere")
    func union() {
        let both = ServedPlaces(union: [served([[]]), served([[Zone(type: "region", code: "53")]])])
        #expect(both.zones == ["region:53"] && both.territories == Set(own + elsewhere))
        #expect(ServedPlaces(union: []) == .nowhere)
    }

    @Test("is counted face to face or from afar by what an offer says of its channels")
    func manners() throws {
        #expect(DeliveryManner.faceToFace.channels == ["presentiel"])
        #expect(Set(DeliveryManner.allCases.flatMap(\.channels)) == Set(Vocabulary.channel.codes))
    }

    @Test("reaches the communes of larger places, and tells a zone from a territory of the same spelling")
    func communes() {
        func serves(_ places: ServedPlaces) -> Bool {
            places.serves(
                commune: "44184", department: "44", region: "52",
                territories: ["territoire-spro:52-02", "epci:244400644", "bassin-vie:v"])
        }
        for zone in ["commune:44184", "epci:244400644", "departement:44", "region:52", "pays:FR"] {
            #expect(serves(ServedPlaces(zones: [zone], territories: [])), "\(zone)")
        }
        for key in ["territoire-spro:52-02", "epci:244400644", "departement:44", "bassin-vie:v"] {
            #expect(serves(ServedPlaces(zones: [], territories: [key])), "\(key)")
        }
        for key in ["territoire-spro:52-02", "commune:44109", "region:53"] {
            #expect(!serves(ServedPlaces(zones: [key], territories: [])), "\(key)")
        }
        #expect(!serves(ServedPlaces(zones: [], territories: ["commune:44184", "region:52", "territoire-spro:52-01"])))
    }
}
