import Foundation
package import Hummingbird
import Synchronization

/// Runs a server other than a service of ours, on a free port of the loopback, for the time of a test.
///
/// - Parameter build: makes the application, which must listen on the port that it is given and tell when it does.
package func withServer<App: ApplicationProtocol>(
    _ build: (_ port: Int, _ onServerRunning: @escaping @Sendable () async -> Void) throws -> App,
    _ body: (_ url: String) async throws -> Void
) async throws {
    let port = try freePort()
    let (running, announce) = AsyncThrowingStream.makeStream(of: Void.self)
    let application = try build(port) { announce.yield() }
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            do { try await application.run() } catch { announce.finish(throwing: error) }
        }
        defer { group.cancelAll() }
        for try await _ in running { break }
        try await body("http://127.0.0.1:\(port)")
    }
}

/// A port that nobody listens on, and that no other test of this process has been given.
package func freePort() throws -> Int {
    while true {
        let port = try unusedPort()
        if takenPorts.withLock({ $0.insert(port).inserted }) { return port }
    }
}

private let takenPorts = Mutex<Set<Int>>([])

private func unusedPort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return try withUnsafeMutablePointer(to: &address) { pointer in
        try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
            guard bind(descriptor, pointer, length) == 0, getsockname(descriptor, pointer, &length) == 0 else {
                throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EADDRNOTAVAIL)
            }
        }
        return Int(UInt16(bigEndian: pointer.pointee.sin_port))
    }
}
