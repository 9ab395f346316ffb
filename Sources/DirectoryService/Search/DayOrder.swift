import Foundation
import Synchronization

/// The order of a whole segment on one day, for searches without a place: sorted once a day instead of at each of them.
final class DayOrder: Sendable {
    /// The ordinals of two days at most: a list that was begun yesterday is read to its end.
    private let known: Mutex<[(day: Int, order: [UInt32])]>

    init() { known = Mutex([]) }

    func ordinals(on day: Int, of ids: [UUID]) -> [UInt32] {
        if let order = known.withLock({ $0.first { $0.day == day }?.order }) { return order }
        let order = ids.enumerated()
            .map { (tie: SortKey.tie(of: $0.element, on: day), ordinal: UInt32($0.offset)) }
            .sorted { ($0.tie, $0.ordinal) < ($1.tie, $1.ordinal) }
            .map(\.ordinal)
        known.withLock { known in
            known.removeAll { $0.day == day }
            known = known.suffix(1) + [(day: day, order: order)]
        }
        return order
    }
}
