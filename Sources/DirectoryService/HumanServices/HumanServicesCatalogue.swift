import Foundation

/// Organizations and services numbered from 0 on, as HSDS's pages need them: in the order of their structures' ids, the
/// same on every replica. It holds ids and numbers, and nothing of the snapshot that it was made of.
struct HumanServicesCatalogue: Sendable {
    /// Of the structures, in their order.
    let structures: [UUID]
    /// Of each structure the number of its first service; then how many there are.
    private let starts: [Int]
    /// The structure of each service.
    private let owners: [UUID: UUID]

    init(_ snapshot: Snapshot) {
        let ordered = OrderedStructures(snapshot)
        var (structures, starts, owners) = ([UUID](), [0], [UUID: UUID]())
        structures.reserveCapacity(ordered.count)
        for place in 0..<ordered.count {
            let (id, offers) = (ordered.id(at: place), ordered.offers(at: place))
            structures.append(id)
            for offer in offers { owners[offer] = id }
            starts.append(starts[place] + offers.count)
        }
        (self.structures, self.starts, self.owners) = (structures, starts, owners)
    }

    var serviceCount: Int { starts[structures.count] }

    func owner(ofService service: UUID) -> UUID? { owners[service] }

    /// The structure of the service of a number, and which of its services it is.
    func service(_ number: Int) -> (structure: UUID, place: Int) {
        // The last structure that begins at or before it: those without services begin where the next one does.
        let place = starts.firstPlace { $0 > number } - 1
        return (structures[place], number - starts[place])
    }
}
