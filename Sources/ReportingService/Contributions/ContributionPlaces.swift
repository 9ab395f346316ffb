import Foundation
import Schema

/// Where the structures and territories lie that the records of a file name, as last told.
struct ContributionPlaces: Sendable {
    struct Structure: Sendable {
        let region: String
        /// Keys of those in which it lies.
        let territories: [String]
        let networks: [String]
    }

    /// Those of which the directory's feed has told.
    let structures: [UUID: Structure]
    /// Of each territory; one may lie in several.
    let regions: [String: [String]]

    func regions(ofTerritory key: String) -> [String] {
        let parts = key.split(separator: ":", maxSplits: 1)
        if parts.count == 2, parts[0] == "departement" {
            return [Department.region(of: String(parts[1]))].compactMap(\.self)
        }
        return regions[key] ?? []
    }
}
