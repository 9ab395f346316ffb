import CoreMetrics
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Web

/// The gate and the guard with the production deadlines, on a clock that the test moves.
@Suite("Edge: deadlines to the second")
struct EdgeGateTests {
    private func channel(limits: EdgeLimits = EdgeLimits()) throws -> EmbeddedChannel {
        let metrics = EdgeMetrics(factory: NOOPMetricsHandler.instance)
        let gate = ConnectionGate(limits: limits, metrics: metrics)
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandlers([
            gate, HTTPResponseEncoder(), ByteToMessageHandler(HTTPRequestDecoder()), HTTPServerPipelineHandler(),
            FramingGuard(limits: limits, gate: gate, drain: DrainState()),
        ])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    private func send(_ text: String, to channel: EmbeddedChannel) throws {
        try channel.writeInbound(ByteBuffer(string: text))
    }

    private func respond(_ channel: EmbeddedChannel) throws {
        let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["Content-Length": "0"])
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
    }

    private func output(of channel: EmbeddedChannel) throws -> String {
        var text = ""
        while let part = try channel.readOutbound(as: IOData.self) {
            if case .byteBuffer(let bytes) = part { text += String(buffer: bytes) }
        }
        return text
    }

    private let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test("Ten seconds for the first head, counted from the opening", arguments: ["", "GET / HT"])
    func firstHead(sent: String) throws {
        let channel = try channel()
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(9_000))
        if !sent.isEmpty { try send(sent, to: channel) }
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(999))
        #expect(channel.isActive)
        #expect(try output(of: channel).isEmpty)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(!channel.isActive)
        #expect(try output(of: channel).hasPrefix("HTTP/1.1 408 ") == !sent.isEmpty)
    }

    @Test("Seventy-five seconds between requests, then ten for the next head from its first byte")
    func idleThenHead() throws {
        let channel = try channel()
        try send(request, to: channel)
        try respond(channel)
        _ = try output(of: channel)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(74_000))
        try send("GET /", to: channel)
        for _ in 0..<9 {
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
            try send("E", to: channel)
        }
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)

        let idle = try self.channel()
        try send(request, to: idle)
        try respond(idle)
        idle.embeddedEventLoop.advanceTime(by: .milliseconds(74_999))
        #expect(idle.isActive)
        idle.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(!idle.isActive)
    }

    @Test("Thirty seconds for a body, however steadily it comes, and more for an upload")
    func body() throws {
        var limits = EdgeLimits()
        limits.uploads = [.init(path: "/slow", bytes: 1_000, deadline: .seconds(60))]
        for (path, seconds) in [("/", 30), ("/slow", 60)] {
            let channel = try channel(limits: limits)
            try send("POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n", to: channel)
            for _ in 1..<seconds {
                channel.embeddedEventLoop.advanceTime(by: .seconds(1))
                try send("x", to: channel)
            }
            #expect(channel.isActive)
            #expect(throws: HTTPParserError.self) {
                channel.embeddedEventLoop.advanceTime(by: .seconds(1))
                try channel.throwIfErrorCaught()
            }
            #expect(!channel.isActive)
            #expect(try output(of: channel).hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test("No deadline runs while the route works")
    func responding() throws {
        let channel = try channel()
        try send(request, to: channel)
        channel.embeddedEventLoop.advanceTime(by: .hours(1))
        #expect(channel.isActive)
        try respond(channel)
        #expect(try output(of: channel).hasPrefix("HTTP/1.1 200 "))
    }

    @Test("A busy connection schedules a timer once in a while, not per request")
    func lazyTimer() throws {
        let channel = try channel()
        let gate = try channel.pipeline.syncOperations.handler(type: ConnectionGate.self)
        for _ in 0..<9 {
            try send(request, to: channel)
            try respond(channel)
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        }
        #expect(gate.timer?.moves == 1)
        channel.embeddedEventLoop.advanceTime(by: .seconds(2))
        #expect(gate.timer?.moves == 2)
        #expect(channel.isActive)
    }
}
