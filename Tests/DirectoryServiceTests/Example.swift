import Foundation
import Support

/// Structures that tests know by name, in real communes of the demo data.
enum Example {
    static let mission = Sketch(
        id: UUID(uuidString: "019B76DA-A800-7725-8E42-000000000001")!, name: "Mission locale de Saint-Nazaire",
        networks: ["mission-locale"], status: "signataire", commune: "44184",
        point: Sketch.Point(latitude: 47.28148, longitude: -2.25144),
        offers: [
            Sketch.Offer(
                id: UUID(uuidString: "019B76DA-A800-7725-8E42-0000000000A1")!, kind: "cep-conseil",
                channels: ["presentiel"], zones: [Sketch.Zone(type: "commune", code: "44184")])
        ])
    static let platform = Sketch(
        id: UUID(uuidString: "019B76DA-A800-7725-8E42-000000000002")!, name: "Plateforme régionale",
        status: "service-dematerialise", region: "52",
        offers: [
            Sketch.Offer(
                id: UUID(uuidString: "019B76DA-A800-7725-8E42-0000000000A2")!, kind: "accueil-information",
                channels: ["telephone"], zones: [Sketch.Zone(type: "region", code: "52")])
        ])
    static let office = Sketch(
        id: UUID(uuidString: "019B76DA-A800-7725-8E42-000000000003")!, name: "CIO de Nantes", networks: ["cio"],
        status: "membre", commune: "44109", point: Sketch.Point(latitude: 47.23176, longitude: -1.55172))
    static let townHall = Sketch(
        id: UUID(uuidString: "019B76DA-A800-7725-8E42-000000000004")!, name: "Mairie de Saint-Nazaire",
        status: "point-de-contact", commune: "44184", point: Sketch.Point(latitude: 47.2815, longitude: -2.2515))
    static let bretonne = Sketch(
        id: UUID(uuidString: "019B76DA-A800-7725-8E42-000000000005")!, name: "Mission locale de Rennes",
        networks: ["mission-locale"], status: "membre", commune: "35238",
        point: Sketch.Point(latitude: 48.11504, longitude: -1.67956))

    static let all = [mission, platform, office, townHall, bretonne]

    /// Many around Saint-Nazaire, for lists of several pages.
    static func crowd(_ count: Int) -> [Sketch] {
        var random = SeededGenerator(seed: 99)
        return (0..<count).map { index in
            Sketch(
                id: .random(&random), name: "Structure \(index)", networks: ["cio"], commune: "44184",
                point: .random(around: Sketch.Point(latitude: 47.28, longitude: -2.25), within: 0.02, &random),
                openingHours: "24/7")
        }
    }
}
