import Foundation
import Schema

/// Where a structure stands in the answer to one query: competent ones first, then the nearest, then by a hash that
/// changes every day, so that nobody is always first. The same on every replica.
struct SortKey: Sendable, Comparable, Hashable {
    /// 0 for a structure competent for the commune asked about, else 1.
    let rank: Int
    /// Squared chord on the unit sphere (grows with the distance); infinite where distance means nothing.
    let squaredChord: Double
    let tie: UInt64
    let id: UUID

    init(rank: Int, squaredChord: Double, tie: UInt64, id: UUID) {
        self.rank = rank
        self.squaredChord = squaredChord
        self.tie = tie
        self.id = id
    }

    static func < (left: SortKey, right: SortKey) -> Bool {
        if left.rank != right.rank { return left.rank < right.rank }
        if left.squaredChord != right.squaredChord { return left.squaredChord < right.squaredChord }
        if left.tie != right.tie { return left.tie < right.tie }
        return left.id.halves < right.id.halves
    }

    /// The hash of a structure for one day (days since 1970).
    static func tie(of id: UUID, on day: Int) -> UInt64 {
        let (high, low) = id.halves
        return StableHash.mix(StableHash.mix(high ^ UInt64(day)) ^ low)
    }

    /// The distance in whole metres, or nil where it means nothing.
    var metres: Int? {
        guard squaredChord.isFinite else { return nil }
        return Int((2 * Coordinate.earthRadius * asin(min(1, squaredChord.squareRoot() / 2))).rounded())
    }

    /// As a cursor carries it: exact, because the bits of the squared chord are kept.
    var text: String { "\(rank)|\(squaredChord.bitPattern)|\(tie)|\(id.text)" }

    init?(text: String) {
        let parts = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, let rank = Int(parts[0]), let bits = UInt64(parts[1]), let tie = UInt64(parts[2]),
            let id = UUID(text: parts[3])
        else { return nil }
        self.init(rank: rank, squaredChord: Double(bitPattern: bits), tie: tie, id: id)
    }
}

extension UUID {
    /// Its 128 bits, most significant first.
    var halves: (high: UInt64, low: UInt64) {
        withUnsafeBytes(of: uuid) { bytes in
            (
                UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }
}
