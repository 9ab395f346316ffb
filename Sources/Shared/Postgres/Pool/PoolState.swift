/// Who has which connection and who waits for one. No clock and no I/O: the pool carries out what this decides.
struct PoolState<Lease: Sendable, Waiter> {
    enum Acquisition {
        case lease(Lease)
        /// The caller may open a connection, and must then `give` it back or `drop` it.
        case slot
        case wait
        case refused
        case closed
    }

    /// What a waiter gets.
    enum Grant: Sendable {
        case lease(Lease)
        case slot
    }

    let maximumOpen: Int
    let maximumWaiting: Int
    /// The most recently used last: a pool that is larger than needed lets its first connections rest.
    private(set) var idle: [Lease] = []
    /// Connections that exist or are being opened, idle ones included.
    private(set) var open = 0
    /// First come, first served.
    private(set) var waiting: [(ticket: UInt64, waiter: Waiter)] = []
    private(set) var isClosed = false

    init(maximumOpen: Int, maximumWaiting: Int) {
        self.maximumOpen = max(1, maximumOpen)
        self.maximumWaiting = max(0, maximumWaiting)
    }

    var lent: Int { open - idle.count }

    mutating func acquire() -> Acquisition {
        guard !isClosed else { return .closed }
        if let lease = idle.popLast() { return .lease(lease) }
        if open < maximumOpen {
            open += 1
            return .slot
        }
        return waiting.count < maximumWaiting ? .wait : .refused
    }

    mutating func enqueue(_ waiter: Waiter, ticket: UInt64) { waiting.append((ticket, waiter)) }

    /// A waiter that gives up: nil if it was served before.
    mutating func leave(_ ticket: UInt64) -> Waiter? {
        guard let index = waiting.firstIndex(where: { $0.ticket == ticket }) else { return nil }
        return waiting.remove(at: index).waiter
    }

    /// A connection comes back in good order. Whom to hand it to, if anyone; nil and `keep == false`: close it.
    mutating func give(_ lease: Lease) -> (waiter: Waiter?, keep: Bool) {
        guard !isClosed else {
            open -= 1
            return (nil, false)
        }
        guard waiting.isEmpty else { return (waiting.removeFirst().waiter, true) }
        idle.append(lease)
        return (nil, true)
    }

    /// A connection is gone, or could not be opened. Who may open another in its place.
    mutating func drop() -> Waiter? {
        guard !isClosed, !waiting.isEmpty else {
            open -= 1
            return nil
        }
        return waiting.removeFirst().waiter
    }

    /// Whether a connection can be had without anybody waiting for it.
    var hasSpare: Bool { !isClosed && (!idle.isEmpty || open < maximumOpen) }

    /// Takes idle connections out, each of which must then be `drop`ped.
    mutating func takeIdle(where isTaken: (Lease) -> Bool) -> [Lease] {
        var taken: [Lease] = []
        idle.removeAll { lease in
            guard isTaken(lease) else { return false }
            taken.append(lease)
            return true
        }
        return taken
    }

    mutating func close() -> (idle: [Lease], waiting: [Waiter]) {
        isClosed = true
        open -= idle.count
        defer {
            idle = []
            waiting = []
        }
        return (idle, waiting.map(\.waiter))
    }
}
