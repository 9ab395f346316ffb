import Foundation
import Synchronization

/// Organizations and services numbered from 0 on, as HSDS's pages need them: in the order of their structures' ids, the
/// same on every replica. Made when it is first asked for after a change.
final class HumanServicesCatalogue: Sendable {
    /// One moment's numbers.
    final class Edition: Sendable {
        let structures: OrderedStructures
        /// Of each structure the number of its first service; then how many there are.
        private let starts: [Int]
        private let places: [UUID: Int]
        private let numbers: [UUID: Int]
        fileprivate let snapshot: Snapshot

        init(_ snapshot: Snapshot) {
            self.snapshot = snapshot
            let structures = OrderedStructures(snapshot)
            var (starts, places, numbers) = ([0], [UUID: Int](), [UUID: Int]())
            for place in 0..<structures.count {
                places[structures.id(at: place)] = place
                let offers = structures.offers(at: place)
                for (offset, offer) in offers.enumerated() { numbers[offer] = starts[place] + offset }
                starts.append(starts[place] + offers.count)
            }
            (self.structures, self.starts, self.places, self.numbers) = (structures, starts, places, numbers)
        }

        var serviceCount: Int { starts[structures.count] }

        /// The place of a structure.
        func place(of structure: UUID) -> Int? { places[structure] }

        /// The place of the structure that offers a service.
        func place(ofService service: UUID) -> Int? { numbers[service].map { self.service($0).place } }

        /// The service of a number, with the place of its structure.
        func service(_ number: Int) -> (place: Int, id: UUID) {
            // The last structure that begins at or before it: those without services begin where the next one does.
            let place = starts.firstPlace { $0 > number } - 1
            let offers = structures.offers(at: place)
            return (place, offers[offers.startIndex + number - starts[place]])
        }
    }

    private let latest = Mutex<Edition?>(nil)

    func edition(of snapshot: Snapshot) -> Edition {
        if let edition = latest.withLock({ $0 }), edition.snapshot === snapshot { return edition }
        let edition = Edition(snapshot)
        latest.withLock { $0 = edition }
        return edition
    }
}
