package import Foundation
package import Schema

/// What a genuine access token says: who may do what, and for whom. Only the verifier makes one.
package struct VerifiedToken: Sendable, Equatable {
    package let issuer: String
    package let subject: String
    package let clientID: String
    package let tokenID: String
    /// Scopes that we know; others in the token mean nothing here.
    package let scopes: Set<Scope>
    /// `spro_region`: INSEE code of a region.
    package let region: String?
    /// `spro_structures`, at most 50.
    package let structures: [UUID]
    /// `spro_networks`: codes of networks, each for all its structures.
    package let networks: [String]
    /// `spro_territories`: `kind:code`.
    package let territories: [String]
    /// Seconds since 1970.
    package let expiresAt: Int
}
