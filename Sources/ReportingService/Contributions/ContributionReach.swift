import Foundation
import Schema
import Tokens

/// For whom a caller contributes, by the claims of its token: a structure's client for its structures, a network's for
/// those of its networks, a coordinator for its territories and the structures in them, the region itself (`spro_region`
/// and nothing narrower) for everything of its region.
struct ContributionReach: Sendable {
    /// What the judgement of a subject comes to.
    enum Verdict: Equatable {
        /// The record's region.
        case within(String)
        case beyond
        /// The directory has not told of it.
        case unknown(at: String)
    }

    private let region: String?
    private let structures: Set<UUID>
    private let networks: Set<String>
    private let territories: Set<String>

    init(_ caller: VerifiedToken) {
        region = caller.region
        structures = Set(caller.structures)
        networks = Set(caller.networks)
        territories = Set(caller.territories)
    }

    /// The region for which it acts as a whole.
    var wholeRegion: String? { structures.isEmpty && networks.isEmpty && territories.isEmpty ? region : nil }

    func verdict(on subject: ContributionSubject, _ places: ContributionPlaces) -> Verdict {
        switch subject {
        case .structure(let id, let name): verdict(onStructure: id, name, places)
        case .territory(let key, let name): verdict(onTerritory: key, name, places)
        case .network(let code):
            if let region, wholeRegion != nil || networks.contains(code) { .within(region) } else { .beyond }
        case .region(let code):
            if let wholeRegion, code ?? wholeRegion == wholeRegion { .within(wholeRegion) } else { .beyond }
        }
    }

    private func verdict(onStructure id: UUID, _ name: String, _ places: ContributionPlaces) -> Verdict {
        let isNamed = structures.contains(id)
        guard let place = places.structures[id] else {
            // Who acts for structures by their ids alone learns nothing of others.
            return isNamed || wholeRegion != nil || !networks.isEmpty || !territories.isEmpty
                ? .unknown(at: name) : .beyond
        }
        let isOfOthers =
            wholeRegion != nil || !networks.isDisjoint(with: place.networks)
            || !territories.isDisjoint(with: place.territories)
        return isNamed || (isOfOthers && acts(in: place.region)) ? .within(place.region) : .beyond
    }

    /// A territory of which no structure and no commune tells its region is nobody's yet: once it is known, it would be
    /// of another region's figures.
    private func verdict(onTerritory key: String, _ name: String, _ places: ContributionPlaces) -> Verdict {
        guard wholeRegion != nil || territories.contains(key) else { return .beyond }
        let regions = places.regions(ofTerritory: key)
        if regions.isEmpty { return .unknown(at: name) }
        if let region { return regions.contains(region) ? .within(region) : .beyond }
        return regions.count == 1 ? .within(regions[0]) : .unknown(at: name)
    }

    private func acts(in region: String) -> Bool { self.region == nil || self.region == region }
}
