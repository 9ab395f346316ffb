import BitCollections
import Foundation
import Schema

/// Finds who suits a need, over one moment of the directory: each structure once, by the offer that suits best.
struct Recommending {
    private let need: NeedDraft
    private let query: SearchQuery
    private let snapshot: Snapshot
    private let excluded: Set<UUID>
    private let now: ParisTime.Wall
    private let asked: (audiences: UInt32, situations: UInt32)

    /// - Parameters:
    ///   - commune: today's commune of the need's.
    ///   - excluded: structures that stand today.
    init(
        _ need: NeedDraft, for commune: Commune?, in snapshot: Snapshot, excluding excluded: Set<UUID>,
        now: ParisTime.Wall
    ) {
        var query = SearchQuery(day: now.day)
        query.subject = .services
        query.commune = commune
        query.center = need.near ?? commune?.centroid
        query.radiusKilometres = need.radiusKilometres ?? SearchQuery.defaultRadius
        query.filters = [SearchQuery.Filter(trait: .status, values: ["point-de-contact"], excludes: true)]
        if !need.excludedNetworks.isEmpty {
            query.filters.append(
                SearchQuery.Filter(trait: .network, values: need.excludedNetworks, excludes: true))
        }
        query.offer[.service] = [need.service]
        query.offer[.channel] = need.channels
        (self.need, self.query, self.snapshot, self.excluded, self.now) = (need, query, snapshot, excluded, now)
        // Who serves everyone serves each.
        asked = (
            OfferBits.mask(need.audiences + ["tout-public"], of: .audience),
            OfferBits.mask(need.situations, of: .situation)
        )
    }

    /// Those who meet the need, the best suited first.
    func suited() -> [Recommendation] { best(of: around(query), unmet: []) }

    /// Who would do where the others cannot: by another channel, or farther away.
    ///
    /// - Parameters:
    ///   - known: structures that meet the need.
    ///   - count: how many are wanted at most.
    func alternatives(beside known: Set<UUID>, upTo count: Int) -> [Recommendation] {
        var known = known
        var found: [Recommendation] = []
        if !need.channels.isEmpty {
            var relaxed = query
            relaxed.offer[.channel] = []
            found = best(of: around(relaxed), unmet: ["other-channel"]).filter { !known.contains($0.structure) }
            known.formUnion(found.map(\.structure))
        }
        if found.count < count {
            found += best(of: beyond(count - found.count, known), unmet: ["beyond-radius"])
        }
        return Array(found.prefix(count))
    }

    private func best(of all: [Recommendation], unmet: [String]) -> [Recommendation] {
        var best: [UUID: Recommendation] = [:]
        for one in all {
            if let other = best[one.structure], other.suitability < one.suitability { continue }
            best[one.structure] = one
        }
        return best.values.sorted { $0.suitability < $1.suitability }.map { one in
            Recommendation(
                suitability: one.suitability, segment: one.segment, ordinal: one.ordinal, offer: one.offer,
                isCompetent: one.isCompetent, reasons: one.reasons, unmet: unmet)
        }
    }

    private var zoneKeys: [String] { query.commune.map(snapshot.geography.zoneKeys(covering:)) ?? [] }

    /// Whoever a search would find: within the radius, in the commune itself, or for its people from afar.
    private func around(_ query: SearchQuery) -> [Recommendation] {
        snapshot.parts.flatMap { segment, hidden in
            let matcher = Matcher(query, in: segment, hidden: hidden, zoneKeys: zoneKeys)
            guard let place = matcher.place else { return [Recommendation]() }
            var ordinals: Set<Int> = []
            segment.tree.forEach(within: place.limit, of: place.center) { ordinal, _ in ordinals.insert(ordinal) }
            for list in segment.offers.serving(place.numbers ?? [], fromAfar: true) {
                ordinals.formUnion(list.map(Int.init))
            }
            ordinals.formUnion(place.residents.ordinals.map(Int.init))
            let walkIn = Self.walkIn(query)
            return ordinals.flatMap { judged($0, by: matcher, segment, walkIn) }
        }
    }

    /// The nearest beyond the radius, in no order.
    private func beyond(_ count: Int, _ known: Set<UUID>) -> [Recommendation] {
        var far = query
        far.radiusKilometres = 20_000
        let found = snapshot.parts.flatMap { segment, hidden in
            let matcher = Matcher(far, in: segment, hidden: hidden, zoneKeys: zoneKeys)
            guard let place = matcher.place else { return [Recommendation]() }
            var walk = segment.tree.nearest(to: place.center, within: place.limit)
            let walkIn = Self.walkIn(far)
            var (found, last): ([[Recommendation]], Double) = ([], -1)
            while let (ordinal, squaredChord) = walk.next(where: matcher.passes) {
                // Of several at the same place none is the first that comes along.
                if found.count >= count, squaredChord > last { break }
                guard !known.contains(segment.ids[ordinal]) else { continue }
                let offers = judged(ordinal, by: matcher, segment, walkIn)
                if offers.isEmpty { continue }
                found.append(offers)
                last = squaredChord
            }
            return found.flatMap(\.self)
        }
        let nearest = Dictionary(grouping: found, by: \.structure).values.sorted {
            ($0[0].suitability.squaredChord, $0[0].suitability.tie)
                < ($1[0].suitability.squaredChord, $1[0].suitability.tie)
        }
        return nearest.prefix(count).flatMap(\.self)
    }

    /// What is asked of an offer, without an appointment.
    private static func walkIn(_ query: SearchQuery) -> OfferBits.Test {
        var filter = query.offer
        filter[.access] = ["flux"]
        return OfferBits.Test(filter)
    }

    /// The offers of a structure that suit.
    private func judged(
        _ ordinal: Int, by matcher: Matcher, _ segment: Segment, _ walkIn: OfferBits.Test
    ) -> [Recommendation] {
        let id = segment.ids[ordinal]
        guard !excluded.contains(id), matcher.passes(ordinal) else { return [] }
        let squaredChord = matcher.squaredChord(to: ordinal)
        return segment.offers.offers(of: ordinal).compactMap { offer in
            let (bits, facts) = (segment.offers.bits[offer], segment.offers.facts[offer])
            let isForAudience = need.audiences.isEmpty || bits.audiences & asked.audiences != 0
            guard matcher.test.matches(bits), isForAudience || bits.saysNoAudience,
                need.age.map({ facts.ages.contains(UInt8($0)) }) != false,
                let competence = matcher.competence(of: ordinal, offer: offer, squaredChord, matcher.test)
            else { return nil }
            let matched = (facts.situations & asked.situations).nonzeroBitCount
            let isWalkIn = walkIn.matches(bits)
            let isOpen =
                need.urgency == "immediate" && segment.hours(at: ordinal, ofOffer: offer).state(at: now) == .open
            let suitability = Suitability(
                isCompetent: query.commune == nil || competence.isCompetent,
                situations: matched == 0 && facts.situations != 0 ? -1 : matched, isForAudience: isForAudience,
                wait: Suitability.wait(
                    urgency: need.urgency, isWalkIn: isWalkIn, isOpen: isOpen, leadTimeDays: facts.leadTimeDays),
                squaredChord: squaredChord, tie: SortKey.tie(of: id, on: query.day), structure: id,
                offer: segment.offers.ids[offer])
            var reasons: [String] = []
            if query.commune != nil { reasons.append(competence.isCompetent ? "competent" : "not-competent") }
            if matcher.place?.residents.contains(ordinal) == true { reasons.append("in-the-commune") }
            if squaredChord <= query.squaredChordLimit { reasons.append("near") }
            if matcher.test.matchesFromAfar(bits) { reasons.append("from-afar") }
            if !matcher.query.offer[.channel].isEmpty { reasons.append("channel") }
            reasons += audienceReasons(bits)
            if matched > 0 { reasons.append("situation") }
            if suitability.situations < 0 { reasons.append("other-situation") }
            if need.urgency != "normale" {
                if isWalkIn { reasons.append("walk-in") }
                if isOpen { reasons.append("open-now") }
                if !isWalkIn { reasons.append(facts.leadTimeDays == nil ? "lead-time-unstated" : "lead-time") }
            }
            return Recommendation(
                suitability: suitability, segment: segment, ordinal: ordinal, offer: offer,
                isCompetent: query.commune == nil ? nil : competence.isCompetent, reasons: reasons, unmet: [])
        }
    }

    private func audienceReasons(_ bits: OfferBits) -> [String] {
        if need.audiences.isEmpty { return [] }
        if bits.audiences & OfferBits.mask(need.audiences, of: .audience) != 0 { return ["audience"] }
        return [bits.saysNoAudience ? "audience-unstated" : "everyone"]
    }
}
