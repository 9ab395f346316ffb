import Foundation
import Schema
import Tokens

/// For whom a request acts: the tenant of its transactions, taken from the token and nothing else.
struct Acting: Sendable {
    let caller: VerifiedToken
    /// The structures of the token, and those of its networks (in its region, where it names one).
    let structures: Set<UUID>
    /// The person themselves, in a session of their follow-up; then there are no structures.
    let person: UUID?
    /// Of the request, and of the calls that it makes.
    let correlation: Correlation

    /// Also for a structure that the caller was just found to act for.
    func including(_ structure: UUID) -> Acting {
        Acting(caller: caller, structures: structures.union([structure]), person: person, correlation: correlation)
    }

    /// For this structure alone.
    func only(_ structure: UUID) -> Acting {
        Acting(caller: caller, structures: [structure], person: person, correlation: correlation)
    }

    /// Keys (`kind:code`) of the territories that the caller coordinates.
    var territories: [String] { caller.scopes.contains(.referralCoordinate) ? caller.territories : [] }

    /// The settings that row-level security reads.
    var settings: [(name: String, value: String)] {
        [
            (name: "spro.structures", value: structures.map(\.text).sorted().joined(separator: ",")),
            (name: "spro.client", value: caller.clientID),
            (name: "spro.person", value: person?.text ?? ""),
            (name: "spro.territories", value: territories.joined(separator: ",")),
        ]
    }
}
