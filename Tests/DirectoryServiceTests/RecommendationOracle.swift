import Foundation
import Schema
import Support

@testable import DirectoryService

/// A need in the plainest form: what the oracle judges, and the JSON that production reads.
struct Need: Sendable {
    var commune: String?
    var near: Sketch.Point?
    var radius: Int?
    var service = "cep-conseil"
    var audiences: [String] = []
    var situations: [String] = []
    var age: Int?
    var channels: [String] = []
    var urgency: String?
    var excludedStructures: [UUID] = []
    var excludedNetworks: [String] = []
    var limit: Int?
    var alternatives: Bool?

    var json: String {
        var json = JSONWriter()
        json.object { json in
            json.member("place") { json in
                json.object { json in
                    if let commune { json.member("commune", commune) }
                    if let near {
                        json.member("near") { json in
                            json.object { json in
                                json.member("latitude", near.latitude)
                                json.member("longitude", near.longitude)
                            }
                        }
                    }
                    if let radius { json.member("radius_km", radius) }
                }
            }
            json.member("service", service)
            if !audiences.isEmpty { json.member("audiences", audiences) }
            if !situations.isEmpty { json.member("situations", situations) }
            if let age { json.member("age", age) }
            if !channels.isEmpty { json.member("channels", channels) }
            if let urgency { json.member("urgency", urgency) }
            if !excludedStructures.isEmpty || !excludedNetworks.isEmpty {
                json.member("exclude") { json in
                    json.object { json in
                        if !excludedStructures.isEmpty { json.member("structures", excludedStructures.map(\.text)) }
                        if !excludedNetworks.isEmpty { json.member("networks", excludedNetworks) }
                    }
                }
            }
            if let limit { json.member("limit", limit) }
            if let alternatives { json.member("alternatives", alternatives) }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    var draft: NeedDraft {
        get throws { try ObjectReader.read(try JSONValue(parsing: Array(json.utf8))) { NeedDraft($0) } }
    }
}

/// Recommendations by brute force, written from the documentation.
///
/// An offer suits that is of the kind asked for, for one of the audiences (or for everyone, or silent on it), for the
/// age, by one of the channels, of a structure that is no contact point and was not excluded; within the radius (30 km),
/// in the commune itself, or for its people from afar by a channel that was asked for. Ranked: competent for the commune; made
/// for more of the situations, after these for none in particular, last for others; known to be for the audience; if
/// urgent the soonest; the nearest; the day's hash. Of each structure the best offer.
struct RecommendationOracle {
    let land: Land
    let sketches: [Sketch]

    struct Found: Equatable {
        let structure: UUID
        let offer: UUID
        let unmet: String?
    }

    private struct Candidate {
        let sketch: Sketch
        let offer: Sketch.Offer
        /// Small is better, from the first to the last.
        let rank: [Double]
        let tie: UInt64
        let distance: Double

        func precedes(_ other: Candidate) -> Bool {
            for (one, two) in zip(rank, other.rank) where one != two { return one < two }
            if tie != other.tie { return tie < other.tie }
            if sketch.id != other.sketch.id { return sketch.id.uuidString < other.sketch.id.uuidString }
            return offer.id.uuidString < other.offer.id.uuidString
        }
    }

    /// All that suit; then, where there are fewer than wanted besides, those that would do.
    func suited(_ need: Need, day: Int) -> [Found] {
        best(candidates(need, day: day)).map { Found(structure: $0.sketch.id, offer: $0.offer.id, unmet: nil) }
    }

    func alternatives(_ need: Need, day: Int, beside known: Set<UUID>, upTo count: Int) -> [Found] {
        var known = known
        var found: [Found] = []
        if !need.channels.isEmpty {
            var relaxed = need
            relaxed.channels = []
            found = best(candidates(relaxed, day: day)).filter { !known.contains($0.sketch.id) }
                .map { Found(structure: $0.sketch.id, offer: $0.offer.id, unmet: "other-channel") }
            known.formUnion(found.map(\.structure))
        }
        if found.count < count {
            var far = need
            far.radius = 30_000
            let rest = best(candidates(far, day: day))
                .filter { $0.distance.isFinite && !known.contains($0.sketch.id) }
                .sorted { ($0.distance, $0.tie) < ($1.distance, $1.tie) }.prefix(count - found.count)
            found += rest.sorted { $0.precedes($1) }
                .map { Found(structure: $0.sketch.id, offer: $0.offer.id, unmet: "beyond-radius") }
        }
        return Array(found.prefix(count))
    }

    private func best(_ candidates: [Candidate]) -> [Candidate] {
        var best: [UUID: Candidate] = [:]
        for one in candidates {
            if let other = best[one.sketch.id], other.precedes(one) { continue }
            best[one.sketch.id] = one
        }
        return best.values.sorted { $0.precedes($1) }
    }

    private func candidates(_ need: Need, day: Int) -> [Candidate] {
        let places = Dictionary(land.places.map { ($0.code, $0) }) { first, _ in first }
        func keys(_ commune: String) -> Set<String> {
            var keys = Set(places[commune].map { ["departement:\($0.department)"] } ?? [])
            for area in land.areas where area.communes.contains(commune) { keys.insert("\(area.kind):\(area.code)") }
            return keys
        }
        let home = need.commune.flatMap { places[$0] }
        let homeKeys = home.map { keys($0.code) } ?? []
        let center = need.near ?? home?.point
        var found: [Candidate] = []
        for sketch in sketches where sketch.status != "point-de-contact" {
            if need.excludedStructures.contains(sketch.id) { continue }
            if !Set(sketch.networks).isDisjoint(with: need.excludedNetworks) { continue }
            let distance = center.flatMap { center in sketch.point.map { center.metres(to: $0) } } ?? .infinity
            let isNear = distance <= Double(need.radius ?? 30) * 1000
            let own = (sketch.commune.map(keys) ?? []).union(sketch.participatesIn)
            for offer in sketch.offers where offer.kind == need.service {
                let ways = offer.modalities.filter { need.channels.isEmpty || need.channels.contains($0.channel) }
                if !need.channels.isEmpty, ways.isEmpty { continue }
                let isFor = !Set(offer.audiences).isDisjoint(with: need.audiences + ["tout-public"])
                if !need.audiences.isEmpty, !offer.audiences.isEmpty, !isFor { continue }
                if let age = need.age, age < offer.ageMin ?? 0 || age > offer.ageMax ?? 999 { continue }
                var isCompetent = false
                if let home {
                    isCompetent =
                        offer.zones.isEmpty
                        ? !own.isDisjoint(with: homeKeys)
                        : offer.zones.contains { zone in
                            switch zone.type {
                            case "commune": zone.code == home.code
                            case "departement": zone.code == home.department
                            case "region": zone.code == home.region
                            case "epci": homeKeys.contains("epci:\(zone.code)")
                            default: true
                            }
                        }
                }
                let isFromAfar = isCompetent && ways.contains { $0.channel != "presentiel" }
                let isThere = home != nil && sketch.commune == home?.code
                guard isNear || isFromAfar || isThere else { continue }
                let matched = Set(offer.situations).intersection(need.situations).count
                let situations = matched == 0 && !offer.situations.isEmpty ? -1 : matched
                let isWalkIn = ways.contains { $0.access == "flux" }
                let isOpen = (offer.openingHours ?? sketch.openingHours) == "24/7"
                let days = isWalkIn ? 0 : offer.leadTime ?? 366
                let wait =
                    switch need.urgency {
                    case "immediate"?: isWalkIn && isOpen ? 0 : 1 + days
                    case "haute"?: days
                    default: 0
                    }
                found.append(
                    Candidate(
                        sketch: sketch, offer: offer,
                        rank: [
                            home == nil || isCompetent ? 0 : 1, -Double(situations),
                            need.audiences.isEmpty || isFor ? 0 : 1, Double(wait),
                            // What lies at the same place is at the same distance, however it is computed.
                            distance.isFinite ? (distance * 1000).rounded() : .infinity,
                        ], tie: SortKey.tie(of: sketch.id, on: day), distance: distance))
            }
        }
        return found
    }
}
