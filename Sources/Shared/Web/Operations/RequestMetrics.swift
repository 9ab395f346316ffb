package import Hummingbird
package import Metrics
import Synchronization

/// Counts requests and their durations, by route template: never by raw path, which clients choose.
///
/// The duration ends when the response's head is known; what streams afterwards is not in it. Put it outside the
/// middleware that turns errors into problems, so that it sees the status that the client gets.
package struct RequestMetrics<Context: RequestContext>: RouterMiddleware {
    private let cache: MetricsByRoute

    package init(factory: any MetricsFactory = MetricsSystem.factory) { cache = MetricsByRoute(factory: factory) }

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        do {
            let response = try await next(request, context)
            cache.record(request.method, context.endpointPath, response.status, since: start)
            return response
        } catch {
            let status = (error as? any HTTPResponseError)?.status ?? .internalServerError
            cache.record(request.method, context.endpointPath, status, since: start)
            throw error
        }
    }
}

/// The metrics of each method, route and status seen, kept so that a request pays one look-up.
private final class MetricsByRoute: Sendable {
    private struct Key: Hashable {
        let method: HTTPRequest.Method
        let route: String
        let status: Int
    }

    private let factory: any MetricsFactory
    private let known = Mutex<[Key: (count: Counter, duration: Timer)]>([:])

    init(factory: any MetricsFactory) { self.factory = factory }

    func record(
        _ method: HTTPRequest.Method, _ endpoint: String?, _ status: HTTPResponse.Status,
        since start: ContinuousClock.Instant
    ) {
        let elapsed = ContinuousClock.now - start
        // Hummingbird's word for a path that no route has.
        let route = endpoint.flatMap { $0 == "NotFound" ? nil : $0 } ?? "unmatched"
        let metrics = metrics(Key(method: method, route: route, status: status.code))
        metrics.count.increment()
        metrics.duration.record(duration: elapsed)
    }

    private func metrics(_ key: Key) -> (count: Counter, duration: Timer) {
        known.withLock { known in
            if let metrics = known[key] { return metrics }
            let route = [("method", key.method.rawValue), ("route", key.route)]
            let metrics = (
                count: Counter(
                    label: "http_server_requests_total", dimensions: route + [("status", String(key.status))],
                    factory: factory),
                duration: Timer(
                    label: "http_server_request_duration_seconds", dimensions: route, preferredDisplayUnit: .seconds,
                    factory: factory)
            )
            known[key] = metrics
            return metrics
        }
    }
}
