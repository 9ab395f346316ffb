/// Which statements are prepared on a connection, by text and types of parameters; bounded, least recently used first
/// out.
struct StatementCache {
    struct Key: Hashable {
        let text: String
        let types: [TypeCode]
    }

    private struct Entry {
        let name: String
        var lastUse: UInt64
    }

    let capacity: Int
    private var entries: [Key: Entry] = [:]
    private var uses: UInt64 = 0
    /// Names that are out of the cache and still known to the server. To be deallocated in a pipeline of their own,
    /// when no transaction is open.
    private(set) var discarded: [String] = []

    init(capacity: Int) { self.capacity = max(capacity, 1) }

    var count: Int { entries.count }

    mutating func name(of key: Key) -> String? {
        uses += 1
        guard let index = entries.index(forKey: key) else { return nil }
        entries.values[index].lastUse = uses
        return entries.values[index].name
    }

    /// A name for a statement that is about to be prepared. No name is ever given twice.
    mutating func add(_ key: Key) -> String {
        if entries.count >= capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            remove(oldest.key, isPrepared: true)
        }
        uses += 1
        let name = "s\(uses)"
        entries[key] = Entry(name: name, lastUse: uses)
        return name
    }

    mutating func remove(_ key: Key, isPrepared: Bool) {
        guard let entry = entries.removeValue(forKey: key), isPrepared else { return }
        discarded.append(entry.name)
    }

    mutating func takeDiscarded() -> [String] {
        defer { discarded = [] }
        return discarded
    }
}
