/// Why another service's answer cannot be had. Holds no token, no body, no person's data.
package enum CallFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The issuer gives us no token.
    case noToken(String)
    /// No connection, no answer in time, or one that says «later» (429, 5xx).
    case unavailable(String)
    /// It does not let us: a mistake in how the two are set up.
    case refused(status: Int)
    /// An answer that is not what its contract says, or too long.
    case malformed(String)

    package var description: String {
        switch self {
        case .noToken(let reason): "no token: \(reason)"
        case .unavailable(let reason): "unavailable: \(reason)"
        case .refused(let status): "refused with status \(status)"
        case .malformed(let reason): "malformed answer: \(reason)"
        }
    }
}
