import NIOPosix
import Synchronization

/// The signatures that are being verified: at most `limit` tokens at once, each one once however many requests carry
/// it, on threads outside the cooperative pool.
final class VerificationQueue: Sendable {
    private let flights = Mutex<[TokenDigest: Task<Bool, Never>]>([:])
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Tokens in verification now.
    var occupancy: Int { flights.withLock(\.count) }

    func verify(_ digest: TokenDigest, _ isGenuine: @escaping @Sendable () -> Bool) async throws(TokenRefusal) -> Bool {
        let flight = flights.withLock { flights -> Task<Bool, Never>? in
            if let flight = flights[digest] { return flight }
            guard flights.count < limit else { return nil }
            let flight = Task {
                // The shared pool never stops; were it to, nothing would be genuine.
                let verdict = (try? await NIOThreadPool.singleton.runIfActive(isGenuine)) ?? false
                self.flights.withLock { $0[digest] = nil }
                return verdict
            }
            flights[digest] = flight
            return flight
        }
        guard let flight else { throw .busy }
        return await flight.value
    }
}
