import Foundation
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Support
import Synchronization
import Web

/// A listener on the loopback with the edge in front of a few routes.
struct EdgeFixture: Sendable {
    let port: Int
    let drain: DrainState
    let calls: RouteCalls
    let group: ServiceGroup

    func client(receiveBuffer: Int32? = nil) throws -> RawClient {
        try RawClient(port: port, receiveBuffer: receiveBuffer)
    }

    /// Opens a connection, sends, and returns everything that comes back until the server closes.
    func exchange(_ request: String, within limit: Duration = .seconds(10)) async throws -> (
        text: String, ending: RawClient.Ending
    ) {
        let client = try client()
        try await client.send(request)
        return try await client.rest(within: limit)
    }
}

/// How often routes were reached, and what they met.
final class RouteCalls: Sendable {
    private let reached = Mutex<[String]>([])
    var all: [String] { reached.withLock { $0 } }
    func add(_ route: String) { reached.withLock { $0.append(route) } }
}

extension EdgeLimits {
    /// Deadlines of a test: long enough for a busy machine, short enough to wait for.
    static var short: EdgeLimits {
        var limits = EdgeLimits()
        limits.headerDeadline = .milliseconds(600)
        limits.bodyDeadline = .milliseconds(600)
        limits.idleDeadline = .milliseconds(1200)
        limits.writeDeadline = .milliseconds(900)
        limits.lingerDeadline = .milliseconds(300)
        return limits
    }
}

func withEdge<Result: Sendable>(
    limits: EdgeLimits = EdgeLimits(), drainFor drainDuration: Duration = .zero, metrics: EdgeMetrics = EdgeMetrics(),
    requestMetrics: PrometheusFactory = PrometheusFactory(),
    _ body: @Sendable @escaping (EdgeFixture) async throws -> Result
) async throws -> Result {
    let drain = DrainState()
    let calls = RouteCalls()
    var logger = Logger(label: "edge")
    logger.logLevel = .error

    let (ports, port) = AsyncStream<Int>.makeStream()
    let application = Application(
        router: edgeRoutes(calls: calls, metrics: requestMetrics),
        server: .strictHTTP1(limits: limits, drain: drain, metrics: metrics),
        configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { port.yield($0.localAddress!.port!) },
        logger: logger)
    let group = ServiceGroup(
        configuration: .init(
            services: [application, Drain(state: drain, for: drainDuration, logger: logger)], logger: logger))
    return try await withThrowingTaskGroup(of: Result?.self) { tasks in
        tasks.addTask {
            try await group.run()
            return nil
        }
        tasks.addTask {
            var ports = ports.makeAsyncIterator()
            let fixture = EdgeFixture(port: await ports.next()!, drain: drain, calls: calls, group: group)
            do {
                let result = try await body(fixture)
                await group.triggerGracefulShutdown()
                return result
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
        }
        var result: Result?
        while let ended = try await tasks.next() { result = ended ?? result }
        return result!
    }
}

private func edgeRoutes(calls: RouteCalls, metrics: PrometheusFactory) -> Router<BasicRequestContext> {
    let router = Router(options: .autoGenerateHeadEndpoints)
    router.add(middleware: RequestMetrics(factory: metrics))
    router.get("fail") { _, _ -> String in throw CancellationError() }
    router.get("hello") { request, _ in
        calls.add("hello \(request.uri.string)")
        return "hello"
    }
    router.post("echo") { request, _ in
        calls.add("echo")
        do {
            let body = try await request.body.collect(upTo: 64 * 1024 * 1024)
            calls.add("echoed \(body.readableBytes)")
            return Response(status: .ok, body: .init(byteBuffer: body))
        } catch {
            calls.add("echo failed")
            throw error
        }
    }
    router.post("import") { request, _ in
        var count = 0
        for try await chunk in request.body { count += chunk.readableBytes }
        return "\(count)"
    }
    router.post("refuse") { _, _ in
        calls.add("refuse")
        return Response(status: .unauthorized, body: .init(byteBuffer: ByteBuffer(string: "no")))
    }
    router.get("close") { _, _ in
        calls.add("close")
        let bye = ByteBuffer(string: "bye")
        return Response(status: .ok, headers: [.connection: "close"], body: .init(byteBuffer: bye))
    }
    // Routes that answer HEAD by themselves, bodies included.
    router.head("whole") { _, _ in
        Response(status: .ok, headers: [.contentLength: "5"], body: .init(byteBuffer: ByteBuffer(string: "whole")))
    }
    router.head("parts") { _, _ in
        Response(
            status: .ok,
            body: .init { writer in
                for _ in 0..<3 { try await writer.write(ByteBuffer(string: "part")) }
                try await writer.finish(nil)
            })
    }
    router.get("nothing") { _, _ in Response(status: .noContent) }
    router.get("stream") { _, _ in
        Response(
            status: .ok,
            body: .init { writer in
                for _ in 0..<4 { try await writer.write(ByteBuffer(string: "part")) }
                try await writer.finish(nil)
            })
    }
    // Endless, as long as somebody reads.
    router.get("flood") { _, _ in
        Response(
            status: .ok,
            body: .init { writer in
                defer { calls.add("flood ended") }
                while true { try await writer.write(ByteBuffer(repeating: 0x61, count: 64 * 1024)) }
            })
    }
    router.get("wait/:ms") { _, context in
        calls.add("waiting")
        let milliseconds = try context.parameters.require("ms", as: Int.self)
        try await Task.sleep(for: .milliseconds(milliseconds))
        return "waited"
    }
    return router
}
