import Foundation

/// All structures of one moment in the order of their ids: the same on every replica.
///
/// It keeps the snapshot that it was made of, however long it is read.
struct OrderedStructures: Sendable {
    let geography: Geography
    private let segments: [Segment]
    private let places: [(segment: UInt8, ordinal: UInt32)]

    init(_ snapshot: Snapshot) {
        geography = snapshot.geography
        let parts = snapshot.parts
        segments = parts.map(\.segment)
        var found: [(key: (UInt64, UInt64), segment: UInt8, ordinal: UInt32)] = []
        found.reserveCapacity(snapshot.count)
        for (number, part) in parts.enumerated() {
            for (ordinal, id) in part.segment.ids.enumerated() where !part.hidden.contains(ordinal) {
                let halves = id.halves
                found.append(((halves.0, halves.1), UInt8(number), UInt32(ordinal)))
            }
        }
        found.sort { $0.key < $1.key }
        places = found.map { ($0.segment, $0.ordinal) }
    }

    var count: Int { places.count }

    func id(at place: Int) -> UUID { segment(at: place).ids[ordinal(at: place)] }

    /// The ids of its offers, in their order.
    func offers(at place: Int) -> ArraySlice<UUID> {
        let offers = segment(at: place).offers
        return offers.ids[offers.offers(of: ordinal(at: place))]
    }

    /// The structure's public JSON with its services.
    func encoded(at place: Int) -> [UInt8] {
        segment(at: place).encoded(at: ordinal(at: place), includingServices: true) + [UInt8(ascii: "}")]
    }

    private func segment(at place: Int) -> Segment { segments[Int(places[place].segment)] }
    private func ordinal(at place: Int) -> Int { Int(places[place].ordinal) }
}
