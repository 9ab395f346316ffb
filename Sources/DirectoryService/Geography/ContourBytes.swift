/// A contour as the database keeps it, in 32-bit big-endian numbers: how many rings; of each, twice the number of its
/// points, plus one for an outer ring; then all points, longitude before latitude.
extension Contour {
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 + rings.count * 4 + points.count * 8)
        func append(_ number: UInt32) {
            for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: number >> UInt32(shift))) }
        }
        append(UInt32(rings.count))
        for ring in rings { append(UInt32(ring.range.count) << 1 | (ring.isOuter ? 1 : 0)) }
        for point in points {
            append(UInt32(bitPattern: point.x))
            append(UInt32(bitPattern: point.y))
        }
        return bytes
    }

    /// Nil for anything that ``bytes`` does not make.
    init?(bytes: [UInt8]) {
        let numbers: [UInt32]? = bytes.withUnsafeBytes { raw in
            guard raw.count % 4 == 0, raw.count >= 4 else { return nil }
            return (0..<raw.count / 4).map {
                UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self))
            }
        }
        guard let numbers, numbers[0] < numbers.count else { return nil }
        let heads = numbers[1...].prefix(Int(numbers[0]))
        var (rings, start): ([Ring], Int) = ([], 0)
        for head in heads {
            let count = Int(head >> 1)
            rings.append(Ring(isOuter: head & 1 == 1, range: start..<start + count))
            start += count
        }
        let coordinates = numbers[(1 + heads.count)...]
        guard coordinates.count == start * 2 else { return nil }
        let points = (0..<start).map { index in
            let place = coordinates.startIndex + index * 2
            return Point(x: Int32(bitPattern: coordinates[place]), y: Int32(bitPattern: coordinates[place + 1]))
        }
        self.init(rings: rings, points: points)
    }
}
