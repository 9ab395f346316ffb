import Foundation
import Support

/// The rules of the search by brute force, written from the documentation: who is found, and in which order.
///
/// - All filters hold, each by one of its values; without a status, contact points stay out.
/// - Competent for a commune: by a zone of an offer, or by a territory in which the structure takes part. An offer
///   without zones serves the structure's territories; where neither an offer nor the structure says whom it serves,
///   these are the territories of guidance and employment that it lies in. Where kinds of service are asked for, only
///   offers of these kinds make competent.
/// - Around a place: whoever is within the radius (30 km unless given); with a commune also whoever has its address
///   there, and whoever serves it by an offer that can be had from afar.
/// - Competent ones first, then by distance (none comes last), by the day's hash, by id.
final class SearchOracle {
    struct Found {
        let id: UUID
        let point: Sketch.Point?
        let isCompetent: Bool
        /// Metres; infinite where distance means nothing.
        let distance: Double
        let tie: UInt64
    }

    private struct Serving {
        /// By its offers of each kind, by taking part, and from afar.
        var kinds: Set<String> = []
        var remoteKinds: Set<String> = []
        var takesPart = false
    }

    private let sketches: [Sketch]
    private let places: [String: Land.Place]
    private let territories: [String: Set<String>]
    private var servings: [String: [Serving]] = [:]

    init(_ sketches: [Sketch], land: Land) {
        self.sketches = sketches
        places = Dictionary(uniqueKeysWithValues: land.places.map { ($0.code, $0) })
        var territories = Dictionary(
            uniqueKeysWithValues: land.places.map { ($0.code, Set(["departement:\($0.department)"])) })
        for area in land.areas {
            for commune in area.communes { territories[commune]?.insert("\(area.kind):\(area.code)") }
        }
        self.territories = territories
    }

    func answer(_ question: Question, day: Int) -> [Found] {
        let center = question.near ?? question.commune.flatMap { places[$0]?.point }
        let servings = question.commune.map { serving($0) }
        let radius = Double(question.radius ?? 30) * 1000
        var found: [Found] = []
        for (index, sketch) in sketches.enumerated() where passes(sketch, question) {
            let distance = center.flatMap { center in sketch.point.map { metres(center, $0) } } ?? .infinity
            var (isFound, isCompetent) = (center == nil || distance <= radius, false)
            if let serving = servings?[index] {
                let kinds = question.services
                let isRemote =
                    kinds.isEmpty ? !serving.remoteKinds.isEmpty : !serving.remoteKinds.isDisjoint(with: kinds)
                isCompetent =
                    kinds.isEmpty
                    ? serving.takesPart || !serving.kinds.isEmpty : !serving.kinds.isDisjoint(with: kinds)
                isFound = isFound || isRemote || sketch.commune == question.commune
            }
            guard isFound else { continue }
            found.append(
                Found(
                    id: sketch.id, point: sketch.point, isCompetent: isCompetent, distance: distance,
                    tie: tie(sketch.id, day)))
        }
        return found.sorted { left, right in
            if left.isCompetent != right.isCompetent { return left.isCompetent }
            if left.distance != right.distance { return left.distance < right.distance }
            return left.tie != right.tie ? left.tie < right.tie : left.id.uuidString < right.id.uuidString
        }
    }

    // MARK: Filters

    private func passes(_ sketch: Sketch, _ question: Question) -> Bool {
        func one(_ wanted: [String], _ has: (String) -> Bool) -> Bool { wanted.isEmpty || wanted.contains(where: has) }
        let place = sketch.commune.flatMap { places[$0] }
        return
            (question.statuses.isEmpty
            ? sketch.status != "point-de-contact" : question.statuses.contains(sketch.status))
            && one(question.networks) { sketch.networks.contains($0) }
            && one(question.services) { kind in sketch.offers.contains { $0.kind == kind } }
            && one(question.regions) { $0 == place?.region ?? sketch.region }
            && one(question.departments) { $0 == place?.department }
            && one(question.territories) { key in
                sketch.participatesIn.contains(key) || sketch.commune.map { territories[$0]!.contains(key) } ?? false
            }
    }

    // MARK: Competence

    /// What each structure does for one commune; asked for once for each commune.
    private func serving(_ commune: String) -> [Serving] {
        if let known = servings[commune] { return known }
        let answer = sketches.map { serving(commune, $0) }
        servings[commune] = answer
        return answer
    }

    private func serving(_ commune: String, _ sketch: Sketch) -> Serving {
        let here = territories[commune]!
        let saysWhom = !sketch.participatesIn.isEmpty || sketch.offers.contains { !$0.zones.isEmpty }
        let own =
            saysWhom
            ? sketch.participatesIn
            : sketch.commune.map { lies in
                territories[lies]!.filter { $0.hasPrefix("territoire-spro:") || $0.hasPrefix("bassin-emploi:") }
                    .sorted()
            } ?? []
        var serving = Serving()
        serving.takesPart = own.contains(where: here.contains)
        for offer in sketch.offers {
            let isServed =
                offer.zones.isEmpty ? serving.takesPart : offer.zones.contains { covers($0, commune, here) }
            guard isServed else { continue }
            serving.kinds.insert(offer.kind)
            if offer.channels.contains(where: { $0 != "presentiel" }) { serving.remoteKinds.insert(offer.kind) }
        }
        return serving
    }

    private func covers(_ zone: Sketch.Zone, _ commune: String, _ territories: Set<String>) -> Bool {
        switch zone.type {
        case "commune": zone.code == commune
        case "departement": zone.code == places[commune]!.department
        case "region": zone.code == places[commune]!.region
        case "epci": territories.contains("epci:\(zone.code)")
        default: true
        }
    }

    // MARK: Order

    /// Great-circle distance by haversines, in metres on a sphere of 6,371,008.8 m.
    private func metres(_ from: Sketch.Point, _ to: Sketch.Point) -> Double {
        func haversine(_ degrees: Double) -> Double { let half = sin(degrees * .pi / 360); return half * half }
        let shrink = cos(from.latitude * .pi / 180) * cos(to.latitude * .pi / 180)
        let sum = haversine(from.latitude - to.latitude) + shrink * haversine(from.longitude - to.longitude)
        return 2 * 6_371_008.8 * asin(min(1, sum.squareRoot()))
    }

    /// The day is mixed into the first half of the id, the outcome into the second (SplitMix64's finaliser).
    private func tie(_ id: UUID, _ day: Int) -> UInt64 {
        let digits = id.uuidString.filter { $0 != "-" }
        let (high, low) = (UInt64(digits.prefix(16), radix: 16)!, UInt64(digits.suffix(16), radix: 16)!)
        var first = SeededGenerator(seed: high ^ UInt64(day))
        var second = SeededGenerator(seed: first.next() ^ low)
        return second.next()
    }
}
