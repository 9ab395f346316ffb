import Foundation
import Support

/// Draws structures of every kind over a land.
struct SketchMaker {
    let land: Land
    var networks = ["mission-locale", "cap-emploi", "apec", "cio", "mife"]
    var kinds = ["accueil-information", "accueil-personnalise", "cep-conseil", "conseil-vae", "ressources-en-ligne"]
    static let statuses = ["signataire", "membre", "membre-associe", "point-de-contact", "service-dematerialise"]
    static let channels = ["presentiel", "telephone", "visio", "en-ligne"]
    static let accesses = ["flux", "rendez-vous", "asynchrone"]
    static let audiences = ["scolaire", "salarie", "demandeur-emploi", "tout-public"]
    static let languages = ["fr", "en", "ar"]
    static let accessibility = ["acces-plain-pied", "boucle-magnetique"]
    static let labels = ["accorde", "suspendu", "aucun"]
    private static let names = [
        "Mission locale de Saint-Nazaire", "CIO d’Évreux", "Cité des métiers — l'Œuvre", "Point Accueil Écoute Jeunes",
        "Maison de l’emploi Ste-Anne", "PÔLE ORIENTATION", "MIFE de l'Aîné", "Station Stages",
        "E\u{301}tape & Cie (n° 2)",
    ]
    private static let hours = [
        "24/7", "Mo-Fr 09:00-12:30,13:30-17:00; PH off", "Tu-Sa 10:10-18:05", "We 14:00-17:00; SH Mo-Fr 10:00-16:00",
        "Mo-Fr 09:00-12:00 || \"sur rendez-vous\"", "Fr,Sa 20:00-02:00", "Nov Mo[3] 08:00-20:00", "off",
    ]
    private let keys: [String]
    private let communities: [String]

    init(land: Land) {
        self.land = land
        let departments = Set(land.places.map { "departement:\($0.department)" }).sorted()
        keys = land.areas.map { "\($0.kind):\($0.code)" } + departments
        communities = land.areas.filter { $0.kind == "epci" }.map(\.code)
    }

    func sketches(_ count: Int, _ random: inout SeededGenerator) -> [Sketch] {
        (0..<count).map { sketch($0, &random) }
    }

    private func sketch(_ index: Int, _ random: inout SeededGenerator) -> Sketch {
        let place = random.pick(land.places)
        var sketch = Sketch(id: .random(&random), name: "\(random.pick(Self.names)) \(index)")
        sketch.status = random.pick(Self.statuses)
        sketch.networks = random.some(Int.random(in: 0...2, using: &random), of: networks)
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<3: sketch.region = place.region  // nowhere to go to
        case 3..<5: sketch.commune = place.code  // an address whose point nobody knows
        case 5..<8: (sketch.commune, sketch.point) = (place.code, place.point)  // many at the very same point
        default:
            // Some lie outside the commune of their address, within the 30 km that are allowed.
            let spread = random.oneIn(12) ? 0.15 : 0.04
            if spread == 0.15 { sketch.precision = "commune" }
            (sketch.commune, sketch.point) = (
                place.code, .random(around: place.point, within: spread, &random)
            )
        }
        if random.oneIn(3) { sketch.participatesIn = random.some(Int.random(in: 1...3, using: &random), of: keys) }
        if !random.oneIn(5) { sketch.openingHours = random.pick(Self.hours) }
        sketch.languages = random.some(Int.random(in: 0...2, using: &random), of: Self.languages)
        sketch.accessibility = random.some(Int.random(in: 0...2, using: &random), of: Self.accessibility)
        if random.oneIn(2) { sketch.label = random.pick(Self.labels) }
        if random.oneIn(6) { sketch.closure = ("2026-11-16", "2026-11-17") }
        sketch.offers = (0..<Int.random(in: 0...3, using: &random)).map { _ in offer(near: place, &random) }
        return sketch
    }

    private func offer(near place: Land.Place, _ random: inout SeededGenerator) -> Sketch.Offer {
        var zones: Set<Sketch.Zone> = []
        if !random.oneIn(4) {
            for _ in 0..<Int.random(in: 1...3, using: &random) { zones.insert(zone(near: place, &random)) }
        }
        var modalities: Set<Sketch.Modality> = []
        for _ in 0..<Int.random(in: 0...2, using: &random) {
            let access = random.oneIn(4) ? nil : random.pick(Self.accesses)
            modalities.insert(Sketch.Modality(channel: random.pick(Self.channels), access: access))
        }
        var offer = Sketch.Offer(
            id: .random(&random), kind: random.pick(kinds),
            modalities: modalities.sorted { ($0.channel, $0.access ?? "") < ($1.channel, $1.access ?? "") },
            zones: zones.sorted { ($0.type, $0.code) < ($1.type, $1.code) })
        offer.audiences = random.some(Int.random(in: 0...2, using: &random), of: Self.audiences)
        if random.oneIn(4) { offer.openingHours = random.pick(Self.hours) }
        return offer
    }

    private func zone(near place: Land.Place, _ random: inout SeededGenerator) -> Sketch.Zone {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<4:
            let code = random.oneIn(2) ? place.code : random.pick(land.places).code
            return Sketch.Zone(type: "commune", code: code)
        case 4..<6 where !communities.isEmpty:
            return Sketch.Zone(type: "epci", code: random.pick(communities))
        case 6..<8: return Sketch.Zone(type: "departement", code: place.department)
        case 8: return Sketch.Zone(type: "region", code: place.region)
        default:
            return random.oneIn(3)
                ? Sketch.Zone(type: "pays", code: "FR") : Sketch.Zone(type: "departement", code: "53")
        }
    }
}
