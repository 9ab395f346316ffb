import Schema

/// Why a published key is not used.
package enum JWKDefect: String, Error {
    case missingKeyID = "missing-key-id"
    case notForSignatures = "not-for-signatures"
    case privateKeyPublished = "private-key-published"
    case unsupportedType = "unsupported-type"
    case unsupportedAlgorithm = "unsupported-algorithm"
    case algorithmMismatch = "algorithm-mismatch"
    case malformed = "malformed"
    case weak = "weak"
    case notOnCurve = "not-on-curve"
}

/// Why a whole key set is refused; the keys held before it stay.
package enum JWKSDefect: String, Error {
    case tooLarge = "too-large"
    case notJSON = "not-json"
    case notAKeySet = "not-a-key-set"
    case tooManyKeys = "too-many-keys"
    case duplicateKeyID = "duplicate-key-id"
    case noUsableKey = "no-usable-key"
}

/// An issuer's JSON Web Key Set (RFC 7517 §5).
///
/// A single key that we cannot use is left out, as §5 asks (issuers publish encryption keys beside the others); a set
/// that is ambiguous or out of bounds is refused whole.
package struct JWKS: Sendable {
    package static let maximumLength = 64 * 1024
    package static let maximumCount = 20

    /// By key id.
    package let keys: [String: VerificationKey]
    /// The keys left out, for the log: ids are public.
    package let unused: [(id: String?, defect: JWKDefect)]

    package init(parsing bytes: [UInt8]) throws(JWKSDefect) {
        guard bytes.count <= Self.maximumLength else { throw .tooLarge }
        guard let document = try? JSONValue(parsing: bytes, limits: .token) else { throw .notJSON }
        guard let members = document.object?["keys"]?.array else { throw .notAKeySet }
        guard members.count <= Self.maximumCount else { throw .tooManyKeys }
        let ids = members.compactMap { $0.object?["kid"]?.string }
        guard Set(ids).count == ids.count else { throw .duplicateKeyID }

        var keys: [String: VerificationKey] = [:]
        var unused: [(id: String?, defect: JWKDefect)] = []
        for member in members {
            guard let jwk = member.object else { throw .notAKeySet }
            do throws(JWKDefect) {
                let key = try VerificationKey(jwk: jwk)
                keys[key.id] = key
            } catch {
                unused.append((jwk["kid"]?.string, error))
            }
        }
        guard !keys.isEmpty else { throw .noUsableKey }
        self.keys = keys
        self.unused = unused
    }
}
