import Foundation
import Schema
import Support

@testable import DirectoryService

/// The rules of the search by brute force, written from the documentation: who is found, and in which order.
///
/// - All filters hold, each by one of its values; without a status, contact points stay out.
/// - Competent for a commune: a zone of one of its offers covers it; or none of its offers has zones, and a territory
///   in which the structure lies or takes part contains it. Where kinds of service are asked for, only the offers of
///   these kinds are looked at.
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
        /// Of each offer, whether a zone of it covers the commune.
        let isCovered: [Bool]
        /// Whether a territory that the structure lies or takes part in contains the commune.
        let isInTerritory: Bool
    }

    private let sketches: [Sketch]
    private let places: [String: Land.Place]
    private let territories: [String: Set<String>]
    private var openings: [[String]: Bool] = [:]
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
                let matching = sketch.offers.indices.filter {
                    question.services.isEmpty || question.services.contains(sketch.offers[$0].kind)
                }
                func isFromAfar(_ offer: Int) -> Bool { sketch.offers[offer].channels.contains { $0 != "presentiel" } }
                let isRemote: Bool
                if matching.contains(where: { !sketch.offers[$0].zones.isEmpty }) {
                    let covering = matching.filter { serving.isCovered[$0] }
                    (isCompetent, isRemote) = (!covering.isEmpty, covering.contains(where: isFromAfar))
                } else {
                    let isIn = serving.isInTerritory
                    (isCompetent, isRemote) = (isIn, isIn && matching.contains(where: isFromAfar))
                }
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
            && (question.openAt.map { isOpen(sketch, $0) } ?? true)
            && one(question.networks) { sketch.networks.contains($0) }
            && one(question.services) { kind in sketch.offers.contains { $0.kind == kind } }
            && one(question.regions) { $0 == place?.region ?? sketch.region }
            && one(question.departments) { $0 == place?.department }
            && one(question.territories) { key in
                sketch.participatesIn.contains(key) || sketch.commune.map { territories[$0]!.contains(key) } ?? false
            }
    }

    /// By the schedule itself: the index has bits of its own, which must say the same.
    private func isOpen(_ sketch: Sketch, _ local: String) -> Bool {
        let department = sketch.commune.flatMap { places[$0]?.department }
        let key = [sketch.openingHours, department, sketch.closure?.from, local].map { $0 ?? "-" }
        if let known = openings[key] { return known }
        let answer = reckonsOpen(sketch, local, department)
        openings[key] = answer
        return answer
    }

    private func reckonsOpen(_ sketch: Sketch, _ local: String, _ department: String?) -> Bool {
        guard let text = sketch.openingHours, let hours = try? OpeningHours(parsing: text),
            let instant = try? paris(local)
        else { return false }
        let closure = sketch.closure.flatMap { closure in
            CalendarDate(text: closure.from).flatMap { from in
                CalendarDate(text: closure.to).map { from.daysSinceEpoch...$0.daysSinceEpoch }
            }
        }
        return Schedule(hours, in: LocalCalendar(department: department), closures: closure.map { [$0] } ?? []).isOpen(
            at: instant)
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
        let own = sketch.participatesIn + (sketch.commune.map { Array(territories[$0]!) } ?? [])
        return Serving(
            isCovered: sketch.offers.map { $0.zones.contains { covers($0, commune, here) } },
            isInTerritory: own.contains(where: here.contains))
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
