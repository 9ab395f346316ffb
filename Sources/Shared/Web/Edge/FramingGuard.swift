import NIOCore
import NIOHTTP1

/// The HTTP side of a connection, between NIO's decoder and the codec that forgets versions and target forms.
///
/// One request at a time passes (NIO's pipeline handler sees to that): its head by ``RequestRules``, its body by the
/// limits. Whatever is refused is answered by ``ConnectionGate`` in bytes, and then nothing passes either way.
/// A response ends the connection when either side says `close`, when it begins before its request has ended
/// (we will not read on for the sake of a refused upload), or while the service drains.
final class FramingGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum Request {
        case none
        case receiving
        case received
    }

    private let limits: EdgeLimits
    private let gate: ConnectionGate
    private let drain: DrainState

    private var request = Request.none
    /// Of the request that is being received or answered.
    private var head: HTTPRequestHead?
    private var bodyAllowance = 0
    private var responseBegun = false
    private var sendsBody = true
    private var closesAfterResponse = false
    /// Nothing passes any more: the last bytes of this connection have been decided.
    private var isDone = false

    init(limits: EdgeLimits, gate: ConnectionGate, drain: DrainState) {
        self.limits = limits
        self.gate = gate
        self.drain = drain
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDone else { return }
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head, data, context)
        case .body(let bytes):
            bodyAllowance -= bytes.readableBytes
            gate.bodyReceived(bytes.readableBytes)
            guard bodyAllowance >= 0 else { return abort(.bodyTooLarge, context) }
            context.fireChannelRead(data)
        case .end(let trailers):
            request = .received
            gate.requestEnded()
            // Trailers are dropped: nothing of ours reads them, and merged into a head they would bypass its rules.
            context.fireChannelRead(trailers == nil ? data : wrapInboundOut(.end(nil)))
        }
    }

    private func begin(_ head: HTTPRequestHead, _ data: NIOAny, _ context: ChannelHandlerContext) {
        self.head = head
        do {
            let framing = try RequestRules.framing(of: head, within: limits)
            request = .receiving
            closesAfterResponse = !head.isKeepAlive || head.version == .http1_0
            responseBegun = false
            if framing.body == .none {
                gate.headEnded(bodyDeadline: nil)
            } else {
                let allowed = limits.body(of: head.uri)
                bodyAllowance = allowed.bytes
                gate.headEnded(bodyDeadline: allowed.deadline)
            }
            // Before anybody has looked at the token, because only the route would know that it reads the body: it does
            // so once the caller is known, and its refusal ends the connection. Until then no more of the body is
            // taken in than the channel's buffers hold.
            if framing.expectsContinue {
                let head = HTTPResponseHead(version: .http1_1, status: .continue)
                context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
            }
            context.fireChannelRead(data)
        } catch {
            isDone = true
            gate.refuse(error, of: RefusedRequest(head))
        }
    }

    /// Refuses a request that a route may already be reading: the route gets an error, the client our answer if it
    /// has not had the beginning of the route's.
    private func abort(_ refusal: EdgeRefusal, _ context: ChannelHandlerContext) {
        isDone = true
        // Before anything that may close the connection: Hummingbird takes the end of the stream for that of the body.
        if request == .receiving { context.fireErrorCaught(HTTPParserError.invalidEOFState) }
        if responseBegun {
            gate.abandon()
        } else {
            gate.refuse(refusal, of: RefusedRequest(head))
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is BodyDeadlineExceeded else { return context.fireUserInboundEventTriggered(event) }
        if !isDone { abort(.requestTimeout, context) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return context.fireErrorCaught(error) }
        guard !isDone else { return }
        abort(error == .headerOverflow ? gate.tooLongHead : .malformedRequest, context)
    }

    // MARK: Responses

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isDone else { return promise?.fail(ChannelError.ioOnClosedChannel) ?? () }
        switch unwrapOutboundIn(data) {
        case .head(let head) where (100..<200).contains(head.status.code): context.write(data, promise: promise)
        case .head(let head): context.write(wrapOutboundOut(.head(final(head))), promise: promise)
        case .body where !sendsBody: promise?.succeed()
        case .body: context.write(data, promise: promise)
        case .end: end(data, promise, context)
        }
    }

    /// The head as it goes out, with its framing and the connection's fate decided.
    private func final(_ head: HTTPResponseHead) -> HTTPResponseHead {
        var head = head
        head.version = self.head?.version ?? .http1_1
        let framing = ResponseFraming(&head, requestMethod: self.head?.method ?? .GET)
        responseBegun = true
        sendsBody = framing.sendsBody
        if framing.closes || request == .receiving || drain.isDraining { closesAfterResponse = true }
        if closesAfterResponse { head.headers.replaceOrAdd(name: "connection", value: "close") }
        return head
    }

    private func end(_ data: NIOAny, _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext) {
        // Before the write, during which the pipeline handler may deliver the next request.
        isDone = closesAfterResponse
        request = .none
        responseBegun = false
        head = nil
        if !isDone { gate.responseEnded() }
        context.write(data, promise: promise)
        if isDone { gate.finish() }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .output else { return context.close(mode: mode, promise: promise) }
        guard !isDone else { return promise?.succeed() ?? () }
        isDone = true
        gate.finish(promise: promise)
    }
}
