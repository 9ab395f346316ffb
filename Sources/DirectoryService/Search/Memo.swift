/// What was made of the directory at one moment, kept while there is room: made once, however many ask for it at the same
/// time, and beside whatever else is going on.
actor Memo<Key: Hashable & Sendable, Value: Sendable> {
    private struct Entry {
        let making: Task<Value, Never>
        /// When it was asked for last, in requests.
        var turn: Int
        /// Nil while it is being made.
        var weight: Int?
    }

    private let room: Int
    private let weight: @Sendable (Value) -> Int
    private var entries: [Key: Entry] = [:]
    private var turn = 0

    /// - Parameters:
    ///   - room: for how much; the latest is kept, however large.
    ///   - weight: of a value.
    init(room: Int, weight: @escaping @Sendable (Value) -> Int) {
        self.room = room
        self.weight = weight
    }

    /// - Parameters:
    ///   - key: says all that the value depends on.
    ///   - make: is not kept once it has made the value, nor is what it was made of.
    func value(of key: Key, _ make: @escaping @Sendable () -> Value) async -> Value {
        turn += 1
        if let known = entries[key] {
            entries[key]?.turn = turn
            return await known.making.value
        }
        let making = Task.detached { make() }
        entries[key] = Entry(making: making, turn: turn)
        let value = await making.value
        entries[key]?.weight = weight(value)
        forget(beside: key)
        return value
    }

    /// Those that were asked for longest ago.
    private func forget(beside latest: Key) {
        var total = entries.values.reduce(0) { $0 + ($1.weight ?? 0) }
        while total > room, let oldest = oldest(beside: latest) {
            total -= entries.removeValue(forKey: oldest)?.weight ?? 0
        }
    }

    private func oldest(beside latest: Key) -> Key? {
        entries.filter { $0.key != latest && $0.value.weight != nil }.min { $0.value.turn < $1.value.turn }?.key
    }
}
