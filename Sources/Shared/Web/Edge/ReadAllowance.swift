import Foundation
import NIOCore

/// How much of a request has been read, before anything can be made of it, and whether that is too much.
struct ReadAllowance {
    private let limits: EdgeLimits
    /// Bytes read in this phase of the connection, as they came.
    private(set) var received = 0
    /// Bytes of them that turned out to be body.
    private var decoded = 0
    /// Bytes of the request line, as far as it has come.
    private var lineBytes = 0
    private var hasLineEnded = false

    init(limits: EdgeLimits) { self.limits = limits }

    mutating func begin() { self = ReadAllowance(limits: limits) }

    mutating func read(_ count: Int) { received += count }

    /// Bytes of a head: they may begin with its request line.
    mutating func readHead(_ bytes: ByteBuffer) {
        received += bytes.readableBytes
        guard !hasLineEnded else { return }
        bytes.withUnsafeReadableBytes { bytes in
            let end = bytes.baseAddress.flatMap { memchr($0, 0x0A, bytes.count) }
            hasLineEnded = end != nil
            lineBytes += end.map { UnsafeRawPointer($0) - bytes.baseAddress! } ?? bytes.count
        }
    }

    mutating func decodedBody(_ count: Int) { decoded += count }

    /// Of a head that the decoder gave up on because it is too long: its request line may be what is.
    var tooLongHead: EdgeRefusal { lineBytes > limits.targetBytes + Self.lineSlack ? .targetTooLong : .headersTooLarge }

    var exceedsHead: Bool { received > limits.headerBytes + Self.headSlack }

    var exceedsBody: Bool { received > Self.chunkSlack + 8 * decoded }

    var exceedsLinger: Bool { received > limits.lingerBytes }

    /// `OPTIONS`, `HTTP/1.1`, the blanks beside them and the line's end.
    private static let lineSlack = 18
    /// Blanks and line ends of a full head that the decoder does not count.
    private static let headSlack = 1024
    /// Chunk sizes, extensions and trailers of a request that has hardly a body.
    private static let chunkSlack = 64 * 1024
}
