import Schema

/// A token's text taken apart: three segments of canonical base64url, the first two strict JSON objects.
/// Nothing in it is to be believed yet.
struct CompactToken: Sendable {
    static let maximumLength = 8 * 1024

    let header: JSONObject
    let claims: JSONObject
    /// `header.claims`, what the signature is over.
    let signingInput: String
    let signature: String
    /// Octets of the decoded signature.
    let signatureLength: Int

    init(_ bearer: String) throws(TokenRefusal) {
        guard bearer.utf8.count <= Self.maximumLength else { throw .malformed }
        let segments = bearer.utf8.split(
            separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard segments.count == 3, segments.allSatisfy({ !$0.isEmpty }),
            let headerBytes = Base64URL.decode(segments[0]),
            let claimsBytes = Base64URL.decode(segments[1]),
            let signatureBytes = Base64URL.decode(segments[2]),
            let header = try? JSONValue(parsing: headerBytes, limits: .token).object, !header.isEmpty,
            let claims = try? JSONValue(parsing: claimsBytes, limits: .token).object, !claims.isEmpty
        else { throw .malformed }
        self.header = header
        self.claims = claims
        signingInput = String(bearer[..<segments[1].endIndex])
        signature = String(segments[2]) ?? ""
        signatureLength = signatureBytes.count
    }
}
