import Foundation

/// How well an offer suits a need: the order of recommendations, and nothing else goes into it. What a structure is
/// called, which network, status or label it has, how complete its record is or when it was changed counts for nothing;
/// equals take turns by a hash that changes every day.
struct Suitability: Sendable, Comparable {
    /// Not false where no commune was given.
    let isCompetent: Bool
    /// How many of the person's situations it is made for; -1 where it is made for others.
    let situations: Int
    /// Whether it is known to be for the person's audience; true where none was asked for.
    let isForAudience: Bool
    /// How soon help can be had, as far as the urgency asks; smaller is sooner.
    let wait: Int
    /// Squared chord; infinite where distance means nothing.
    let squaredChord: Double
    let tie: UInt64
    let structure: UUID
    let offer: UUID

    static func < (left: Suitability, right: Suitability) -> Bool {
        if left.isCompetent != right.isCompetent { return left.isCompetent }
        if left.situations != right.situations { return left.situations > right.situations }
        if left.isForAudience != right.isForAudience { return left.isForAudience }
        if left.wait != right.wait { return left.wait < right.wait }
        if left.squaredChord != right.squaredChord { return left.squaredChord < right.squaredChord }
        if left.tie != right.tie { return left.tie < right.tie }
        if left.structure != right.structure { return left.structure.halves < right.structure.halves }
        return left.offer.halves < right.offer.halves
    }

    /// - Parameters:
    ///   - urgency: a code of `urgency`. Only an urgent need puts a sooner appointment before a nearer one.
    ///   - leadTimeDays: nil where nobody said it: later than anything that is said.
    static func wait(urgency: String, isWalkIn: Bool, isOpen: Bool, leadTimeDays: Int?) -> Int {
        let days = isWalkIn ? 0 : leadTimeDays ?? 366
        switch urgency {
        case "immediate": return isWalkIn && isOpen ? 0 : 1 + days
        case "haute": return days
        default: return 0
        }
    }
}
