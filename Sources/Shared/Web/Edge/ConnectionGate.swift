import NIOCore
import NIOPosix
import Schema

/// The body of a request did not end in time. Told to ``FramingGuard``, which knows whether an answer has begun.
struct BodyDeadlineExceeded: Sendable {}

/// The byte side of a connection, nearest to the socket: everything that is about time and quantity, not about HTTP.
///
/// It cuts off clients that are slow to send a head or a body, slow to take a response, or idle; it bounds what is
/// read before anything can be parsed; and it ends connections so that the last response arrives. ``FramingGuard``
/// tells it where in a request the connection stands.
final class ConnectionGate: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private enum Phase {
        /// A head is awaited or half read.
        case head(by: NIODeadline)
        case body(by: NIODeadline)
        /// The client has sent all it has to send, and waits.
        case responding
        /// Between two requests.
        case idle(by: NIODeadline)
        /// The last response is on its way; nothing is read any more.
        case finishing
        /// Our side is closed; input is thrown away until the client closes its own.
        case lingering(by: NIODeadline)
    }

    private let limits: EdgeLimits
    private let metrics: EdgeMetrics
    private var phase: Phase
    private var progress: WriteProgress
    private var context: ChannelHandlerContext?
    private(set) var timer: LazyTimer?

    /// Bytes read in this phase, as they came.
    private var received = 0
    /// Bytes of them that turned out to be body.
    private var decoded = 0

    init(limits: EdgeLimits, metrics: EdgeMetrics) {
        self.limits = limits
        self.metrics = metrics
        phase = .responding
        progress = WriteProgress(minimum: limits.writeProgressBytes, deadline: TimeAmount(limits.writeDeadline))
    }

    // MARK: What the guard tells

    /// The head is complete. `deadline` is that of the body, nil where there is none to come.
    func headEnded(bodyDeadline deadline: Duration?) {
        received = 0
        decoded = 0
        phase = deadline.map { .body(by: now + TimeAmount($0)) } ?? .responding
    }

    func bodyReceived(_ count: Int) { decoded += count }

    func requestEnded() {
        if case .body = phase { phase = .responding }
    }

    /// The response is written and the connection stays open.
    func responseEnded() {
        phase = .idle(by: now + TimeAmount(limits.idleDeadline))
        arm()
    }

    /// Answers by ourselves and ends the connection. Nothing may be written by others afterwards.
    func refuse(_ refusal: EdgeRefusal, of request: RefusedRequest = RefusedRequest()) {
        guard let context else { return }
        metrics.count(refusal)
        let response = refusal.response(to: request)
        progress.wrote(response.readableBytes)
        context.write(wrapOutboundOut(.byteBuffer(response)), promise: nil)
        finish()
    }

    /// Ends the connection after what has been written: our side first, then, once the client had time to read, all.
    func finish(promise: EventLoopPromise<Void>? = nil) {
        guard let context else { return promise?.fail(ChannelError.ioOnClosedChannel) ?? () }
        phase = .finishing
        flush(context: context)
        let closed = promise ?? context.eventLoop.makePromise()
        closed.futureResult.assumeIsolated().whenComplete { [self] in linger(after: $0) }
        context.close(mode: .output, promise: closed)
        arm()
    }

    /// Ends the connection at once: for a client that cannot be told anything any more.
    func abandon() { context?.close(promise: nil) }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        timer = LazyTimer(on: context.eventLoop) { [weak self] in self?.timerFired() ?? () }
        if context.channel.isActive { opened() }
    }

    func channelActive(context: ChannelHandlerContext) {
        opened()
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let count = unwrapInboundIn(data).readableBytes
        switch phase {
        case .finishing: return
        case .lingering:
            received += count
            if received > limits.lingerBytes { abandon() }
            return
        case .idle:
            received = 0
            phase = .head(by: now + TimeAmount(limits.headerDeadline))
        case .head, .body, .responding: break
        }
        received += count
        context.fireChannelRead(data)

        // What the decoder made of it is known now: it parses before it returns.
        switch phase {
        case .head where received > limits.headerBytes + Self.headSlack: refuse(.headersTooLarge)
        case .body where received > Self.chunkSlack + 8 * decoded: refuse(.malformedRequest)
        case .head, .body: arm()
        case .idle, .responding, .finishing, .lingering: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        // Nobody above asks for input that we throw away.
        if case .lingering = phase { context.read() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .lingering = phase, case .inputClosed = event as? ChannelEvent { return abandon() }
        context.fireUserInboundEventTriggered(event)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        progress.wrote(unwrapOutboundIn(data).readableBytes)
        context.write(data, promise: promise)
    }

    func flush(context: ChannelHandlerContext) {
        context.flush()
        progress.flushed(waiting: waiting(context), now: context.eventLoop.now)
        if progress.nextCheck != nil { arm() }
    }

    // MARK: Time

    /// Blanks and line ends of a full head that the decoder does not count.
    private static let headSlack = 1024
    /// Chunk sizes, extensions and trailers of a request that has hardly a body.
    private static let chunkSlack = 64 * 1024

    private var now: NIODeadline { context?.eventLoop.now ?? .now() }

    private func opened() {
        phase = .head(by: now + TimeAmount(limits.headerDeadline))
        arm()
    }

    private func linger(after result: Result<Void, any Error>) {
        guard case .success = result, let context, context.channel.isActive else { return abandon() }
        received = 0
        phase = .lingering(by: now + TimeAmount(limits.lingerDeadline))
        context.read()
        arm()
    }

    private var deadline: NIODeadline? {
        let phaseEnd: NIODeadline? =
            switch phase {
            case .head(let end), .body(let end), .idle(let end), .lingering(let end): end
            case .responding, .finishing: nil
            }
        guard let check = progress.nextCheck else { return phaseEnd }
        return phaseEnd.map { min($0, check) } ?? check
    }

    private func arm() {
        if let deadline, context?.channel.isActive == true { timer?.arm(by: deadline) }
    }

    private func timerFired() {
        guard let context else { return }
        let now = context.eventLoop.now
        if let check = progress.nextCheck, check <= now, progress.isStalled(waiting: waiting(context), now: now) {
            return abandon()
        }
        switch phase {
        case .head(let end) where end <= now:
            // A connection that never said anything was opened ahead of need; it is owed no answer.
            if received == 0 { abandon() } else { refuse(.requestTimeout) }
        case .body(let end) where end <= now: context.fireUserInboundEventTriggered(BodyDeadlineExceeded())
        case .idle(let end) where end <= now, .lingering(let end) where end <= now: abandon()
        case .head, .body, .idle, .lingering, .responding, .finishing: arm()
        }
    }

    /// Bytes that the kernel has not taken yet.
    private func waiting(_ context: ChannelHandlerContext) -> Int {
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }
}
