import Foundation
import Synchronization

/// A TCP proxy on the loopback that counts round trips and, when told, stalls or cuts.
package final class FaultyProxy: Sendable {
    package enum Fault: Sendable {
        case none
        /// Connections stay open and nothing passes any more.
        case stall
        /// The client's next bytes reach the server; its answer is thrown away and both sides are cut.
        case cutAfterNextRequest
        /// The client's next bytes are thrown away and both sides are cut.
        case cutBeforeNextRequest
        /// What a client sends that holds these (a transaction's last statement, with which its commit travels) meets
        /// one of the two above, by turns.
        case cut(holding: [UInt8])
    }

    /// How many requests were cut off from their answers: those that the server has carried out, and those that it
    /// never saw.
    package struct Cuts: Sendable {
        package var after = 0
        package var before = 0
    }

    private struct State {
        var fault = Fault.none
        var roundTrips = 0
        var isClosed = false
        var cuts = Cuts()
    }

    private let state = Mutex(State())
    private let listener: Int32
    private let target: Int
    package let port: Int

    package init(to target: Int) {
        self.target = target
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        port = withUnsafeMutablePointer(to: &address) { [listener] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                precondition(bind(listener, pointer, length) == 0 && listen(listener, 64) == 0)
                getsockname(listener, pointer, &length)
            }
            return Int(UInt16(bigEndian: pointer.pointee.sin_port))
        }
        Thread { [self] in accept() }.start()
    }

    package var fault: Fault {
        get { state.withLock(\.fault) }
        set { state.withLock { $0.fault = newValue } }
    }

    /// How often a client has spoken after the server had, on all connections.
    package var roundTrips: Int { state.withLock(\.roundTrips) }

    /// By ``Fault/cut(holding:)``.
    package var cuts: Cuts { state.withLock(\.cuts) }

    package func close() {
        state.withLock { $0.isClosed = true }
    }

    private var isClosed: Bool { state.withLock(\.isClosed) }

    private func accept() {
        while !isClosed {
            guard Self.isReadable(listener) else { continue }
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { break }
            Thread { [self] in serve(client) }.start()
        }
        Glibc.close(listener)
    }

    private func serve(_ client: Int32) {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer {
            Glibc.close(client)
            Glibc.close(server)
        }
        var address = Self.loopback(target)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { return }
        var serverSpokeLast = true
        while !isClosed {
            if case .stall = fault {
                usleep(5000)
                continue
            }
            var entries = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: server, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&entries, 2, 20) > 0 else { continue }
            if case .stall = fault { continue }
            if entries[0].revents != 0 {
                guard let request = Self.read(client) else { return }
                if serverSpokeLast { state.withLock { $0.roundTrips += 1 } }
                serverSpokeLast = false
                if case .cutBeforeNextRequest = fault { return }
                let isCut = if case .cut(let mark) = fault { !request.ranges(of: mark).isEmpty } else { false }
                if isCut, countCut() { return }
                guard Self.write(request, to: server) else { return }
                if isCut {
                    _ = Self.read(server)
                    return
                }
                if case .cutAfterNextRequest = fault {
                    _ = Self.read(server)
                    return
                }
            }
            if entries[1].revents != 0 {
                guard let answer = Self.read(server), Self.write(answer, to: client) else { return }
                serverSpokeLast = true
            }
        }
    }

    /// - Returns: whether the server is not to see it.
    private func countCut() -> Bool {
        state.withLock { state in
            let isBefore = state.cuts.after > state.cuts.before
            if isBefore { state.cuts.before += 1 } else { state.cuts.after += 1 }
            return isBefore
        }
    }

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func isReadable(_ descriptor: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 20) > 0
    }

    private static func read(_ descriptor: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer.prefix(count)) : nil
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
