package import Metrics
import Synchronization

/// What the edge counts: open connections and its own refusals.
package final class EdgeMetrics: Sendable {
    private let open = Atomic<Int>(0)
    private let connections: Meter
    private let refusals: [EdgeRefusal: Counter]

    package init(factory: any MetricsFactory = MetricsSystem.factory) {
        connections = Meter(label: "http_server_connections", dimensions: [], factory: factory)
        refusals = Dictionary(
            uniqueKeysWithValues: EdgeRefusal.allCases.map { refusal in
                let dimensions = [("code", refusal.rawValue)]
                return (refusal, Counter(label: "http_server_refusals_total", dimensions: dimensions, factory: factory))
            })
    }

    func count(_ refusal: EdgeRefusal) { refusals[refusal]?.increment() }

    /// - Returns: how many connections are open now, this one included.
    func opened() -> Int {
        connections.increment()
        return open.add(1, ordering: .relaxed).newValue
    }

    func closed() {
        connections.decrement()
        open.subtract(1, ordering: .relaxed)
    }
}
