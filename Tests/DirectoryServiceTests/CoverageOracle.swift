import Foundation

@testable import DirectoryService

/// Coverage by plain loops over sketches and places, written from the documentation.
///
/// - A structure of the region counts unless it is a contact point or a resource partner; in a region that labels
///   structures, only with the label.
/// - An offer counts if it is of a kind asked for and had face to face (from afar: by any other channel).
/// - A commune is covered if a zone of an offer that counts covers it, or if a structure none of whose offers that count
///   has a zone lies or takes part in one of its territories. Where a distance is given: if a structure with an offer
///   that counts is so near to its centroid, or has its address there.
struct CoverageOracle {
    let land: Land
    let sketches: [Sketch]
    /// Regions in which only labelled structures count.
    var labelling: Set<String> = []

    struct Found: Equatable {
        let code: String
        let population: Int
        let isCovered: Bool
        let isRemote: Bool
        /// Metres, not rounded.
        let nearest: Double?
    }

    func answer(_ region: String, services: [String] = [], maxKilometres: Int? = nil) -> [Found] {
        var keys: [String: Set<String>] = [:]
        for place in land.places { keys[place.code] = ["departement:\(place.department)"] }
        for area in land.areas { for code in area.communes { keys[code]?.insert("\(area.kind):\(area.code)") } }
        let regions = Dictionary(land.places.map { ($0.code, $0.region) }) { first, _ in first }
        let counted = sketches.filter { sketch in
            (sketch.commune.flatMap { regions[$0] } ?? sketch.region) == region
                && sketch.status != "point-de-contact" && sketch.status != "partenaire-ressource"
                && (!labelling.contains(region) || sketch.label == "accorde")
        }
        func offers(_ sketch: Sketch, remote: Bool) -> [Sketch.Offer] {
            sketch.offers.filter { offer in
                (services.isEmpty || services.contains(offer.kind))
                    && offer.modalities.contains { ($0.channel != "presentiel") == remote }
            }
        }
        func serves(_ sketch: Sketch, _ place: Land.Place, remote: Bool) -> Bool {
            let offers = offers(sketch, remote: remote)
            if offers.isEmpty { return false }
            if offers.allSatisfy(\.zones.isEmpty) {
                let own = (sketch.commune.flatMap { keys[$0] } ?? []).union(sketch.participatesIn)
                return !own.isDisjoint(with: keys[place.code] ?? [])
            }
            return offers.flatMap(\.zones).contains { zone in
                switch zone.type {
                case "commune": zone.code == place.code
                case "departement": zone.code == place.department
                case "region": zone.code == place.region
                case "epci": keys[place.code]?.contains("epci:\(zone.code)") == true
                default: true
                }
            }
        }
        let sites = counted.filter { !offers($0, remote: false).isEmpty }
        return land.places.filter { $0.region == region && $0.population > 0 }.map { place in
            let nearest = sites.compactMap { site in site.point.map { $0.metres(to: place.point) } }.min()
            let isCovered =
                maxKilometres.map { limit in
                    nearest.map { $0 <= Double(limit) * 1000 } == true || sites.contains { $0.commune == place.code }
                } ?? counted.contains { serves($0, place, remote: false) }
            return Found(
                code: place.code, population: place.population, isCovered: isCovered,
                isRemote: counted.contains { serves($0, place, remote: true) }, nearest: nearest)
        }.sorted { $0.code < $1.code }
    }
}

extension Sketch.Point {
    /// By the haversine formula.
    func metres(to other: Sketch.Point) -> Double {
        func half(_ degrees: Double) -> Double { sin(degrees * .pi / 360) }
        let (vertical, horizontal) = (half(latitude - other.latitude), half(longitude - other.longitude))
        let shrink = cos(latitude * .pi / 180) * cos(other.latitude * .pi / 180)
        return 2 * 6_371_008.8 * asin(min(1, (vertical * vertical + shrink * horizontal * horizontal).squareRoot()))
    }
}
