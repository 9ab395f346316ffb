import Foundation

/// A TCP client on the loopback that sends exactly the bytes it is given: for what no HTTP client would send.
///
/// It never blocks a thread (the server under test may need it): it polls its socket until a deadline.
package final class RawClient: @unchecked Sendable {
    private let descriptor: Int32
    private var buffered: [UInt8] = []

    package enum Failure: Error, Equatable {
        case socket(call: String, errno: Int32)
        case timeout(received: String)
        case closed(received: String)
    }

    /// How the server's side of the connection ended.
    package enum Ending: Equatable { case closed, reset, open }

    /// - Parameter receiveBuffer: the kernel's buffer in bytes; small ones make a slow reader with few bytes.
    package init(port: Int, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure.socket(call: "socket", errno: errno) }
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else {
            let code = errno
            Foundation.close(descriptor)
            throw Failure.socket(call: "connect", errno: code)
        }
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    deinit { Foundation.close(descriptor) }

    // MARK: Sending

    package func send(_ text: String, within limit: Duration = .seconds(10)) async throws {
        try await send(Array(text.utf8), within: limit)
    }

    package func send(_ bytes: [UInt8], within limit: Duration = .seconds(10)) async throws {
        let sent = try await sendWhatFits(bytes, within: limit)
        guard sent == bytes.count else { throw Failure.timeout(received: "\(sent) of \(bytes.count) bytes sent") }
    }

    /// Sends until the server takes no more in time or goes away.
    /// - Returns: the number of bytes the kernel took.
    package func sendWhatFits(_ bytes: [UInt8], within limit: Duration) async throws -> Int {
        let deadline = ContinuousClock.now + limit
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                guard ContinuousClock.now < deadline else { break }
                try await Task.sleep(for: .milliseconds(1))
            } else {
                break
            }
        }
        return sent
    }

    /// Closes our side and leaves the server's open.
    package func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Ends the connection with a reset.
    package func reset() {
        var immediately = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &immediately, socklen_t(MemoryLayout<linger>.size))
        var nowhere = sockaddr(sa_family: sa_family_t(AF_UNSPEC), sa_data: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
        connect(descriptor, &nowhere, socklen_t(MemoryLayout<sockaddr>.size))
    }

    // MARK: Receiving

    /// The next response, of which the body is framed by its length, by chunks or by the end of the connection.
    package func response(to method: String = "GET", within limit: Duration = .seconds(10)) async throws -> RawResponse
    {
        let deadline = ContinuousClock.now + limit
        var isClosed = false
        while true {
            if let (response, length) = RawResponse.parse(buffered, method: method, isClosed: isClosed) {
                buffered.removeFirst(length)
                return response
            }
            guard !isClosed else { throw Failure.closed(received: String(decoding: buffered, as: UTF8.self)) }
            switch try await receiveMore(until: deadline) {
            case .open?: throw Failure.timeout(received: String(decoding: buffered, as: UTF8.self))
            case .closed?, .reset?: isClosed = true
            case nil: break
            }
        }
    }

    /// Everything that still comes until the server closes or the time is over.
    package func rest(within limit: Duration = .seconds(10)) async throws -> (text: String, ending: Ending) {
        let deadline = ContinuousClock.now + limit
        while true {
            guard let ending = try await receiveMore(until: deadline) else { continue }
            defer { buffered = [] }
            return (String(decoding: buffered, as: UTF8.self), ending)
        }
    }

    /// Reads and forgets for a time, at most so many bytes every ten milliseconds.
    /// - Returns: the number of bytes that came, and whether the server has closed.
    package func skim(for time: Duration, bytesAtOnce: Int) async throws -> (count: Int, ending: Ending) {
        let deadline = ContinuousClock.now + time
        var chunk = [UInt8](repeating: 0, count: bytesAtOnce)
        var total = 0
        while ContinuousClock.now < deadline {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count == 0 { return (total, .closed) }
            if count < 0, errno != EAGAIN { return (total, .reset) }
            total += max(count, 0)
            try await Task.sleep(for: .milliseconds(10))
        }
        return (total, .open)
    }

    /// - Returns: nil when bytes came, otherwise why none will (`open`: the time is over).
    private func receiveMore(until deadline: ContinuousClock.Instant) async throws -> Ending? {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count > 0 {
                buffered.append(contentsOf: chunk[..<count])
                return nil
            }
            if count == 0 { return .closed }
            guard errno == EAGAIN else { return .reset }
            guard ContinuousClock.now < deadline else { return .open }
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}
