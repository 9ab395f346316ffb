import NIOCore

/// Where in its life a connection stands, as far as time matters.
enum ConnectionPhase {
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

    var deadline: NIODeadline? {
        switch self {
        case .head(let end), .body(let end), .idle(let end), .lingering(let end): end
        case .responding, .finishing: nil
        }
    }
}
