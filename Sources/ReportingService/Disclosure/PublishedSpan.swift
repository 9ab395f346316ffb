/// Everything that can be computed by adding and subtracting published sums, and what of each secret it leaves open.
///
/// Modulo a prime: over the rationals the answer could be another only where a determinant happens to be a multiple of
/// it, which those of sums without multiplicities are too small to meet in practice.
struct PublishedSpan {
    private static let prime = SumVectors.prime

    /// In echelon form: each has 1 at its pivot and 0 at the pivots of those before it.
    private var basis: [(pivot: Int, vector: [UInt32])] = []
    /// What the span leaves of each secret: 0 at every pivot, never 0 everywhere.
    private var residuals: [[UInt32]]

    init(secrets: [[UInt32]]) { residuals = secrets }

    /// Adds sums to what is published, all or none.
    /// - Returns: false where they would give a secret away: then nothing has changed.
    mutating func publish(_ sums: [[UInt32]]) -> Bool {
        let before = self
        for sum in sums where !publish(sum) {
            self = before
            return false
        }
        return true
    }

    private mutating func publish(_ sum: [UInt32]) -> Bool {
        var vector = sum
        for element in basis { Self.clear(&vector, at: element.pivot, by: element.vector) }
        // Everyone could already compute it.
        guard let pivot = vector.firstIndex(where: { $0 != 0 }) else { return true }
        let inverse = Self.inverse(of: UInt64(vector[pivot]))
        for index in vector.indices where vector[index] != 0 {
            vector[index] = UInt32(Self.reduced(UInt64(vector[index]) * inverse))
        }
        for index in residuals.indices where residuals[index][pivot] != 0 {
            Self.clear(&residuals[index], at: pivot, by: vector)
            if !residuals[index].contains(where: { $0 != 0 }) { return false }
        }
        basis.append((pivot, vector))
        return true
    }

    /// Subtracts the multiple of `other` (which has 1 at the pivot) that makes the pivot 0.
    private static func clear(_ vector: inout [UInt32], at pivot: Int, by other: [UInt32]) {
        guard vector[pivot] != 0 else { return }
        let complement = prime - UInt64(vector[pivot])
        vector.withUnsafeMutableBufferPointer { target in
            other.withUnsafeBufferPointer { source in
                for index in 0..<target.count {
                    target[index] = UInt32(
                        truncatingIfNeeded: reduced(UInt64(target[index]) &+ complement &* UInt64(source[index])))
                }
            }
        }
    }

    /// Modulo 2³¹ − 1, of a number below 2⁶³.
    private static func reduced(_ number: UInt64) -> UInt64 {
        let once = (number & prime) &+ (number >> 31)
        let twice = (once & prime) &+ (once >> 31)
        return twice == prime ? 0 : twice
    }

    /// By Fermat: a to the power of p − 2.
    private static func inverse(of number: UInt64) -> UInt64 {
        var (result, base, exponent): (UInt64, UInt64, UInt64) = (1, number, prime - 2)
        while exponent > 0 {
            if exponent & 1 == 1 { result = reduced(result * base) }
            base = reduced(base * base)
            exponent >>= 1
        }
        return result
    }
}
