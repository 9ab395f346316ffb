import Foundation
import Support

@testable import Schema

/// A structure of a ``RegionYear`` as it changes.
struct StructureSketch {
    let id: UUID
    let region: String
    let networks: [String]
    var version = 1
    var locatedIn: [String] = []
    var participatesIn: [String] = []
    var status = "membre"
    var label = "aucun"
    var accessibility: [String] = []
    var staff: Int?
    var qualified: Int?
    var location: Coordinate?
    var offers: [Offer] = []
    /// Days since 1970.
    private var logo: Int?
    private var closures: [(from: Int, to: Int, announced: Int?)] = []

    struct Offer {
        let id: UUID
        let kind: String
        let modalities: [Modality]
        let zones: [Zone]
        var verified: Int?
        var halfDays: Int?

        init(_ random: inout SeededGenerator, in territory: RegionYear.Territory) {
            id = random.uuid()
            kind = random.pick(Vocabulary.serviceKind.codes)
            let channels = random.some(random.int(0...4), of: Vocabulary.channel.codes)
            let first = random.chance(70) ? ["presentiel"] : []
            var modalities: [Modality] = []
            for channel in Set(first + channels).sorted() {
                let access: String? = random.weighted(["flux": 4, "rendez-vous": 3, "asynchrone": 1, nil: 2])
                modalities.append(Modality(channel: channel, access: access))
            }
            self.modalities = modalities
            zones =
                switch random.int(0...9) {
                case 0...4: random.some(3, of: territory.communes).map { Zone(type: "commune", code: $0) }
                case 5: [Zone(type: "epci", code: "24\(territory.department)00404")]
                case 6: [Zone(type: "departement", code: territory.department)]
                case 7 where random.oneIn(6): [Zone(type: "region", code: RegionYear.region)]
                default: []
                }
        }
    }

    init(id: UUID, region: String, networks: [String]) {
        (self.id, self.region, self.networks) = (id, region, networks)
    }

    /// What else has changed at its next version, so many seconds after the beginning of 2026.
    mutating func age(until at: Double, _ random: inout SeededGenerator) {
        let today = 20_454 + Int(at / 86_400)
        for index in offers.indices where version == 1 || random.oneIn(2) {
            offers[index].verified = random.oneIn(6) ? nil : today - random.int(0...600)
            offers[index].halfDays = random.oneIn(4) ? nil : random.int(0...11)
        }
        for _ in 0..<random.int(0...2) {
            let from = today + random.int(-10...90)
            closures.append((from, from + random.int(0...12), random.oneIn(6) ? nil : from - random.int(0...70)))
        }
        if logo == nil, random.oneIn(2) { logo = today - random.int(0...300) }
        if let declared = staff, random.oneIn(2) {
            staff = declared + random.int(0...4)
            qualified = qualified.map { min($0 + random.int(0...4), declared) }
        }
    }

    func change() throws -> StructureChange {
        StructureChange(
            id: id, version: version, region: region, locatedIn: locatedIn, participatesIn: participatesIn,
            networks: networks, status: status, labelState: label,
            offers: offers.map { offer in
                .init(
                    id: offer.id, serviceKind: offer.kind, modalities: offer.modalities, zones: offer.zones,
                    verifiedOn: offer.verified.map(RegionStructures.day), halfDays: offer.halfDays)
            },
            accessibility: accessibility,
            staff: try staff.map { declared in
                try Self.read(#"{"declared": \#(declared), "qualified": \#(qualified.map(String.init) ?? "null")}"#) {
                    Staff($0)
                }
            }, logoDisplayedOn: logo.map(RegionStructures.day),
            closures: try closures.map { closure in
                let days = [closure.from, closure.to, closure.announced].map { day in
                    day.map { "\"\(RegionStructures.day($0).text)\"" } ?? "null"
                }
                return try Self.read(#"{"from": \#(days[0]), "to": \#(days[1]), "announced_on": \#(days[2])}"#) {
                    Closure($0)
                }
            }, location: location)
    }

    private static func read<Value>(_ text: String, _ make: (ObjectReader) -> Value?) throws -> Value {
        try ObjectReader.read(JSONValue(parsing: Array(text.utf8)), make)
    }
}
