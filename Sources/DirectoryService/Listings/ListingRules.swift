import Foundation
import Schema

/// What an entry must be beside well formed: true to the reference data, to the charters and to the directory.
struct ListingRules: Sendable {
    let geography: Geography
    let networks: NetworkRules

    func violations(in draft: some ListedDraft) -> [Violation] {
        var violations: [Violation] = []
        let reach = draft.reach
        if !geography.regions.contains(reach.region) { violations.append(Violation(.unknownRegion, at: "/region")) }
        for (index, key) in reach.territories.enumerated() {
            let place = "/territories/\(index)"
            if let territory = geography.territories[key] {
                if territory.region != reach.region { violations.append(Violation(Self.otherRegion, at: place)) }
            } else {
                violations.append(Violation(.unknownTerritory, at: place))
            }
        }
        if let commune = draft.commune, geography.commune(commune) == nil {
            violations.append(Violation(.unknownCommune, at: "/place/commune"))
        }
        for (code, pointer) in draft.namedNetworks where !networks.isNetwork(code) {
            violations.append(Violation(StructureRules.unknownNetwork, at: pointer))
        }
        return violations
    }

    /// - Parameter regions: of the structures that the entry names, as far as there are any such structures.
    static func violations(in draft: some ListedDraft, regions: [UUID: String]) -> [Violation] {
        var violations: [Violation] = []
        if let organiser = draft.organiser {
            switch regions[organiser] {
            case nil: violations.append(Violation(.unknownStructure, at: "/organiser_id"))
            case let region? where region != draft.reach.region:
                violations.append(Violation(.unknownCode([region]), at: "/region"))
            default: break
            }
        }
        for (id, pointer) in draft.namedStructures where regions[id] == nil {
            violations.append(Violation(.unknownStructure, at: pointer))
        }
        return violations
    }

    private static let otherRegion = Flaw(
        "territory-in-another-region", fr: "Ce territoire est dans une autre région.",
        en: "This territory is in another region.")
}

extension ListedDraft {
    /// Every structure that it names.
    var allStructures: [UUID] { namedStructures.map(\.id) + [organiser].compactMap(\.self) }
}
