import Schema

/// Sums as vectors modulo a prime.
enum SumVectors {
    /// 2³¹ − 1.
    static let prime: UInt64 = (1 << 31) - 1

    /// A vector for each sum: over the leaves themselves, or, where these are more than can matter, over as many random
    /// combinations of them. What depends on others goes on depending on them; what does not is taken to do so with a
    /// probability of about 1 in 2⁶²: then one cell too many is suppressed, never one too few.
    ///
    /// - Parameter count: how many of them others can depend on at most.
    static func of(_ sums: [[Int]], leaves: Int, dependingOn count: Int) -> [[UInt32]] {
        guard leaves > count + 2 else {
            return sums.map { sum in
                var vector = [UInt32](repeating: 0, count: leaves)
                for leaf in sum { vector[leaf] = 1 }
                return vector
            }
        }
        return projected(sums, leaves: leaves, to: count + 2)
    }

    private static func projected(_ sums: [[Int]], leaves: Int, to width: Int) -> [[UInt32]] {
        var places = [[Int]](repeating: [], count: leaves)
        for (place, sum) in sums.enumerated() { for leaf in sum { places[leaf].append(place) } }
        // Fewer than 2³² leaves add up without an overflow.
        var totals = [UInt64](repeating: 0, count: sums.count * width)
        var row = [UInt64](repeating: 0, count: width)
        // The same combinations on every replica.
        var random = SplitMix64(seed: 0)
        totals.withUnsafeMutableBufferPointer { totals in
            row.withUnsafeMutableBufferPointer { row in
                for leaf in 0..<leaves {
                    for column in 0..<width { row[column] = random.next() >> 33 }
                    for place in places[leaf] {
                        let start = place * width
                        for column in 0..<width { totals[start + column] &+= row[column] }
                    }
                }
            }
        }
        return sums.indices.map { place in
            totals[(place * width)..<((place + 1) * width)].map { UInt32($0 % prime) }
        }
    }
}
