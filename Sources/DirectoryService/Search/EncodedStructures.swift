import Schema

/// The JSON of a segment's structures and of their offers, encoded once: in parts, as they were read, because to move it
/// into one piece would take as much memory again.
struct EncodedStructures: Sendable {
    private var parts: [[UInt8]] = []
    /// Of each structure; in the order of the segment once it is arranged.
    private var places: [Place] = []
    /// Of each offer, without its closing brace.
    private var offers: [OfferPlace] = []

    private struct Place {
        let part: UInt32
        let structure: EncodedPart.Structure
    }

    private struct OfferPlace {
        let part: UInt32
        let range: Range<UInt32>
    }

    /// Without its closing brace.
    func structure(_ ordinal: Int, includingServices: Bool) -> ArraySlice<UInt8> {
        let (part, structure) = (places[ordinal].part, places[ordinal].structure)
        return parts[Int(part)][Int(structure.start)..<Int(includingServices ? structure.end : structure.coreEnd)]
    }

    /// Without its closing brace.
    func offer(_ place: Int) -> ArraySlice<UInt8> {
        let offer = offers[place]
        return parts[Int(offer.part)][Int(offer.range.lowerBound)..<Int(offer.range.upperBound)]
    }

    /// A structure's name, as a JSON string.
    func name(_ ordinal: Int) -> ArraySlice<UInt8> {
        let (part, name) = (places[ordinal].part, places[ordinal].structure.name)
        return parts[Int(part)][Int(name.lowerBound)..<Int(name.upperBound)]
    }

    mutating func append(_ part: EncodedPart) {
        let number = UInt32(parts.count)
        parts.append(part.bytes)
        places += part.structures.lazy.map { Place(part: number, structure: $0) }
        offers += part.offers.lazy.map { OfferPlace(part: number, range: $0) }
    }

    /// The same in another order of the structures and of the offers: of each, which was where.
    func arranged(_ order: [Int], offers offerOrder: [Int]) -> EncodedStructures {
        var arranged = EncodedStructures()
        arranged.parts = parts
        arranged.places = order.map { places[$0] }
        arranged.offers = offerOrder.map { offers[$0] }
        return arranged
    }
}

/// The JSON of some structures, one after the other, and where in it each is.
struct EncodedPart: Sendable {
    struct Structure {
        let start: UInt32
        /// Where its core ends: every member but the services, without the closing brace.
        let coreEnd: UInt32
        /// Where its services end, without the closing brace.
        let end: UInt32
        /// A JSON string.
        let name: Range<UInt32>
    }

    private(set) var structures: [Structure] = []
    /// Without their closing braces.
    private(set) var offers: [Range<UInt32>] = []
    private(set) var bytes: [UInt8] = []

    init(of structures: [DirectoryService.Structure], in geography: Geography) {
        self.structures.reserveCapacity(structures.count)
        var json = JSONWriter(reservingCapacity: structures.count * 3072)
        for structure in structures {
            let layout = StructureJSON.write(structure, in: geography, to: &json)
            self.structures.append(
                Structure(
                    start: UInt32(layout.start), coreEnd: UInt32(layout.coreEnd), end: UInt32(layout.end),
                    name: UInt32(layout.name.lowerBound)..<UInt32(layout.name.upperBound)))
            offers += layout.offers.lazy.map { UInt32($0.lowerBound)..<UInt32($0.upperBound - 1) }
        }
        // What it takes and no more: it stays as long as the segment.
        bytes = [UInt8](unsafeUninitializedCapacity: json.bytes.count) { buffer, count in
            (_, count) = buffer.initialize(from: json.bytes)
        }
    }
}
