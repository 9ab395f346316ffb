import Foundation
import Schema

/// What an entry must be beside well formed: true to the reference data, to the charters and to the directory.
struct ListingRules: Sendable {
    let geography: Geography
    let networks: NetworkRules

    /// Of what could be read of an entry: a member that has a flaw of form is not judged again.
    func violations(in reading: Reading<some ServedListing>) -> [Violation] {
        guard let draft = reading.value else { return [] }
        var violations: [Violation] = []
        let (reach, isRegionFlawed) = (draft.reach, reading.flawedMembers.contains("region"))
        if !isRegionFlawed, !geography.regions.contains(reach.region) {
            violations.append(Violation(.unknownRegion, at: "/region"))
        }
        for (index, key) in reach.territories.enumerated() {
            let place = "/territories/\(index)"
            if let territory = geography.territories[key] {
                if !isRegionFlawed, territory.region != reach.region {
                    violations.append(Violation(Self.otherRegion, at: place))
                }
            } else {
                violations.append(Violation(.unknownTerritory, at: place))
            }
        }
        if let commune = draft.commune, geography.commune(commune) == nil {
            violations.append(Violation(.unknownCommune, at: "/place/commune"))
        }
        for (code, pointer) in draft.namedNetworks where !networks.isNetwork(code, on: draft.networksOn) {
            violations.append(Violation(StructureRules.unknownNetwork, at: pointer))
        }
        return violations
    }

    /// - Parameter regions: of the structures that the entry names, as far as there are any such structures.
    static func violations(in draft: some ServedListing, regions: [UUID: String]) -> [Violation] {
        var violations: [Violation] = []
        if let organiser = draft.organiser {
            switch regions[organiser] {
            case nil: violations.append(Violation(.unknownStructure, at: "/organiser_id"))
            // Empty where it could not be read.
            case let region? where !draft.reach.region.isEmpty && region != draft.reach.region:
                violations.append(Violation(.unknownCode([region]), at: "/region"))
            default: break
            }
        }
        for (id, pointer) in draft.namedStructures {
            guard let region = regions[id] else {
                violations.append(Violation(.unknownStructure, at: pointer))
                continue
            }
            if type(of: draft).bindsStructures, region != draft.reach.region {
                violations.append(Violation(.structureOfAnotherRegion, at: pointer))
            }
        }
        return violations
    }

    private static let otherRegion = Flaw(
        "territory-in-another-region", fr: "Ce territoire est dans une autre région.",
        en: "This territory is in another region.")
}

extension Flaw {
    static let structureOfAnotherRegion = Flaw(
        "structure-of-another-region", fr: "Cette structure est d’une autre région.",
        en: "This structure is of another region.")
}

extension ServedListing {
    /// Every structure that it names.
    var allStructures: [UUID] { namedStructures.map(\.id) + [organiser].compactMap(\.self) }
}
