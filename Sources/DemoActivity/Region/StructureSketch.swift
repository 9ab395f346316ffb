import Foundation
import Schema

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

        init(_ chance: inout Chance, in territory: RegionYear.Territory) {
            id = chance.uuid()
            kind = chance.one(of: Vocabulary.serviceKind.codes)
            let channels = chance.some(chance.number(in: 0...4), of: Vocabulary.channel.codes)
            let first = chance.happens(70) ? ["presentiel"] : []
            var modalities: [Modality] = []
            for channel in Set(first + channels).sorted() {
                let access: String? = chance.pick([
                    ("flux", 4), ("rendez-vous", 3), ("asynchrone", 1), (nil, 2),
                ])
                modalities.append(Modality(channel: channel, access: access))
            }
            self.modalities = modalities
            zones =
                switch chance.number(in: 0...9) {
                case 0...4: chance.some(3, of: territory.communes).map { Zone(type: "commune", code: $0) }
                case 5: [Zone(type: "epci", code: "24\(territory.department)00404")]
                case 6: [Zone(type: "departement", code: territory.department)]
                case 7 where chance.oneIn(6): [Zone(type: "region", code: RegionYear.region)]
                default: []
                }
        }
    }

    init(id: UUID, region: String, networks: [String]) {
        (self.id, self.region, self.networks) = (id, region, networks)
    }

    /// What else has changed at its next version, so many seconds after the beginning of 2026.
    mutating func age(until at: Double, _ chance: inout Chance) {
        let today = 20_454 + Int(at / 86_400)
        for index in offers.indices where version == 1 || chance.oneIn(2) {
            offers[index].verified = chance.oneIn(6) ? nil : today - chance.number(in: 0...600)
            offers[index].halfDays = chance.oneIn(4) ? nil : chance.number(in: 0...11)
        }
        // What is to come is put off or given up, what is over is said no longer.
        closures = closures.compactMap { closure in
            guard chance.oneIn(4) else { return closure }
            if closure.from <= today { return closure.to < today - 30 ? nil : closure }
            let days = chance.number(in: 1...9)
            return chance.oneIn(2) ? nil : (closure.from + days, closure.to + days, closure.announced)
        }
        for _ in 0..<chance.number(in: 0...2) {
            let from = today + chance.number(in: -10...90)
            closures.append(
                (
                    from, from + chance.number(in: 0...12),
                    chance.oneIn(6) ? nil : from - chance.number(in: 0...70)
                ))
        }
        if logo == nil, chance.oneIn(2) { logo = today - chance.number(in: 0...300) }
        if let declared = staff, chance.oneIn(2) {
            staff = declared + chance.number(in: 0...4)
            qualified = qualified.map { min($0 + chance.number(in: 0...4), declared) }
        }
    }

    /// Through its JSON: some of what it is made of can only be read.
    func change() throws -> StructureChange {
        var json = JSONWriter(reservingCapacity: 2048)
        write(to: &json)
        return try ObjectReader.read(JSONValue(parsing: json.bytes), StructureChange.init)
    }

    private func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id.text)
            json.member("version", version)
            json.member("region", region)
            json.member("located_in", locatedIn)
            json.member("participates_in", participatesIn)
            json.member("networks", networks)
            json.member("status", status)
            json.member("label_state", label)
            json.member("offers") { $0.array(of: offers) { $1.write(to: &$0) } }
            json.member("accessibility", accessibility)
            json.member("staff") { json in
                json.optional(staff) { json, declared in
                    json.object { json in
                        json.member("declared", declared)
                        json.member("qualified", qualified)
                    }
                }
            }
            json.member("logo_displayed_on", logo.map(Self.text))
            json.member("closures") { json in
                json.array(of: closures) { json, closure in
                    json.object { json in
                        json.member("from", Self.text(closure.from))
                        json.member("to", Self.text(closure.to))
                        json.member("announced_on", closure.announced.map(Self.text))
                    }
                }
            }
            json.member("location") { json in
                json.optional(location) { json, point in
                    json.object { json in
                        json.member("latitude", point.latitude)
                        json.member("longitude", point.longitude)
                    }
                }
            }
        }
    }

    private static func text(_ day: Int) -> String { RegionStructures.day(day).text }
}

extension StructureSketch.Offer {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id.text)
            json.member("service_kind", kind)
            json.member("modalities") { json in
                json.array(of: modalities) { json, modality in
                    json.object { json in
                        json.member("channel", modality.channel)
                        json.member("access", modality.access)
                        json.member("format", modality.format)
                    }
                }
            }
            json.member("zones") { json in
                json.array(of: zones) { json, zone in
                    json.object { json in
                        json.member("type", zone.type)
                        json.member("code", zone.code)
                    }
                }
            }
            json.member("verified_on", verified.map { RegionStructures.day($0).text })
            json.member("half_days", halfDays)
        }
    }
}
