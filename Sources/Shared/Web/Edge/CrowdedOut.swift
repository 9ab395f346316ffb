import NIOCore

/// The only handler of a connection beyond the cap: it says so and closes.
///
/// It neither reads nor lingers, because every moment of it would be a connection beyond the cap.
final class CrowdedOut: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let metrics: EdgeMetrics

    init(metrics: EdgeMetrics) { self.metrics = metrics }

    func channelActive(context: ChannelHandlerContext) {
        metrics.count(.tooManyConnections)
        let response = EdgeRefusal.tooManyConnections.response()
        context.writeAndFlush(wrapOutboundOut(response), promise: nil)
        context.close(promise: nil)
        context.fireChannelActive()
    }

    /// Nothing here is an HTTP part, which is what the layers above would take it for.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
}
