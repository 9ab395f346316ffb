import Schema

/// The JSON of a segment's structures and of their offers, encoded once, one after the other.
struct EncodedStructures: Sendable {
    private var bytes: [UInt8] = []
    /// Where each structure's core ends, and where its services end: the next one begins there.
    private var ends: [(core: Int, services: Int)] = []
    /// Where each offer lies in its structure's services, without its closing brace.
    private var offers: [Range<Int>] = []
    private var names: [UInt8] = []
    private var nameEnds: [Int] = []

    /// Without its closing brace.
    func structure(_ ordinal: Int, includingServices: Bool) -> ArraySlice<UInt8> {
        let start = ordinal == 0 ? 0 : ends[ordinal - 1].services
        return bytes[start..<(includingServices ? ends[ordinal].services : ends[ordinal].core)]
    }

    /// Without its closing brace.
    func offer(_ place: Int) -> ArraySlice<UInt8> { bytes[offers[place]] }

    /// A structure's name, as a JSON string.
    func name(_ ordinal: Int) -> ArraySlice<UInt8> {
        names[(ordinal == 0 ? 0 : nameEnds[ordinal - 1])..<nameEnds[ordinal]]
    }

    mutating func append(_ structure: Structure, in geography: Geography) {
        let json = StructureJSON(structure, in: geography)
        bytes += json.core
        let core = bytes.count
        bytes += ",\"services\":[".utf8
        for (place, offer) in json.offers.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            offers.append(bytes.count..<bytes.count + offer.count - 1)
            bytes += offer
        }
        bytes.append(UInt8(ascii: "]"))
        ends.append((core: core, services: bytes.count))
        names += json.name
        nameEnds.append(names.count)
    }
}
