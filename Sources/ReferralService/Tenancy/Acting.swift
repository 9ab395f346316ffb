import Foundation
import Schema
import Tokens

/// For whom a request acts: the tenant of its transactions, taken from the token and nothing else.
struct Acting: Sendable {
    let caller: VerifiedToken
    /// The structures of the token, and those of its networks.
    let structures: Set<UUID>
    let requestID: String

    /// Also for a structure that the caller was just found to act for.
    func including(_ structure: UUID) -> Acting {
        Acting(caller: caller, structures: structures.union([structure]), requestID: requestID)
    }

    /// For this structure alone.
    func only(_ structure: UUID) -> Acting {
        Acting(caller: caller, structures: [structure], requestID: requestID)
    }

    /// The setting that row-level security reads.
    var settings: [(name: String, value: String)] {
        [(name: "spro.structures", value: structures.map(\.text).sorted().joined(separator: ","))]
    }
}
