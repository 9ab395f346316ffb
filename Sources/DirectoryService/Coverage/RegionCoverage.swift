import BitCollections
import Charters
import Foundation
import Schema

/// Whom the operators of a region reach, all of them together (Normandie: «par l'association de tous les opérateurs, la
/// couverture intégrale du territoire régional»): commune by commune, face to face, and apart from it from afar.
///
/// A commune is reached where a recognised structure of the region serves it by a face-to-face offer
/// (``ServedPlaces``); where a distance was asked for, where such a structure is so near to its centroid, or in it.
struct RegionCoverage: Sendable {
    struct Question: Sendable {
        let region: String
        /// Codes of `service_kind` of which an offer must have one; any where there is none.
        var services: [String] = []
        var maxKilometres: Int?
    }

    /// A commune that counts, with what it has.
    struct Place: Sendable {
        let commune: Commune
        /// Key of its territory of the region's kind.
        let territory: String?
        let isCovered: Bool
        let isCoveredFromAfar: Bool
        /// From its centroid to the nearest of the structures that count, in whole metres; nil where there is none.
        let nearest: Int?
    }

    let question: Question
    /// The kind of territory into which the region's charter divides it.
    let territoryKind: String
    /// In the order of their codes.
    let places: [Place]
    /// Communes whose population is not known: nobody lives in none, so they do not count until they are corrected.
    let refused: [Commune]
    /// How many structures there are that count, face to face.
    let operators: Int

    init(_ question: Question, in snapshot: Snapshot, charters: CharterSet) {
        let geography = snapshot.geography
        let recognition = charters.recognition(in: question.region)
        let kind = charters.charters[question.region]?.territories.first?.kind ?? "territoire-spro"
        let parts = snapshot.parts.map { segment, hidden in
            Part(segment, hidden: hidden, question, recognition)
        }
        let near = ServedPlaces(union: parts.flatMap { $0.served(.faceToFace) })
        let remote = ServedPlaces(union: parts.flatMap { $0.served(.remote) })
        let sites = PointTree.build(parts.flatMap(\.sites)).tree
        let reach = question.maxKilometres.map(SearchQuery.squaredChordLimit)
        let communes = geography.communes.values.filter { $0.region == question.region }.sorted { $0.code < $1.code }
        places = communes.filter { $0.population > 0 }.map { commune in
            let keys = geography.territories(ofCommune: commune.code).map(\.key)
            func isServed(by places: ServedPlaces) -> Bool {
                places.serves(
                    commune: commune.code, department: commune.department, region: commune.region, territories: keys)
            }
            var walk = sites.nearest(to: UnitVector(commune.centroid), within: 4)
            let nearest = walk.next { _ in true }?.squaredChord
            let isNear = reach.map { limit in
                nearest.map { $0 <= limit } == true || parts.contains { $0.has(residentIn: commune.code) }
            }
            return Place(
                commune: commune, territory: keys.first { $0.hasPrefix(kind + ":") },
                isCovered: isNear ?? isServed(by: near), isCoveredFromAfar: isServed(by: remote),
                nearest: nearest.map { squaredChord in
                    Int((2 * Coordinate.earthRadius * asin(min(1, squaredChord.squareRoot() / 2))).rounded())
                })
        }
        refused = communes.filter { $0.population <= 0 }
        operators = parts.reduce(0) { $0 + $1.faceToFace.count }
        (self.question, territoryKind) = (question, kind)
    }

    /// The recognised structures of the region in one segment.
    private struct Part {
        private let segment: Segment
        private let services: [String]
        private let recognised: [Int]
        /// Those with an offer that counts.
        let faceToFace: Set<Int>

        init(_ segment: Segment, hidden: BitSet, _ question: Question, _ recognition: Recognition) {
            let (statuses, labels) = (segment.column(.status), segment.column(.label))
            func code(of ordinal: Int, in column: TraitColumn) -> String {
                column.values(at: ordinal).first.map { column.codes[Int($0)] } ?? ""
            }
            let test = Self.test(.faceToFace, question.services)
            recognised = segment.column(.region).members(of: question.region).ordinals.map(Int.init).filter { ordinal in
                !hidden.contains(ordinal)
                    && recognition.counts(
                        status: code(of: ordinal, in: statuses), labelState: code(of: ordinal, in: labels))
            }
            faceToFace = Set(recognised.filter { segment.offers.matches($0, test) })
            (self.segment, services) = (segment, question.services)
        }

        func served(_ manner: DeliveryManner) -> [ServedPlaces] {
            let test = Self.test(manner, services)
            return recognised.map { segment.offers.served(by: $0, test) }
        }

        /// Where those are that have a place.
        var sites: [UnitVector] { faceToFace.filter { $0 < segment.points.count }.map { segment.tree.points[$0] } }

        func has(residentIn commune: String) -> Bool {
            segment.residents[commune]?.contains { faceToFace.contains(Int($0)) } == true
        }

        private static func test(_ manner: DeliveryManner, _ services: [String]) -> OfferBits.Test {
            var filter = OfferFilter()
            filter[.service] = services
            filter[.channel] = manner.channels
            return OfferBits.Test(filter)
        }
    }
}

extension RegionCoverage {
    /// People, and how many of them are reached.
    struct Share: Sendable, Equatable {
        private(set) var population = 0
        private(set) var covered = 0
        private(set) var coveredFromAfar = 0

        init(of places: some Sequence<Place>) {
            for place in places {
                population += place.commune.population
                if place.isCovered { covered += place.commune.population }
                if place.isCoveredFromAfar { coveredFromAfar += place.commune.population }
            }
        }
    }

    var uncovered: [Place] { places.filter { !$0.isCovered } }

    /// By territory of the region's kind, in the order of their keys; first, without a key, what lies in none.
    var territories: [(key: String?, share: Share)] {
        Dictionary(grouping: places) { $0.territory ?? "" }.sorted { $0.key < $1.key }.map { key, places in
            (key.isEmpty ? nil : key, Share(of: places))
        }
    }

    /// Distances of the people to the nearest structure; of nobody where there is none.
    var distances: WeightedValues {
        WeightedValues(places.compactMap { place in place.nearest.map { ($0, place.commune.population) } })
    }
}
