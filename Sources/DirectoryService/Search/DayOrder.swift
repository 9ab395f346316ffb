import Foundation
import Synchronization

/// The order of a whole segment on one day, for searches without a place: sorted once a day instead of at each of them.
final class DayOrder: Sendable {
    /// By day, those asked for last at the end: a list that was begun yesterday is read to its end.
    private let known: Mutex<[(day: Int, order: [UInt32])]>

    /// Four bytes a structure each.
    static let limit = 4

    init() { known = Mutex([]) }

    func ordinals(on day: Int, of ids: [UUID]) -> [UInt32] {
        if let order = known.withLock({ Self.take(day, from: &$0) }) { return order }
        let order = ids.enumerated()
            .map { (tie: SortKey.tie(of: $0.element, on: day), ordinal: UInt32($0.offset)) }
            .sorted { ($0.tie, $0.ordinal) < ($1.tie, $1.ordinal) }
            .map(\.ordinal)
        known.withLock { known in
            known.removeAll { $0.day == day }
            known.append((day: day, order: order))
            guard known.count > Self.limit else { return }
            // Whoever reads lists of last week must not have today's sorted anew for everybody.
            let newest = known.map(\.day).max()
            if let oldest = known.firstIndex(where: { $0.day != newest }) { known.remove(at: oldest) }
        }
        return order
    }

    /// The days that are kept, for tests.
    var days: Set<Int> { known.withLock { Set($0.map(\.day)) } }

    private static func take(_ day: Int, from known: inout [(day: Int, order: [UInt32])]) -> [UInt32]? {
        guard let place = known.firstIndex(where: { $0.day == day }) else { return nil }
        if place < known.count - 1 { known.append(known.remove(at: place)) }
        return known[known.count - 1].order
    }
}
