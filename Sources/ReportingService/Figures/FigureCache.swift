import Schema

/// The tables that were computed last: one computation for all who ask for the same, and one at a time.
actor FigureCache {
    struct Key: Hashable, Sendable {
        /// The definition, by its version and its text.
        let indicator: String
        /// Of one of its parts.
        let population: String
        let region: String
        let period: Period
        /// Of the data from which it is to be computed.
        let position: String
        /// Of a state, the periods at whose ends it is read.
        var moments: [Period] = []
        /// While the year runs, the day by which it is judged: tomorrow's table is another one.
        var day: CalendarDate?
    }

    struct Entry: Sendable {
        let table: FigureTable
        /// Of the data from which it was computed: at least as new as was asked for. Until when they had been read then
        /// is not kept: it moves on where nothing comes in, and the table stays right.
        let position: String
        /// Whether a source was being read anew.
        let isPartial: Bool
    }

    private let executor = FigureExecutor()
    private var tasks: [Key: Task<Entry, any Error>] = [:]
    private var order: [Key] = []
    /// The computation that was asked for last: the next one begins after it.
    private var last: Task<Entry, any Error>?
    private var underWay = 0
    private let capacity: Int
    private let queueLimit: Int

    /// - Parameter queueLimit: computations that run or wait; more are refused.
    init(capacity: Int = 64, queueLimit: Int = 32) {
        self.capacity = capacity
        self.queueLimit = queueLimit
    }

    /// - Parameter compute: holds the rows of a region's year, so one runs at a time, away from the shared threads.
    /// - Throws: ``Refusal`` `unavailable` where too many are waiting.
    func entry(_ key: Key, _ compute: @escaping @Sendable () async throws -> Entry) async throws -> Entry {
        if let task = tasks[key] { return try await task.value }
        guard underWay < queueLimit else { throw Self.busy }
        let task = Task.detached(executorPreference: executor) { [last] in
            _ = await last?.result
            return try await compute()
        }
        last = task
        tasks[key] = task
        order.append(key)
        if order.count > capacity { tasks[order.removeFirst()] = nil }
        underWay += 1
        defer { underWay -= 1 }
        do {
            return try await task.value
        } catch {
            tasks[key] = nil
            order.removeAll { $0 == key }
            throw error
        }
    }

    private static let busy = Refusal(
        .unavailable,
        detail: LocalizedText(
            fr: "Trop de tableaux sont en cours de calcul.", en: "Too many tables are being computed."),
        retryAfter: 5)
}
