/// A dictionary that holds at most `capacity` entries and forgets the one longest unused. Every operation is O(1).
package struct LeastRecentlyUsed<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Slot {
        var key: Key
        var value: Value
        /// Neighbours in order of use; -1 at the ends.
        var newer: Int
        var older: Int
    }

    private let capacity: Int
    private var slots: [Slot] = []
    private var free: [Int] = []
    private var index: [Key: Int] = [:]
    private var newest = -1
    private var oldest = -1

    package init(capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
    }

    package var count: Int { index.count }

    /// Reading a value makes it the newest.
    package subscript(key: Key) -> Value? {
        mutating get {
            guard let slot = index[key] else { return nil }
            touch(slot)
            return slots[slot].value
        }
        set {
            switch (index[key], newValue) {
            case (let slot?, let value?):
                slots[slot].value = value
                touch(slot)
            case (let slot?, nil):
                remove(slot)
            case (nil, let value?):
                if index.count == capacity { remove(oldest) }
                insert(key, value)
            case (nil, nil): break
            }
        }
    }

    private mutating func insert(_ key: Key, _ value: Value) {
        let entry = Slot(key: key, value: value, newer: -1, older: -1)
        let slot: Int
        if let reused = free.popLast() {
            slot = reused
            slots[slot] = entry
        } else {
            slot = slots.count
            slots.append(entry)
        }
        index[key] = slot
        link(slot)
    }

    private mutating func remove(_ slot: Int) {
        unlink(slot)
        index[slots[slot].key] = nil
        free.append(slot)
    }

    private mutating func touch(_ slot: Int) {
        guard slot != newest else { return }
        unlink(slot)
        link(slot)
    }

    private mutating func link(_ slot: Int) {
        slots[slot].newer = -1
        slots[slot].older = newest
        if newest >= 0 { slots[newest].newer = slot } else { oldest = slot }
        newest = slot
    }

    private mutating func unlink(_ slot: Int) {
        let (newer, older) = (slots[slot].newer, slots[slot].older)
        if newer >= 0 { slots[newer].older = older } else { newest = older }
        if older >= 0 { slots[older].newer = newer } else { oldest = newer }
    }
}
