/// The signature algorithms that a token may have (RFC 7518 §3.3, §3.4). There is no `none` and no `HS*` to name.
package enum TokenAlgorithm: String, Sendable, Hashable, CaseIterable {
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"

    /// The curve's field size in octets, or nil for RSA. A signature is twice that long (RFC 7518 §3.4).
    var coordinateLength: Int? {
        switch self {
        case .rs256, .rs384, .rs512: nil
        case .es256: 32
        case .es384: 48
        case .es512: 66
        }
    }
}
