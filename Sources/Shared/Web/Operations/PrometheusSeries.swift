import CoreMetrics
import Synchronization

/// One line or group of lines of a metric: its values under one set of labels.
protocol PrometheusSeries: AnyObject, Sendable {
    /// Adds `name{labels} value` lines.
    func write(_ name: String, _ labels: String, to text: inout String)
}

/// A number that goes up, or up and down: counters, meters and recorders that do not aggregate.
final class PrometheusNumber: PrometheusSeries, CounterHandler, FloatingPointCounterHandler, MeterHandler,
    RecorderHandler
{
    private let bits = Atomic<UInt64>(Double.zero.bitPattern)

    func increment(by amount: Int64) { increment(by: Double(amount)) }

    func increment(by amount: Double) {
        var old = bits.load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let result = bits.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if result.exchanged { return }
            old = result.original
        }
    }

    func decrement(by amount: Double) { increment(by: -amount) }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
    func record(_ value: Int64) { set(value) }
    func record(_ value: Double) { set(value) }
    func reset() { set(0.0) }

    func write(_ name: String, _ labels: String, to text: inout String) {
        text += "\(name)\(labels) \(PrometheusText.number(Double(bitPattern: bits.load(ordering: .relaxed))))\n"
    }
}

/// How often values fell below each of a few bounds: timers, in seconds, and recorders that aggregate.
final class PrometheusHistogram: PrometheusSeries, TimerHandler, RecorderHandler {
    private struct Observations {
        /// Per bound those at or below it and above the one before; the last are above all bounds.
        var counts: [UInt64]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let observations: Mutex<Observations>

    /// - Parameter bounds: upper bounds, rising, without infinity.
    init(bounds: [Double]) {
        self.bounds = bounds
        observations = Mutex(Observations(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        // A dozen bounds: walking them is quicker than searching.
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        observations.withLock {
            $0.counts[bucket] += 1
            $0.sum += value
        }
    }

    func write(_ name: String, _ labels: String, to text: inout String) {
        let observed = observations.withLock { $0 }
        var total: UInt64 = 0
        for (bound, count) in zip(bounds, observed.counts) {
            total += count
            let labels = PrometheusText.labels(labels, and: "le", PrometheusText.number(bound))
            text += "\(name)_bucket\(labels) \(total)\n"
        }
        total += observed.counts[bounds.count]
        text += "\(name)_bucket\(PrometheusText.labels(labels, and: "le", "+Inf")) \(total)\n"
        text += "\(name)_sum\(labels) \(PrometheusText.number(observed.sum))\n"
        text += "\(name)_count\(labels) \(total)\n"
    }
}
