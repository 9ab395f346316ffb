import Foundation
import Schema

/// The catalogue beside the moment of the directory that it is read from.
struct HumanServicesEdition: Sendable {
    let catalogue: HumanServicesCatalogue
    /// With the fingerprint of the one that the catalogue was made of.
    let snapshot: Snapshot

    func organization(_ number: Int) -> HumanServicesRecord? { record(of: catalogue.structures[number]) }

    func service(_ number: Int) -> (record: HumanServicesRecord, id: UUID)? {
        let (structure, place) = catalogue.service(number)
        guard let (segment, ordinal) = snapshot.find(structure), let record = record(of: structure) else { return nil }
        return (record, segment.offers.ids[segment.offers.offers(of: ordinal).lowerBound + place])
    }

    func record(ofService service: UUID) -> HumanServicesRecord? {
        catalogue.owner(ofService: service).flatMap { record(of: $0) }
    }

    func record(of structure: UUID) -> HumanServicesRecord? {
        guard let (segment, ordinal) = snapshot.find(structure) else { return nil }
        let bytes = segment.encoded(at: ordinal, includingServices: true) + [UInt8(ascii: "}")]
        // Our own bytes are JSON: what could not be read would be shown as nothing.
        return HumanServicesRecord((try? JSONValue(parsing: Array(bytes))) ?? .null, id: structure)
    }
}
