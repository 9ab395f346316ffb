import Foundation
import Schema

/// The offers of a segment's structures, and for whom they are: in flat arrays, places as small numbers.
struct OfferTable: Sendable {
    private(set) var ids: [UUID] = []
    private(set) var bits: [OfferBits] = []
    private(set) var facts: [OfferFacts] = []
    private(set) var starts: [UInt32] = [0]
    /// Of each offer, where its zones begin in ``zones``.
    private(set) var zoneStarts: [UInt32] = [0]
    /// Ascending within an offer.
    private(set) var zones: [Int32] = []
    private(set) var territoryStarts: [UInt32] = [0]
    private(set) var territories: [Int32] = []
    private var numbers: [String: Int32] = [:]
    /// The key of each number.
    private(set) var keys: [String] = []
    private var served: [Served] = []

    /// Who may serve the people of one place: ascending, each once.
    private struct Served {
        var all: [UInt32] = []
        /// By an offer to be had from afar.
        var remote: [UInt32] = []
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

    private mutating func serve(_ place: Int32, _ ordinal: UInt32, isRemote: Bool) {
        if served[Int(place)].all.last != ordinal { served[Int(place)].all.append(ordinal) }
        if isRemote, served[Int(place)].remote.last != ordinal { served[Int(place)].remote.append(ordinal) }
    }
}

extension OfferTable {
    /// Of structures in any order, which are put into theirs at the end.
    struct Builder {
        private var table = OfferTable()
        private var zoneNumbers: [Zone: Int32] = [:]
        /// Of the territories that a commune lies in.
        private var communeNumbers: [String: [Int32]] = [:]

        /// - Returns: where the structure's offers stand.
        mutating func append(_ structure: Structure, in geography: Geography) -> Range<Int> {
            let draft = structure.draft
            let first = table.ids.count
            for offer in draft.services {
                table.zones += offer.zones.map { number(of: $0) }.sorted()
                table.zoneStarts.append(UInt32(table.zones.count))
                table.ids.append(offer.id)
                table.bits.append(OfferBits(offer))
                table.facts.append(OfferFacts(offer))
            }
            table.starts.append(UInt32(table.ids.count))
            if draft.services.isEmpty || draft.services.contains(where: \.zones.isEmpty) {
                table.territories += territoryNumbers(of: draft, in: geography)
            }
            table.territoryStarts.append(UInt32(table.territories.count))
            return first..<table.ids.count
        }

        private mutating func territoryNumbers(of draft: StructureDraft, in geography: Geography) -> [Int32] {
            var numbers: [Int32] = []
            if let commune = draft.address?.commune {
                if let known = communeNumbers[commune] {
                    numbers = known
                } else {
                    numbers = geography.territoryKeys(ofCommune: commune).map { number(of: ZoneKey.territory($0)) }
                    numbers.sort()
                    communeNumbers[commune] = numbers
                }
            }
            if draft.participatesIn.isEmpty { return numbers }
            return Set(numbers + draft.participatesIn.map { number(of: ZoneKey.territory($0)) }).sorted()
        }

        private mutating func number(of zone: Zone) -> Int32 {
            if let known = zoneNumbers[zone] { return known }
            let number = number(of: zone.key)
            zoneNumbers[zone] = number
            return number
        }

        private mutating func number(of key: String) -> Int32 {
            if let known = table.numbers[key] { return known }
            let number = Int32(table.served.count)
            table.numbers[key] = number
            table.keys.append(key)
            table.served.append(Served())
            return number
        }

        /// - Parameter order: of each ordinal, when its structure was appended.
        /// - Returns: the table, and of each of its offers, where it stood here.
        func table(in order: [Int]) -> (table: OfferTable, order: [Int]) {
            var arranged = OfferTable()
            (arranged.numbers, arranged.keys, arranged.served) = (table.numbers, table.keys, table.served)
            arranged.reserve(like: table)
            var offerOrder: [Int] = []
            offerOrder.reserveCapacity(table.ids.count)
            for (ordinal, place) in order.enumerated() {
                let offers = table.offers(of: place)
                arranged.take(offers, at: place, of: table, as: UInt32(ordinal))
                offerOrder += offers
            }
            return (arranged, offerOrder)
        }
    }

    private mutating func reserve(like table: OfferTable) {
        ids.reserveCapacity(table.ids.count)
        bits.reserveCapacity(table.bits.count)
        facts.reserveCapacity(table.facts.count)
        starts.reserveCapacity(table.starts.count)
        zoneStarts.reserveCapacity(table.zoneStarts.count)
        zones.reserveCapacity(table.zones.count)
        territoryStarts.reserveCapacity(table.territoryStarts.count)
        territories.reserveCapacity(table.territories.count)
    }

    private mutating func take(_ offers: Range<Int>, at place: Int, of table: OfferTable, as ordinal: UInt32) {
        var isRemote = false
        for offer in offers {
            let own = table.zones[Int(table.zoneStarts[offer])..<Int(table.zoneStarts[offer + 1])]
            let isFromAfar = table.bits[offer].isFromAfar
            if own.isEmpty { isRemote = isRemote || isFromAfar }
            zones += own
            zoneStarts.append(UInt32(zones.count))
            ids.append(table.ids[offer])
            bits.append(table.bits[offer])
            facts.append(table.facts[offer])
            for number in own { serve(number, ordinal, isRemote: isFromAfar) }
        }
        starts.append(UInt32(ids.count))
        let own = table.territories[Int(table.territoryStarts[place])..<Int(table.territoryStarts[place + 1])]
        territories += own
        for number in own { serve(number, ordinal, isRemote: isRemote) }
        territoryStarts.append(UInt32(territories.count))
    }
}
