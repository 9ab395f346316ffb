import Foundation
import Testing

@testable import DirectoryService

/// Holds an answer against the oracle's: the same structures in the same order. Two different points may change places
/// where less than a hundredth of a millimetre decides, which is below what doubles tell apart by two formulas.
struct Agreement {
    private let expected: [SearchOracle.Found]

    init(_ expected: [SearchOracle.Found]) { self.expected = expected }

    func check(_ hits: [SegmentSearch.Hit], _ question: String, sourceLocation: SourceLocation = #_sourceLocation) {
        check(
            hits.map { hit in
                Item(
                    id: hit.offer.map { hit.segment.offers.ids[$0] } ?? hit.segment.ids[hit.ordinal],
                    isCompetent: hit.isCompetent, metres: hit.key.metres)
            }, question, sourceLocation: sourceLocation)
    }

    struct Item: Equatable {
        let id: UUID
        /// Nil where no commune was asked about.
        let isCompetent: Bool?
        let metres: Int?
    }

    func check(_ items: [Item], _ question: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let places = Dictionary(expected.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
        guard items.count == expected.count, Set(items.map(\.id)) == Set(places.keys) else {
            let (mine, theirs) = (Set(places.keys), Set(items.map(\.id)))
            Issue.record(
                """
                \(question): \(items.count) found (\(items.count - theirs.count) twice) where \(expected.count) match: \
                missing \(mine.subtracting(theirs).prefix(3)), too many \(theirs.subtracting(mine).prefix(3))
                """, sourceLocation: sourceLocation)
            return
        }
        for (item, expected) in zip(items, expected) {
            let same = self.expected[places[item.id]!]
            let isClose = expected.point != same.point && abs(expected.distance - same.distance) < 1e-5
            guard item.id == expected.id || (isClose && expected.isCompetent == same.isCompetent) else {
                Issue.record(
                    "\(question): \(item.id) stands where \(expected.id) belongs", sourceLocation: sourceLocation)
                return
            }
            let metres = same.distance.isFinite ? same.distance : nil
            guard item.isCompetent ?? same.isCompetent == same.isCompetent, (item.metres == nil) == (metres == nil),
                abs(Double(item.metres ?? 0) - (metres ?? 0)) <= 0.50001
            else {
                Issue.record("\(question): \(item) is said of \(same)", sourceLocation: sourceLocation)
                return
            }
        }
    }
}
