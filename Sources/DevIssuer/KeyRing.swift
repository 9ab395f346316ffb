import Schema
import Synchronization
import Tokens

/// The issuer's signing keys: of each algorithm one that signs, one that is published before it signs, so that a
/// rotation surprises no verifier, and those that have signed and are still published.
final class KeyRing: Sendable {
    private struct Ring {
        var next: SigningKey
        var current: SigningKey
        var retired: [SigningKey] = []
    }

    /// Two algorithms of this many and two each stay within the 20 keys that verifiers accept.
    private static let maximumRetired = 8

    private let rings: Mutex<[TokenAlgorithm: Ring]>

    init() throws {
        var rings: [TokenAlgorithm: Ring] = [:]
        for algorithm in [TokenAlgorithm.es256, .rs256] {
            rings[algorithm] = Ring(next: try Self.makeKey(algorithm), current: try Self.makeKey(algorithm))
        }
        self.rings = Mutex(rings)
    }

    /// Nil for an algorithm that the issuer does not sign with.
    func signingKey(_ algorithm: TokenAlgorithm) -> SigningKey? { rings.withLock { $0[algorithm]?.current } }

    /// The key that was published next signs from now on.
    ///
    /// - Parameter dropsOld: whether the keys that signed before are no longer published.
    func rotate(dropsOld: Bool) throws {
        let fresh = try rings.withLock { Array($0.keys) }.map { ($0, try Self.makeKey($0)) }
        rings.withLock { rings in
            for (algorithm, key) in fresh {
                guard var ring = rings[algorithm] else { continue }
                ring.retired = dropsOld ? [] : ([ring.current] + ring.retired).prefix(Self.maximumRetired).map(\.self)
                ring.current = ring.next
                ring.next = key
                rings[algorithm] = ring
            }
        }
    }

    /// Every published key as a JSON Web Key.
    var published: [JSONObject] {
        rings.withLock { rings in
            rings.values.flatMap { [$0.current, $0.next] + $0.retired }.map(\.jwk)
        }
    }

    private static func makeKey(_ algorithm: TokenAlgorithm) throws -> SigningKey {
        algorithm == .rs256 ? try .rs256() : .es256()
    }
}
