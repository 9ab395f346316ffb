import BitCollections

/// The ordinals that have something in common: listed where they are few, bits where they are many.
enum Members: Sendable {
    /// In ascending order, each once.
    case few([UInt32])
    case many(BitSet, count: Int)

    /// - Parameters:
    ///   - ordinals: in ascending order, each once.
    ///   - total: how many ordinals there are.
    init(_ ordinals: [UInt32], of total: Int) {
        self =
            ordinals.count > total / 32
            ? .many(BitSet(ordinals.lazy.map(Int.init)), count: ordinals.count) : .few(ordinals)
    }

    static let none = Members.few([])

    var count: Int {
        switch self {
        case .few(let ordinals): ordinals.count
        case .many(_, let count): count
        }
    }

    func contains(_ ordinal: Int) -> Bool {
        switch self {
        case .few(let ordinals):
            let place = ordinals.firstPlace { $0 >= UInt32(ordinal) }
            return place < ordinals.count && ordinals[place] == UInt32(ordinal)
        case .many(let bits, _): return bits.contains(ordinal)
        }
    }

    var ordinals: [UInt32] {
        switch self {
        case .few(let ordinals): ordinals
        case .many(let bits, _): bits.map { UInt32($0) }
        }
    }
}

extension RandomAccessCollection where Index == Int {
    /// The first place where a condition holds that holds everywhere behind it, too; else the end.
    func firstPlace(where condition: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if condition(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
