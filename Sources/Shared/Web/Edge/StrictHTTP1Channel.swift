package import HummingbirdCore
package import Logging
package import NIOCore
import NIOHTTP1
package import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Hummingbird's HTTP/1.1 with the limits and refusals that its settings cannot express.
///
/// From the socket upwards: ``ConnectionGate`` (time and bytes), NIO's encoder and decoder (header limits), NIO's
/// pipeline handler (one request at a time, in order), ``FramingGuard`` (what HTTP leaves ambiguous), the codec to
/// HTTP types. From there Hummingbird's own request handling goes on.
package struct StrictHTTP1Channel: HTTPChannelHandler {
    package typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    package let responder: HTTPChannelHandler.Responder
    private let limits: EdgeLimits
    private let drain: DrainState
    private let metrics: EdgeMetrics

    package init(
        responder: @escaping HTTPChannelHandler.Responder, limits: EdgeLimits, drain: DrainState, metrics: EdgeMetrics
    ) {
        self.responder = responder
        self.limits = limits
        self.drain = drain
        self.metrics = metrics
    }

    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let isOneTooMany = metrics.opened() > limits.connections
            channel.closeFuture.whenComplete { [metrics] _ in metrics.closed() }

            let pipeline = channel.pipeline.syncOperations
            if isOneTooMany {
                try pipeline.addHandler(CrowdedOut(metrics: metrics))
            } else {
                try addHandlers(to: pipeline)
            }
            return try NIOAsyncChannel(
                wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
    }

    private func addHandlers(to pipeline: ChannelPipeline.SynchronousOperations) throws {
        var decoding = NIOHTTPDecoderLimitConfiguration()
        decoding.maxHeaderFieldSize = limits.headerBytes
        decoding.maxHeaderListSize = limits.headerBytes
        decoding.maxHeaderFieldCount = limits.headerFields
        var encoding = HTTPResponseEncoder.Configuration()
        encoding.automaticallySetFramingHeaders = false  // ResponseFraming does.

        let gate = ConnectionGate(limits: limits, metrics: metrics)
        try pipeline.addHandlers([
            gate,
            HTTPResponseEncoder(configuration: encoding),
            ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: decoding)),
            HTTPServerPipelineHandler(),
            FramingGuard(limits: limits, gate: gate, drain: drain),
            HTTP1ToHTTPServerCodec(secure: false),
        ])
    }

    package func handle(value: Value, logger: Logger) async {
        await withTaskExecutorPreference(LoopExecutor(value.channel.eventLoop)) {
            await handleHTTP(asyncChannel: value, logger: logger)
        }
    }
}

extension HTTPServerBuilder {
    /// The server of every listener of ours.
    ///
    /// The cap on connections is the edge's own: `ApplicationConfiguration` needs no `availableConnectionsDelegate`
    /// (whose cap `ApplicationConfiguration.with(…)` would drop without a word).
    ///
    /// ```swift
    /// let drain = DrainState()
    /// let application = Application(
    ///     router: router,
    ///     server: .strictHTTP1(limits: limits, drain: drain),
    ///     configuration: ApplicationConfiguration(address: .hostname(host, port: port), backlog: 1_024))
    /// ```
    package static func strictHTTP1(
        limits: EdgeLimits = EdgeLimits(), drain: DrainState, metrics: EdgeMetrics = EdgeMetrics()
    ) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            StrictHTTP1Channel(responder: responder, limits: limits, drain: drain, metrics: metrics)
        }
    }
}
