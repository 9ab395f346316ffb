package import CoreMetrics
import Synchronization

/// The backend of swift-metrics that `/metrics` reads: `MetricsSystem.bootstrap(prometheus)` at the start of a process.
///
/// Recording takes an atomic or a short lock; creating a metric looks it up by name and labels, so what is on a hot
/// path keeps its `Counter` or `Timer`. Labels must come from small sets (routes, states, codes), never from a request:
/// a name that gains too many series loses the further ones, and `metrics_series_dropped_total` says so.
package final class PrometheusFactory: MetricsFactory {
    private enum Kind: String { case counter, gauge, histogram }

    private struct Family {
        let kind: Kind
        var series: [String: any PrometheusSeries] = [:]
    }

    private let help: [String: String]
    private let buckets: [String: [Double]]
    private let seriesPerName: Int
    private let families = Mutex<[String: Family]>([:])
    private let dropped = PrometheusNumber()

    /// Bounds for durations of requests and statements, in seconds.
    package static let durationBuckets = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]
    /// Bounds for counts and sizes whose unit is unknown here.
    package static let valueBuckets: [Double] = [1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576]

    /// - Parameters:
    ///   - help: one sentence by metric name.
    ///   - buckets: rising upper bounds by metric name, where the defaults do not fit.
    ///   - seriesPerName: how many sets of labels one name may have.
    package init(help: [String: String] = [:], buckets: [String: [Double]] = [:], seriesPerName: Int = 1_000) {
        self.help = help
        self.buckets = buckets
        self.seriesPerName = seriesPerName
    }

    /// Everything recorded so far, in the text format.
    package var text: String {
        let snapshot = families.withLock { $0 }
        var text = ""
        for (name, family) in snapshot.sorted(by: { $0.key < $1.key }) {
            text += PrometheusText.header(name, kind: family.kind.rawValue, help: help[name] ?? name)
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                series.write(name, labels, to: &text)
            }
        }
        text += PrometheusText.header(
            "metrics_series_dropped_total", kind: "counter", help: "Series not kept, for want of room or a second kind."
        )
        dropped.write("metrics_series_dropped_total", "", to: &text)
        return text
    }

    // MARK: MetricsFactory

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(.counter, label, dimensions) { _ in PrometheusNumber() }
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(.counter, label, dimensions) { _ in PrometheusNumber() }
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(.gauge, label, dimensions) { _ in PrometheusNumber() }
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return series(.gauge, label, dimensions) { _ in PrometheusNumber() } }
        return series(.histogram, label, dimensions) { name in
            PrometheusHistogram(bounds: buckets[name] ?? Self.valueBuckets)
        }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(.histogram, label, dimensions) { name in
            PrometheusHistogram(bounds: buckets[name] ?? Self.durationBuckets)
        }
    }

    package func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
    package func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

    /// The series of this name and these labels, made if it is new. Where there is no place for it, it is made all
    /// the same, but nobody will read it.
    private func series<Series: PrometheusSeries>(
        _ kind: Kind, _ label: String, _ dimensions: [(String, String)], _ make: (String) -> Series
    ) -> Series {
        let name = PrometheusText.name(label)
        let labels = PrometheusText.labels(dimensions)
        let kept = families.withLock { families -> Series? in
            var family = families[name] ?? Family(kind: kind)
            guard family.kind == kind else { return nil }
            if let known = family.series[labels] { return known as? Series }
            guard family.series.count < seriesPerName else { return nil }
            let new = make(name)
            family.series[labels] = new
            families[name] = family
            return new
        }
        if kept == nil { dropped.increment(by: 1.0) }
        return kept ?? make(name)
    }

    private func remove(_ handler: AnyObject) {
        families.withLock { families in
            families = families.mapValues { family in
                var family = family
                family.series = family.series.filter { $0.value !== handler }
                return family
            }
        }
    }
}
