import Foundation
import Schema
import ServiceCalls

extension StructureLookup {
    /// A chain of *antennes* longer than this is a mistake of the directory's.
    private static let longestChain = 8

    /// Asks the directory's API.
    init(_ directory: DirectoryClient) {
        self.init { id, correlation in
            guard let entry = try await directory.find(id, for: correlation) else { return nil }
            var root = entry
            for _ in 0..<Self.longestChain {
                guard let parent = root.parent, let above = try await directory.find(parent, for: correlation) else {
                    break
                }
                root = above
            }
            return StructureFacts(
                id: entry.id, root: root.id, region: entry.region, networks: entry.networks,
                territories: entry.locatedIn + entry.participatesIn,
                offering: StructureFacts.Offering(
                    status: entry.status,
                    kinds: Dictionary(entry.offers.map { ($0.id, $0.kind) }, uniquingKeysWith: { first, _ in first })))
        }
    }
}
