import BitCollections
import Foundation
import Schema

/// One search over one segment: at most `limit + 1` hits after the cursor, in order (the one more tells that the list
/// goes on).
///
/// What matches where a place is asked about: structures within the radius, structures in the commune itself, and
/// those with a remote offer for it. The cost grows with what is found, not with the segment: whichever of its orders
/// leads there soonest is followed until nothing that comes later could be among the hits.
struct SegmentSearch {
    struct Hit: Sendable {
        let key: SortKey
        let ordinal: Int
        /// In a search of offers, which.
        let offer: Int?
        let isCompetent: Bool
        let segment: Segment

        /// The hours by which it is open or not.
        var hours: IndexedHours {
            offer.map { segment.hours(at: ordinal, ofOffer: $0) } ?? segment.hours(at: ordinal)
        }
    }

    private let matcher: Matcher
    private let segment: Segment
    private let query: SearchQuery

    init(_ query: SearchQuery, in segment: Segment, hidden: BitSet = [], zoneKeys: [String]) {
        matcher = Matcher(query, in: segment, hidden: hidden, zoneKeys: zoneKeys)
        self.segment = segment
        self.query = query
    }

    func hits() -> [Hit] {
        var selection = Selection(query.limit + 1, after: query.after)
        let candidates = matcher.candidates()
        switch candidates {
        case .around(let place): around(place, &selection)
        case .anywhere: anywhere(&selection)
        // Where many lie in the box, the order of the day comes to a full page sooner.
        case .within(let box, _) where !isRare(box): anywhere(&selection)
        case .few, .within: matcher.forEach(of: candidates) { consider($0, &selection) }
        }
        return selection.entries.map { entry in
            Hit(
                key: entry.key, ordinal: entry.ordinal, offer: entry.offer, isCompetent: entry.isCompetent,
                segment: segment)
        }
    }

    /// Without a place there is no distance: the day's order is followed from where the page begins.
    private func anywhere(_ selection: inout Selection) {
        let order = segment.dayOrder.ordinals(on: query.day, of: segment.ids)
        func tie(_ ordinal: UInt32) -> UInt64 { SortKey.tie(of: segment.ids[Int(ordinal)], on: query.day) }
        let first = query.after.map { after in order.firstPlace { tie($0) >= after.tie } } ?? 0
        for ordinal in order[first...] {
            if selection.isFull, let last = selection.last, last.tie < tie(ordinal) { break }
            consider(Int(ordinal), &selection)
        }
    }

    /// Whether few lie in a box, by a sample of sixty-four.
    private func isRare(_ box: BoundingBox) -> Bool {
        let points = segment.points
        guard points.count > 64 else { return true }
        return (0..<64).count { box.contains(points[$0 * points.count / 64]) } < 8
    }

    private func around(_ place: Matcher.Place, _ selection: inout Selection) {
        let numbers = place.numbers ?? []
        // Where competence does not rank, or the page begins behind all competent ones, there is one rank to look for.
        var rank = query.order == .distance || place.numbers == nil || query.after?.rank == 1 ? 1 : 0
        let competent = rank == 0 ? segment.offers.serving(numbers, fromAfar: false) : []
        let count = competent.reduce(0) { $0 + $1.count }
        // The competent ones are mostly near, and then the walk is soon over. If a part of what it costs to look at them
        // all has not been enough, they are looked at.
        var patience = rank == 0 && matcher.isSmall(count) ? (count < 64 ? 0 : max(64, count / 4)) : Int.max
        var walk = segment.tree.nearest(to: place.center, within: place.limit)
        while true {
            if patience == 0 {
                for list in competent { for ordinal in list { consider(Int(ordinal), &selection) } }
                (rank, patience) = (1, .max)
                if selection.isClosed(to: rank, from: -1) { return }
            }
            let found = walk.next { ordinal in
                patience -= 1
                return matcher.passes(ordinal)
            } until: {
                patience <= 0
            }
            guard let (ordinal, squaredChord) = found else {
                if walk.isAtEnd { break }
                patience = 0
                continue
            }
            if selection.isClosed(to: rank, from: squaredChord) { return }
            take(ordinal, squaredChord, &selection)
            patience = max(patience, 0)
        }
        guard place.numbers != nil, !selection.isClosed(to: rank, from: place.limit.nextUp) else { return }
        // Beyond the radius, or nowhere at all.
        matcher.forEachBeyondTheRadius(of: place) { consider($0, &selection) }
    }

    private func consider(_ ordinal: Int, _ selection: inout Selection) {
        guard matcher.passes(ordinal) else { return }
        take(ordinal, matcher.squaredChord(to: ordinal), &selection)
    }

    /// Offers to the selection what has passed all but the conditions of place.
    private func take(_ ordinal: Int, _ squaredChord: Double, _ selection: inout Selection) {
        switch query.subject {
        case .structures:
            guard let competence = matcher.competence(of: ordinal, squaredChord, matcher.test) else { return }
            selection.offer(entry(ordinal, nil, squaredChord, competence))
        case .services:
            for offer in segment.offers.offers(of: ordinal) where matcher.passes(ordinal, offer: offer) {
                guard let competence = matcher.competence(of: ordinal, offer: offer, squaredChord, matcher.test)
                else { continue }
                selection.offer(entry(ordinal, offer, squaredChord, competence))
            }
        }
    }

    /// The offers of one structure stand together: they have its distance and its turn of the day.
    private func entry(
        _ ordinal: Int, _ offer: Int?, _ squaredChord: Double, _ competence: OfferTable.Competence
    ) -> Selection.Entry {
        let id = segment.ids[ordinal]
        let rank = query.order == .relevance && competence.isCompetent ? 0 : 1
        return Selection.Entry(
            key: SortKey(
                rank: rank, squaredChord: squaredChord, tie: SortKey.tie(of: id, on: query.day),
                id: offer.map { segment.offers.ids[$0] } ?? id),
            ordinal: ordinal, offer: offer, isCompetent: competence.isCompetent)
    }
}
