/// Everything that can be computed by adding and subtracting published sums, and what of each secret it leaves open:
/// vectors over the leaves, modulo the prime 2³¹ − 1.
///
/// Over the rationals the answer could be another only where a determinant happens to be a multiple of the prime, which
/// those of sums without multiplicities are too small to meet in practice.
struct PublishedSpan {
    private static let prime: UInt64 = (1 << 31) - 1

    /// In echelon form: each has 1 at its pivot and 0 at the pivots of those before it.
    private var basis: [(pivot: Int, vector: [UInt32])] = []
    /// What the span leaves of each secret: 0 at every pivot, never 0 everywhere.
    private var residuals: [[UInt32]]
    private let leaves: Int

    init(secrets: [[Int]], leaves: Int) {
        self.leaves = leaves
        residuals = secrets.map { Self.vector($0, leaves) }
    }

    /// Adds sums to what is published, all or none.
    /// - Returns: false where they would give a secret away: then nothing has changed.
    mutating func publish(_ sums: [[Int]]) -> Bool {
        let before = self
        for sum in sums where !publish(sum) {
            self = before
            return false
        }
        return true
    }

    private mutating func publish(_ sum: [Int]) -> Bool {
        var vector = Self.vector(sum, leaves)
        for element in basis { Self.clear(&vector, at: element.pivot, by: element.vector) }
        // Everyone could already compute it.
        guard let pivot = vector.firstIndex(where: { $0 != 0 }) else { return true }
        let inverse = Self.inverse(of: UInt64(vector[pivot]))
        for index in pivot..<leaves where vector[index] != 0 {
            vector[index] = UInt32(UInt64(vector[index]) * inverse % Self.prime)
        }
        for index in residuals.indices where residuals[index][pivot] != 0 {
            Self.clear(&residuals[index], at: pivot, by: vector)
            if !residuals[index].contains(where: { $0 != 0 }) { return false }
        }
        basis.append((pivot, vector))
        return true
    }

    private static func vector(_ sum: [Int], _ leaves: Int) -> [UInt32] {
        var vector = [UInt32](repeating: 0, count: leaves)
        for leaf in sum { vector[leaf] = 1 }
        return vector
    }

    /// Subtracts the multiple of `other` (which has 1 at the pivot) that makes the pivot 0.
    private static func clear(_ vector: inout [UInt32], at pivot: Int, by other: [UInt32]) {
        let factor = UInt64(vector[pivot])
        guard factor != 0 else { return }
        let complement = prime - factor
        vector.withUnsafeMutableBufferPointer { target in
            other.withUnsafeBufferPointer { source in
                for index in 0..<target.count where source[index] != 0 {
                    target[index] = UInt32((UInt64(target[index]) + complement * UInt64(source[index])) % prime)
                }
            }
        }
    }

    /// By Fermat: a to the power of p − 2.
    private static func inverse(of number: UInt64) -> UInt64 {
        var (result, base, exponent): (UInt64, UInt64, UInt64) = (1, number, prime - 2)
        while exponent > 0 {
            if exponent & 1 == 1 { result = result * base % prime }
            base = base * base % prime
            exponent >>= 1
        }
        return result
    }
}
