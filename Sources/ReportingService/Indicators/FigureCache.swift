import Schema

/// The tables that were computed last: one computation for all who ask for the same while it runs.
actor FigureCache {
    struct Key: Hashable, Sendable {
        let indicator: String
        let region: String
        let period: Period
        /// Of the data from which it is to be computed.
        let position: String
    }

    struct Entry: Sendable {
        let table: FigureTable
        /// Of the data from which it was computed: at least as new as was asked for.
        let standing: DataStanding
    }

    private var tasks: [Key: Task<Entry, any Error>] = [:]
    private var order: [Key] = []
    private let capacity: Int

    init(capacity: Int = 64) { self.capacity = capacity }

    func entry(_ key: Key, _ compute: @escaping @Sendable () async throws -> Entry) async throws -> Entry {
        if let task = tasks[key] { return try await task.value }
        let task = Task { try await compute() }
        tasks[key] = task
        order.append(key)
        if order.count > capacity { tasks[order.removeFirst()] = nil }
        do {
            return try await task.value
        } catch {
            tasks[key] = nil
            order.removeAll { $0 == key }
            throw error
        }
    }
}
