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

    private let limits: EdgeLimits
    private let metrics: EdgeMetrics
    private var phase = ConnectionPhase.responding
    private var reading: ReadAllowance
    private var progress: WriteProgress
    private var context: ChannelHandlerContext?
    private(set) var timer: LazyTimer?

    init(limits: EdgeLimits, metrics: EdgeMetrics) {
        self.limits = limits
        self.metrics = metrics
        reading = ReadAllowance(limits: limits)
        progress = WriteProgress(minimum: limits.writeProgressBytes, deadline: TimeAmount(limits.writeDeadline))
    }

    // MARK: What the guard tells

    /// The head is complete. `deadline` is that of the body, nil where there is none to come.
    func headEnded(bodyDeadline deadline: Duration?) {
        reading.begin()
        phase = deadline.map { .body(by: now + TimeAmount($0)) } ?? .responding
    }

    func bodyReceived(_ count: Int) { reading.decodedBody(count) }

    /// The decoder takes no more of the head.
    var tooLongHead: EdgeRefusal { reading.tooLongHead }

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
        let bytes = unwrapInboundIn(data)
        switch phase {
        case .finishing: return
        case .lingering:
            reading.read(bytes.readableBytes)
            if reading.exceedsLinger { abandon() }
            return
        case .idle:
            reading.begin()
            reading.readHead(bytes)
            phase = .head(by: now + TimeAmount(limits.headerDeadline))
        case .head: reading.readHead(bytes)
        case .body, .responding: reading.read(bytes.readableBytes)
        }
        context.fireChannelRead(data)

        // What the decoder made of it is known now: it parses before it returns.
        switch phase {
        case .head where reading.exceedsHead: refuse(reading.tooLongHead)
        case .body where reading.exceedsBody: refuse(.malformedRequest)
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

    private var now: NIODeadline { context?.eventLoop.now ?? .now() }

    private func opened() {
        phase = .head(by: now + TimeAmount(limits.headerDeadline))
        arm()
    }

    private func linger(after result: Result<Void, any Error>) {
        guard case .success = result, let context, context.channel.isActive else { return abandon() }
        reading.begin()
        phase = .lingering(by: now + TimeAmount(limits.lingerDeadline))
        context.read()
        arm()
    }

    private var deadline: NIODeadline? {
        [phase.deadline, progress.nextCheck].compactMap(\.self).min()
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
            if reading.received == 0 { abandon() } else { refuse(.requestTimeout) }
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
