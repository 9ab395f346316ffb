import Foundation
import Schema
import Support

@testable import DirectoryService

/// The rules of the search by brute force, written from the documentation: who is found, and in which order.
///
/// - All filters hold, each by one of its values; without a status, contact points stay out.
/// - What is asked of offers (kind, audience, channel, access) is met by one and the same offer, channel and access by
///   one and the same of its modalities. Who serves everyone serves each audience.
/// - Competent for a commune: a zone of one of its offers covers it; or none of its offers has zones, and a territory
///   in which the structure lies or takes part contains it. Only the offers that match are looked at.
/// - Around a place: whoever is within the radius (30 km unless given); with a commune also whoever has its address
///   there, and whoever serves it by an offer that can be had from afar, by a way that was asked for.
/// - Each word of a text begins a word of the name, of a network, of the commune or of an offer's kind; `st` and `ste`
///   also where they stand for a saint.
/// - Competent ones first, unless distance alone is to count, then by distance (none comes last), by the day's hash of
///   the structure, by id.
/// - Offers are found as if each were the only one of its structure; those with hours of their own are open by these.
final class SearchOracle {
    struct Found {
        /// Of the structure, or of the offer where offers are looked for.
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
    private let words: [Set<String>]
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
        let names = Dictionary(uniqueKeysWithValues: land.places.map { ($0.code, $0.name) })
        words = sketches.map { sketch -> Set<String> in
            var texts: [String] = [sketch.name] + sketch.networks
            if let commune = sketch.commune, let name = names[commune] { texts.append(name) }
            return Set(texts.flatMap { OracleWords.words(of: $0) })
        }
    }

    func answer(_ question: Question, day: Int) -> [Found] {
        let ranks = question.sort != "distance"
        return found(question, day: day).sorted { left, right in
            if ranks, left.isCompetent != right.isCompetent { return left.isCompetent }
            if left.distance != right.distance { return left.distance < right.distance }
            return left.tie != right.tie ? left.tie < right.tie : left.id.uuidString < right.id.uuidString
        }
    }

    /// How many are found with each code in place of the facet's own filter; those that nobody has are not there.
    func counts(_ facet: String, _ question: Question) -> [String: Int] {
        var counts: [String: Int] = [:]
        for code in codes(of: facet) {
            let count = found(question.asking(code, for: facet), day: 0).count
            if count > 0 { counts[code] = count }
        }
        return counts
    }

    private func codes(of facet: String) -> [String] {
        switch facet {
        case "network": Set(sketches.flatMap(\.networks)).sorted()
        case "region": Set(places.values.map(\.region) + sketches.compactMap(\.region)).sorted()
        case "department": Set(places.values.map(\.department)).sorted()
        case "language": Set(sketches.flatMap(\.languages)).sorted()
        case "service": Vocabulary.serviceKind.codes
        case "label": Label.publicStates
        case "status": Vocabulary.structureStatus.codes
        default: Vocabulary.all.first { $0.name == facet }?.codes ?? []
        }
    }

    private func found(_ question: Question, day: Int) -> [Found] {
        let center = question.near ?? question.commune.flatMap { places[$0]?.point }
        let servings = question.commune.map { serving($0) }
        let radius = Double(question.radius ?? 30) * 1000
        let asked = (question.text ?? "").split(separator: " ").flatMap { OracleWords.typed(String($0)) }
            .map(OracleWords.readings)
        var found: [Found] = []
        for (index, sketch) in sketches.enumerated() where passes(sketch, question) {
            let distance = center.flatMap { center in sketch.point.map { metres(center, $0) } } ?? .infinity
            let matching = sketch.offers.indices.filter { matches(sketch.offers[$0], question) }
            /// With these offers alone: nil if it is not found, else whether it is competent.
            func competence(_ offers: [Int]) -> Bool? {
                let isNear = center == nil || distance <= radius
                guard let serving = servings?[index] else { return isNear ? false : nil }
                func isFromAfar(_ offer: Int) -> Bool {
                    sketch.offers[offer].modalities.contains { $0.channel != "presentiel" && isAsked($0, question) }
                }
                let (isCompetent, isRemote): (Bool, Bool)
                if offers.contains(where: { !sketch.offers[$0].zones.isEmpty }) {
                    let covering = offers.filter { serving.isCovered[$0] }
                    (isCompetent, isRemote) = (!covering.isEmpty, covering.contains(where: isFromAfar))
                } else {
                    isCompetent = serving.isInTerritory
                    isRemote = isCompetent && offers.contains(where: isFromAfar)
                }
                return isNear || isRemote || sketch.commune == question.commune ? isCompetent : nil
            }
            func isNamed(_ kinds: [String]) -> Bool {
                asked.isEmpty
                    || asked.allSatisfy { readings in
                        func begins(_ word: String) -> Bool { readings.contains { word.hasPrefix($0) } }
                        return words[index].contains(where: begins)
                            || kinds.contains { OracleWords.words(ofKind: $0).contains(where: begins) }
                    }
            }
            func add(_ id: UUID, _ isCompetent: Bool) {
                let tie = tie(sketch.id, day)
                found.append(
                    Found(id: id, point: sketch.point, isCompetent: isCompetent, distance: distance, tie: tie))
            }
            if question.subject == "structures" {
                let asksOffers = ![question.services, question.audiences, question.channels, question.accesses]
                    .allSatisfy(\.isEmpty)
                guard !asksOffers || !matching.isEmpty, isNamed(sketch.offers.map(\.kind)),
                    let isCompetent = competence(matching),
                    question.openAt.map({ isOpen(sketch, sketch.openingHours, $0) }) ?? true
                else { continue }
                add(sketch.id, isCompetent)
            } else {
                for place in matching {
                    let offer = sketch.offers[place]
                    guard isNamed([offer.kind]), let isCompetent = competence([place]),
                        question.openAt.map({ isOpen(sketch, offer.openingHours ?? sketch.openingHours, $0) }) ?? true
                    else { continue }
                    add(offer.id, isCompetent)
                }
            }
        }
        return found
    }

    // MARK: Filters

    private func passes(_ sketch: Sketch, _ question: Question) -> Bool {
        func one(_ wanted: [String], _ has: (String) -> Bool) -> Bool { wanted.isEmpty || wanted.contains(where: has) }
        let place = sketch.commune.flatMap { places[$0] }
        return
            (question.statuses.isEmpty
            ? sketch.status != "point-de-contact" : question.statuses.contains(sketch.status))
            && one(question.networks) { sketch.networks.contains($0) }
            && one(question.languages) { sketch.languages.contains($0) }
            && one(question.accessibility) { sketch.accessibility.contains($0) }
            && one(question.labels) { $0 == sketch.label ?? "aucun" }
            && one(question.regions) { $0 == place?.region ?? sketch.region }
            && one(question.departments) { $0 == place?.department }
            && one(question.territories) { key in
                sketch.participatesIn.contains(key) || sketch.commune.map { territories[$0]!.contains(key) } ?? false
            }
            && isInBox(sketch.point, question)
    }

    /// To the fifth decimal, as the question spells it.
    private func isInBox(_ point: Sketch.Point?, _ question: Question) -> Bool {
        guard let box = question.box else { return true }
        guard let point else { return false }
        func whole(_ degrees: Double) -> Int { Int((degrees * 100_000).rounded()) }
        return (whole(box.south)...whole(box.north)).contains(whole(point.latitude))
            && (whole(box.west)...whole(box.east)).contains(whole(point.longitude))
    }

    private func matches(_ offer: Sketch.Offer, _ question: Question) -> Bool {
        (question.services.isEmpty || question.services.contains(offer.kind))
            && (question.audiences.isEmpty
                || offer.audiences.contains { $0 == "tout-public" || question.audiences.contains($0) })
            && (question.channels.isEmpty && question.accesses.isEmpty
                || offer.modalities.contains { isAsked($0, question) })
    }

    private func isAsked(_ modality: Sketch.Modality, _ question: Question) -> Bool {
        (question.channels.isEmpty || question.channels.contains(modality.channel))
            && (question.accesses.isEmpty || modality.access.map(question.accesses.contains) ?? false)
    }

    /// By the schedule itself: the index has bits of its own, which must say the same.
    private func isOpen(_ sketch: Sketch, _ text: String?, _ local: String) -> Bool {
        let department = sketch.commune.flatMap { places[$0]?.department }
        let key = [text, department, sketch.closure?.from, local].map { $0 ?? "-" }
        if let known = openings[key] { return known }
        let answer = reckonsOpen(sketch, text, local, department)
        openings[key] = answer
        return answer
    }

    private func reckonsOpen(_ sketch: Sketch, _ text: String?, _ local: String, _ department: String?) -> Bool {
        guard let text, let hours = try? OpeningHours(parsing: text),
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
