import Foundation
import Schema

/// The offers of a segment's structures, and for whom they are: in flat arrays, places as small numbers.
///
/// A structure is competent for a commune if a zone of one of its offers covers it, or, where its offers have no zones,
/// if it lies or takes part in a territory that contains it. Where something is asked of offers, only those that match
/// count.
struct OfferTable: Sendable {
    private(set) var ids: [UUID] = []
    private(set) var bits: [OfferBits] = []
    private var starts: [UInt32] = [0]
    /// Of each offer, where its zones begin in ``zones``.
    private var zoneStarts: [UInt32] = [0]
    /// Ascending within an offer.
    private var zones: [Int32] = []
    private var territoryStarts: [UInt32] = [0]
    private var territories: [Int32] = []
    private var numbers: [String: Int32] = [:]
    private var served: [Served] = []

    /// Who may serve the people of one place: ascending, each once.
    private struct Served {
        var all: [UInt32] = []
        /// By an offer to be had from afar.
        var remote: [UInt32] = []
    }

    struct Competence: Equatable {
        let isCompetent: Bool
        /// By an offer that can be had without going anywhere.
        let isFromAfar: Bool

        static let none = Competence(isCompetent: false, isFromAfar: false)
    }

    /// The offers of a structure.
    func offers(of ordinal: Int) -> Range<Int> { Int(starts[ordinal])..<Int(starts[ordinal + 1]) }

    func matches(_ ordinal: Int, _ test: OfferBits.Test) -> Bool {
        test.isEmpty || offers(of: ordinal).contains { test.matches(bits[$0]) }
    }

    /// The numbers of a commune's places (``Geography/zoneKeys(covering:)``) that anybody here serves.
    func places(_ keys: [String]) -> [Int32] { keys.compactMap { numbers[$0] } }

    /// Structures that may be competent for these places, those of several more than once: without the others nobody
    /// is.
    func serving(_ places: [Int32], fromAfar: Bool) -> [[UInt32]] {
        places.map { fromAfar ? served[Int($0)].remote : served[Int($0)].all }
    }

    func competence(of ordinal: Int, for places: [Int32], _ test: OfferBits.Test) -> Competence {
        competence(of: ordinal, by: offers(of: ordinal), for: places, test)
    }

    /// What one offer makes of its structure.
    func competence(of ordinal: Int, byOffer offer: Int, for places: [Int32], _ test: OfferBits.Test) -> Competence {
        competence(of: ordinal, by: offer..<offer + 1, for: places, test)
    }

    private func competence(
        of ordinal: Int, by offers: Range<Int>, for places: [Int32], _ test: OfferBits.Test
    ) -> Competence {
        var (hasZones, isCovered, isCoveredFromAfar, isRemote) = (false, false, false, false)
        for offer in offers where test.matches(bits[offer]) {
            let own = Int(zoneStarts[offer])..<Int(zoneStarts[offer + 1])
            let isFromAfar = test.matchesFromAfar(bits[offer])
            if own.isEmpty {
                isRemote = isRemote || isFromAfar
                continue
            }
            hasZones = true
            if isCoveredFromAfar || (isCovered && !isFromAfar) || !contains(zones[own], places) { continue }
            isCovered = true
            isCoveredFromAfar = isFromAfar
        }
        if hasZones { return Competence(isCompetent: isCovered, isFromAfar: isCoveredFromAfar) }
        let own = Int(territoryStarts[ordinal])..<Int(territoryStarts[ordinal + 1])
        guard contains(territories[own], places) else { return .none }
        return Competence(isCompetent: true, isFromAfar: isRemote)
    }

    private func contains(_ own: ArraySlice<Int32>, _ places: [Int32]) -> Bool {
        if own.count <= 16 { return own.contains(where: places.contains) }
        return places.contains { place in
            let found = own.firstPlace { $0 >= place }
            return found < own.endIndex && own[found] == place
        }
    }

    /// The offers of the next structure.
    mutating func append(_ structure: Structure, in geography: Geography) {
        let (ordinal, draft) = (UInt32(starts.count - 1), structure.draft)
        for offer in draft.services {
            let numbers = offer.zones.map { number(of: $0.key) }.sorted()
            zones += numbers
            zoneStarts.append(UInt32(zones.count))
            ids.append(offer.id)
            bits.append(OfferBits(offer))
            for number in numbers { serve(number, ordinal, isRemote: offer.isRemote) }
        }
        starts.append(UInt32(ids.count))
        let unzoned = draft.services.filter(\.zones.isEmpty)
        if draft.services.isEmpty || !unzoned.isEmpty {
            let isRemote = unzoned.contains(where: \.isRemote)
            let numbers = Set(
                Trait.territory.values(of: structure, in: geography).map { number(of: ZoneKey.territory($0)) })
            territories += numbers.sorted()
            for number in numbers { serve(number, ordinal, isRemote: isRemote) }
        }
        territoryStarts.append(UInt32(territories.count))
    }

    private mutating func number(of key: String) -> Int32 {
        if let known = numbers[key] { return known }
        let number = Int32(served.count)
        numbers[key] = number
        served.append(Served())
        return number
    }

    private mutating func serve(_ place: Int32, _ ordinal: UInt32, isRemote: Bool) {
        if served[Int(place)].all.last != ordinal { served[Int(place)].all.append(ordinal) }
        if isRemote, served[Int(place)].remote.last != ordinal { served[Int(place)].remote.append(ordinal) }
    }
}
