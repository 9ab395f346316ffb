import Crypto

/// SHA-256 of a token's text: what caches know tokens by, so that no token is kept.
struct TokenDigest: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    init(of bearer: String) {
        var bearer = bearer
        let digest = bearer.withUTF8 { SHA256.hash(data: UnsafeRawBufferPointer($0)) }
        words = digest.withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self) }
    }

    static func == (left: TokenDigest, right: TokenDigest) -> Bool { left.words == right.words }

    /// One word is hash enough: the digest is uniform.
    func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
