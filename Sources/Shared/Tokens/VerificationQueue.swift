import NIOPosix
import Synchronization

/// The signatures that are being verified: at most `limit` tokens at once, each one once however many requests carry
/// it, on threads outside the cooperative pool.
final class VerificationQueue: Sendable {
    typealias Verdict = Result<VerifiedToken, TokenRefusal>

    private let flights = Mutex<[TokenDigest: Task<Verdict, Never>]>([:])
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Tokens in verification now.
    var occupancy: Int { flights.withLock(\.count) }

    /// - Parameters:
    ///   - known: the verdict that was remembered since the caller last looked.
    ///   - judge: gives the verdict and remembers it: before its flight ends, so that nobody can miss both.
    func verify(
        _ digest: TokenDigest, known: () -> Verdict?, judge: @escaping @Sendable () -> Verdict
    ) async throws(TokenRefusal) -> VerifiedToken {
        let flight = flights.withLock { flights -> Task<Verdict, Never>? in
            if let flight = flights[digest] { return flight }
            if let verdict = known() { return Task { verdict } }
            guard flights.count < limit else { return nil }
            let flight = Task {
                // The shared pool never stops; were it to, nothing would be genuine.
                let verdict = (try? await NIOThreadPool.singleton.runIfActive(judge)) ?? .failure(.badSignature)
                self.flights.withLock { $0[digest] = nil }
                return verdict
            }
            flights[digest] = flight
            return flight
        }
        guard let flight else { throw .busy }
        return try await flight.value.get()
    }
}
