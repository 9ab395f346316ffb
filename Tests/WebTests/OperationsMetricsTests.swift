import CoreMetrics
import Foundation
import Hummingbird
import Logging
import Metrics
import Support
import Testing

@testable import Web

@Suite("Operations: metrics")
struct OperationsMetricsTests {
    /// The exposition without the factory's own metric, which comes last.
    private func text(_ factory: PrometheusFactory) -> String {
        factory.text.components(separatedBy: "# HELP metrics_series_dropped_total")[0]
    }

    @Test("A counter has one header and one line per set of labels, in order")
    func counter() {
        let factory = PrometheusFactory(help: ["mails_total": "Mails sent."])
        Counter(label: "mails_total", dimensions: [("to", "b")], factory: factory).increment(by: 2)
        Counter(label: "mails_total", dimensions: [("to", "a")], factory: factory).increment()
        Counter(label: "mails_total", dimensions: [("to", "b")], factory: factory).increment()
        #expect(
            text(factory) == """
                # HELP mails_total Mails sent.
                # TYPE mails_total counter
                mails_total{to="a"} 1
                mails_total{to="b"} 3

                """)
    }

    @Test("Labels in another order are the same series")
    func labelOrder() {
        let factory = PrometheusFactory()
        Counter(label: "x", dimensions: [("a", "1"), ("b", "2")], factory: factory).increment()
        Counter(label: "x", dimensions: [("b", "2"), ("a", "1")], factory: factory).increment()
        #expect(text(factory).contains("x{a=\"1\",b=\"2\"} 2\n"))
    }

    @Test("Names, labels and texts become what the format allows")
    func escaping() {
        let factory = PrometheusFactory(help: ["http_server_2xx": "back\\slash\nline \"quoted\""])
        Counter(
            label: "http.server-2xx", dimensions: [("a-b", "say \"hi\"\\\nnow é"), ("2x", "y"), ("le", "z")],
            factory: factory
        ).increment()
        Counter(label: "9lives", dimensions: [], factory: factory).increment()
        let text = text(factory)
        #expect(text.contains(##"http_server_2xx{_2x="y",a_b="say \"hi\"\\\nnow é",exported_le="z"} 1"##))
        #expect(text.contains(##"# HELP http_server_2xx back\\slash\nline "quoted""##))
        #expect(text.contains("_9lives 1\n"))
    }

    @Test("Meters and plain recorders are gauges")
    func gauge() {
        let factory = PrometheusFactory()
        let meter = Meter(label: "open", dimensions: [], factory: factory)
        meter.increment(by: 5)
        meter.decrement(by: 2.5)
        Gauge(label: "age", dimensions: [], factory: factory).record(-7)
        #expect(text(factory).contains("# TYPE open gauge\nopen 2.5\n"))
        #expect(text(factory).contains("# TYPE age gauge\nage -7\n"))
    }

    @Test("A timer is a histogram in seconds whose buckets accumulate")
    func histogram() {
        let factory = PrometheusFactory(buckets: ["took_seconds": [0.01, 0.1, 1]])
        let timer = Metrics.Timer(label: "took_seconds", dimensions: [("route", "/a")], factory: factory)
        for milliseconds in [5, 10, 50, 2000] { timer.recordMilliseconds(milliseconds) }
        #expect(
            text(factory) == """
                # HELP took_seconds took_seconds
                # TYPE took_seconds histogram
                took_seconds_bucket{route="/a",le="0.01"} 2
                took_seconds_bucket{route="/a",le="0.1"} 3
                took_seconds_bucket{route="/a",le="1"} 3
                took_seconds_bucket{route="/a",le="+Inf"} 4
                took_seconds_sum{route="/a"} 2.065
                took_seconds_count{route="/a"} 4

                """)
    }

    @Test("Numbers keep to what Prometheus reads")
    func numbers() {
        let texts = [0, -0.0, 1, 1e300, 0.1, .infinity, -.infinity, .nan].map(PrometheusText.number)
        #expect(texts == ["0", "0", "1", "1e+300", "0.1", "+Inf", "-Inf", "NaN"])
    }

    @Test("A name keeps a bounded number of series, and a name has one kind")
    func bounded() {
        let factory = PrometheusFactory(seriesPerName: 10)
        for id in 0..<25 { Counter(label: "x", dimensions: [("id", "\(id)")], factory: factory).increment() }
        Gauge(label: "x", dimensions: [("id", "0")], factory: factory).record(99)
        #expect(text(factory).components(of: "\nx{") == 10)
        #expect(factory.text.contains("metrics_series_dropped_total 16\n"))
        #expect(!factory.text.contains("99"))
    }

    @Test("A destroyed series is gone")
    func destroyed() {
        let factory = PrometheusFactory()
        let counter = Counter(label: "x", dimensions: [("a", "1")], factory: factory)
        counter.increment()
        counter.destroy()
        #expect(!factory.text.contains("x{"))
    }

    @Test("Nothing is lost when many count at once")
    func concurrent() async {
        let factory = PrometheusFactory()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let counter = Counter(label: "n", dimensions: [], factory: factory)
                    let timer = Metrics.Timer(label: "t", dimensions: [], factory: factory)
                    for _ in 0..<2_000 {
                        counter.increment()
                        timer.recordNanoseconds(1)
                    }
                }
            }
        }
        #expect(factory.text.contains("\nn 16000\n"))
        #expect(factory.text.contains("\nt_count 16000\n"))
    }

    @Test("Requests are counted by method, route template and status, never by path")
    func requests() async throws {
        let factory = PrometheusFactory()
        let metrics = EdgeMetrics(factory: factory)
        try await withEdge(metrics: metrics, requestMetrics: factory) { edge in
            let client = try edge.client()
            for path in ["/wait/1", "/wait/2", "/wait/x", "/secret/person", "/hello", "/fail"] {
                try await client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try await client.response()
            }
            _ = try await edge.exchange("BREW / HTTP/1.1\r\n\r\n")
            let text = factory.text
            #expect(
                text.contains(#"http_server_requests_total{method="GET",route="/wait/{ms}",status="200"} 2"#), "\(text)"
            )
            #expect(text.contains(#"http_server_requests_total{method="GET",route="/wait/{ms}",status="400"} 1"#))
            #expect(text.contains(#"http_server_requests_total{method="GET",route="unmatched",status="404"} 1"#))
            #expect(text.contains(#"http_server_requests_total{method="GET",route="/fail",status="500"} 1"#))
            #expect(text.contains(#"http_server_request_duration_seconds_count{method="GET",route="/wait/{ms}"} 3"#))
            #expect(text.contains(#"http_server_refusals_total{code="malformed-request"} 1"#))
            #expect(!text.contains("secret"))
            try await poll(within: .seconds(10)) { factory.text.contains("\nhttp_server_connections 1\n") }
        }
        #expect(factory.text.contains("\nhttp_server_connections 0\n"))
    }
}
