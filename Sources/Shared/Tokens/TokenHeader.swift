import Schema

/// The header's rules: no extension that changes what the token means, an access token's type, a key by its id.
struct TokenHeader {
    let keyID: String
    let algorithm: TokenAlgorithm

    /// Headers that would bring their own key, compress, encrypt, or ask for rules that we do not have (RFC 7515
    /// §4.1, RFC 7516 §4.1, RFC 7797 §3).
    private static let forbidden = ["crit", "b64", "zip", "enc", "jku", "jwk", "x5u", "x5c"]

    init(_ header: JSONObject, allowedTypes: Set<TokenType>) throws(TokenRefusal) {
        guard Self.forbidden.allSatisfy({ header[$0] == nil }) else { throw .forbiddenHeader }
        guard let text = header["typ"]?.string, let type = TokenType(rawValue: text),
            allowedTypes.contains(type)
        else { throw .unsupportedType }
        guard let keyID = header["kid"]?.string, !keyID.isEmpty,
            let name = header["alg"]?.string, let algorithm = TokenAlgorithm(rawValue: name)
        else { throw .unknownKey }
        self.keyID = keyID
        self.algorithm = algorithm
    }
}
