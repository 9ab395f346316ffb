import Crypto
import Foundation

/// A contributor's own reference of a person. It is never stored: only what tells whether two are the same person of the
/// same contributor.
struct ContributorReference: Sendable, Hashable {
    let text: String

    /// SHA-256 of the client's id and the reference. A reference is one line, so that no two pairs are written alike.
    func digest(of client: String) -> [UInt8] { Array(SHA256.hash(data: Data("\(client)\n\(text)".utf8))) }

    /// In an order that tells nothing of the order in which they were given.
    static func digests(_ references: [ContributorReference], of client: String) -> [[UInt8]] {
        references.map { $0.digest(of: client) }.sorted { $0.lexicographicallyPrecedes($1) }
    }
}
