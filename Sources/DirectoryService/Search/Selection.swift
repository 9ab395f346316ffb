/// The first hits of a search, however many it looks at: at most so many after the cursor, in their order, each once.
struct Selection {
    struct Entry {
        let key: SortKey
        let ordinal: Int
        /// In a search of offers, which.
        let offer: Int?
        let isCompetent: Bool
    }

    private let capacity: Int
    private let after: SortKey?
    private(set) var entries: [Entry] = []

    /// - Parameter capacity: at least 1.
    init(_ capacity: Int, after: SortKey?) {
        self.capacity = capacity
        self.after = after
        entries.reserveCapacity(capacity + 1)
    }

    var isFull: Bool { entries.count == capacity }

    var last: SortKey? { entries.last?.key }

    /// Whether nothing of this rank or a later one can enter any more, from this distance on.
    func isClosed(to rank: Int, from squaredChord: Double) -> Bool {
        guard isFull, let last else { return false }
        return last.rank < rank || (last.rank == rank && last.squaredChord < squaredChord)
    }

    mutating func offer(_ entry: Entry) {
        if let after, !(after < entry.key) { return }
        if isFull, let last, !(entry.key < last) { return }
        let place = entries.firstPlace { !($0.key < entry.key) }
        if place < entries.count, entries[place].key == entry.key { return }
        entries.insert(entry, at: place)
        if entries.count > capacity { entries.removeLast() }
    }
}
