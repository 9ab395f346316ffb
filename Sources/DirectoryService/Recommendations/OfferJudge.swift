import BitCollections
import Foundation
import Schema

/// Judges the offers of one segment's structures by a need: cheaply which suits best, and for the few that are shown, why.
struct OfferJudge {
    let segment: Segment
    let matcher: Matcher
    private let need: NeedDraft
    private let excluded: Set<UUID>
    private let now: ParisTime.Wall
    private let asked: (audiences: UInt32, situations: UInt32)
    /// What is asked of an offer, without an appointment.
    private let walkIn: OfferBits.Test

    /// An offer that suits, of a structure.
    struct Finding {
        let ordinal: Int
        let offer: Int
        let suitability: Suitability
    }

    init(_ need: NeedDraft, _ matcher: Matcher, excluding excluded: Set<UUID>, now: ParisTime.Wall) {
        (self.need, self.matcher, self.excluded, self.now) = (need, matcher, excluded, now)
        segment = matcher.segment
        // Who serves everyone serves each.
        asked = (
            OfferBits.mask(need.audiences + ["tout-public"], of: .audience),
            OfferBits.mask(need.situations, of: .situation)
        )
        var filter = matcher.query.offer
        filter[.access] = ["flux"]
        walkIn = OfferBits.Test(filter)
    }

    /// The offer of a structure that suits best; nil where none does.
    func best(of ordinal: Int) -> Finding? {
        let id = segment.ids[ordinal]
        guard !excluded.contains(id), matcher.passes(ordinal) else { return nil }
        let squaredChord = matcher.squaredChord(to: ordinal)
        let tie = SortKey.tie(of: id, on: matcher.query.day)
        var best: Finding?
        for offer in segment.offers.offers(of: ordinal) {
            guard let suitability = suitability(of: offer, of: ordinal, squaredChord, tie) else { continue }
            if let best, best.suitability < suitability { continue }
            best = Finding(ordinal: ordinal, offer: offer, suitability: suitability)
        }
        return best
    }

    private func suitability(
        of offer: Int, of ordinal: Int, _ squaredChord: Double, _ tie: UInt64
    ) -> Suitability? {
        let (bits, facts) = (segment.offers.bits[offer], segment.offers.facts[offer])
        let isForAudience = need.audiences.isEmpty || bits.audiences & asked.audiences != 0
        guard matcher.test.matches(bits), isForAudience || bits.saysNoAudience,
            need.age.map({ facts.ages.contains(UInt8($0)) }) != false,
            let competence = matcher.competence(of: ordinal, offer: offer, squaredChord, matcher.test)
        else { return nil }
        let matched = (facts.situations & asked.situations).nonzeroBitCount
        return Suitability(
            isCompetent: matcher.query.commune == nil || competence.isCompetent,
            situations: matched == 0 && facts.situations != 0 ? -1 : matched, isForAudience: isForAudience,
            wait: Suitability.wait(
                urgency: need.urgency, isWalkIn: walkIn.matches(bits), isOpen: isOpen(ordinal, offer),
                leadTimeDays: facts.leadTimeDays),
            squaredChord: squaredChord, tie: tie, structure: segment.ids[ordinal], offer: segment.offers.ids[offer])
    }

    /// Only who cannot wait is asked about the hour.
    private func isOpen(_ ordinal: Int, _ offer: Int) -> Bool {
        need.urgency == "immediate" && segment.hours(at: ordinal, ofOffer: offer).state(at: now) == .open
    }

    /// - Parameter unmet: what of the need it does not meet.
    func recommendation(_ finding: Finding, unmet: [String]) -> Recommendation {
        let suitability = finding.suitability
        return Recommendation(
            suitability: suitability, segment: segment, ordinal: finding.ordinal, offer: finding.offer,
            isCompetent: matcher.query.commune == nil ? nil : suitability.isCompetent, reasons: reasons(finding),
            unmet: unmet)
    }

    private func reasons(_ finding: Finding) -> [String] {
        let (query, suitability) = (matcher.query, finding.suitability)
        let (bits, facts) = (segment.offers.bits[finding.offer], segment.offers.facts[finding.offer])
        var reasons: [String] = []
        if query.commune != nil { reasons.append(suitability.isCompetent ? "competent" : "not-competent") }
        if matcher.place?.residents.contains(finding.ordinal) == true { reasons.append("in-the-commune") }
        if suitability.squaredChord <= nearLimit { reasons.append("near") }
        if matcher.test.matchesFromAfar(bits) { reasons.append("from-afar") }
        if !query.offer[.channel].isEmpty { reasons.append("channel") }
        reasons += audienceReasons(bits)
        if suitability.situations > 0 { reasons.append("situation") }
        if suitability.situations < 0 { reasons.append("other-situation") }
        guard need.urgency != "normale" else { return reasons }
        let isWalkIn = walkIn.matches(bits)
        if isWalkIn { reasons.append("walk-in") }
        if isOpen(finding.ordinal, finding.offer) { reasons.append("open-now") }
        if !isWalkIn { reasons.append(facts.leadTimeDays == nil ? "lead-time-unstated" : "lead-time") }
        return reasons
    }

    /// The radius of the need, whichever one was looked in.
    private var nearLimit: Double {
        SearchQuery.squaredChordLimit(kilometres: need.radiusKilometres ?? SearchQuery.defaultRadius)
    }

    private func audienceReasons(_ bits: OfferBits) -> [String] {
        if need.audiences.isEmpty { return [] }
        if bits.audiences & OfferBits.mask(need.audiences, of: .audience) != 0 { return ["audience"] }
        return [bits.saysNoAudience ? "audience-unstated" : "everyone"]
    }
}
