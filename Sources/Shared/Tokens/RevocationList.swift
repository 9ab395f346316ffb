import Synchronization

/// Tokens taken back before they expire, by issuer and `jti`. A service fills it from its own store.
package final class RevocationList: Sendable {
    package struct Full: Error {}

    private struct Name: Hashable {
        let issuer: String
        let tokenID: String
    }

    private let expiries = Mutex<[Name: Int]>([:])
    private let capacity: Int

    package init(capacity: Int = 100_000) { self.capacity = capacity }

    /// Refuses the token from now on. `expiresAt` (seconds since 1970) is when it would be refused anyway.
    ///
    /// A full list first drops what has expired by `now`; it never drops a revocation that still matters.
    package func revoke(issuer: String, tokenID: String, expiresAt: Int, now: Int) throws(Full) {
        let isHeld = expiries.withLock { expiries in
            if expiries.count >= capacity {
                expiries = expiries.filter { $0.value + TokenClaims.leeway > now }
                guard expiries.count < capacity else { return false }
            }
            expiries[Name(issuer: issuer, tokenID: tokenID)] = expiresAt
            return true
        }
        guard isHeld else { throw Full() }
    }

    package func contains(issuer: String, tokenID: String) -> Bool {
        expiries.withLock { !$0.isEmpty && $0[Name(issuer: issuer, tokenID: tokenID)] != nil }
    }
}
