internal import Metrics

/// What a pool tells of itself.
struct PoolFigures: Sendable {
    private let idle: Gauge
    private let lent: Gauge
    private let waiting: Gauge
    private let refused: Counter
    private let repeated: Counter

    init(user: String) {
        idle = Gauge(label: "postgres_connections", dimensions: [("user", user), ("state", "idle")])
        lent = Gauge(label: "postgres_connections", dimensions: [("user", user), ("state", "lent")])
        waiting = Gauge(label: "postgres_callers_waiting", dimensions: [("user", user)])
        refused = Counter(label: "postgres_callers_refused_total", dimensions: [("user", user)])
        repeated = Counter(label: "postgres_transactions_repeated_total", dimensions: [("user", user)])
    }

    func countRefusal() { refused.increment() }

    /// A transaction collided with another and is tried again.
    func countRepetition() { repeated.increment() }

    func record(_ idle: Int, _ lent: Int, _ waiting: Int) {
        self.idle.record(idle)
        self.lent.record(lent)
        self.waiting.record(waiting)
    }
}
