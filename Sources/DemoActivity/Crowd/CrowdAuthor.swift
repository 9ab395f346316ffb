import Foundation
import Schema

/// Makes up structures, one after the other: the same from the same places and seed.
struct CrowdAuthor {
    private let places: [(CrowdPlace, Int)]
    var chance: Chance
    private var count = 0
    /// The first structure of each network in each commune, for its *antennes*.
    private var seats: [String: String] = [:]

    init(places: [CrowdPlace], seed: UInt64) {
        self.places = places.map { ($0, $0.weight) }
        chance = Chance(seed: seed)
    }

    /// The next structure's JSON, as an import reads it.
    mutating func structure() -> [UInt8] {
        count += 1
        let profile = chance.pick(CrowdProfile.all)
        let place = chance.pick(places)
        let id = identifier()
        let seat = seat(of: id, profile, at: place)
        let isRemote = profile.status == "service-dematerialise"
        var json = JSONWriter(reservingCapacity: 2048)
        json.object { json in
            json.member("id", id)
            if let seat { json.member("parent_id", seat) }
            json.member("name", "\(profile.name) – \(place.name), site \(count) (fictif)")
            json.member("networks", [profile.network].compactMap(\.self))
            json.member("status", profile.status)
            if chance.happens(4) { writeLabel(to: &json) }
            if isRemote { json.member("region", place.region) } else { writeSite(at: place, to: &json) }
            writeContact(to: &json)
            if !isRemote { json.member("opening_hours", hours()) }
            if chance.happens(2) { writeClosure(to: &json) }
            json.member("languages", chance.happens(20) ? ["fr", "en"] : ["fr"])
            json.member("accessibility", chance.happens(70) ? ["acces-plain-pied"] : [])
            json.member("services") { json in
                json.array { json in
                    for (index, kind) in profile.kinds.enumerated() where index == 0 || chance.happens(75) {
                        writeOffer(kind, of: profile, at: place, isRemote: isRemote, to: &json)
                    }
                }
            }
            let staff = chance.number(in: 1...40)
            json.member("staff") { json in
                json.object { json in
                    json.member("declared", staff)
                    json.member("qualified", chance.number(in: 0...staff))
                }
            }
            json.member("source", "demo-fictif")
            json.member("verified_on", "2026-0\(chance.number(in: 1...9))-\(chance.number(in: 10...28))")
        }
        return json.bytes
    }

    /// A UUIDv7 of 2026-01-01T00:00:00Z, as in the demo data.
    mutating func identifier() -> String {
        let (a, b) = (chance.next(), chance.next())
        let bytes: [UInt8] =
            [0x01, 0x9B, 0x76, 0xDA, 0xA8, 0x00, 0x70 | UInt8(a >> 60), UInt8(a >> 48 & 0xFF)]
            + [0x80 | UInt8(b >> 58)] + (0..<7).map { UInt8(b >> (8 * $0) & 0xFF) }
        return bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)).text }
    }

    /// One in six is an *antenne* of the network's first structure in its commune.
    private mutating func seat(of id: String, _ profile: CrowdProfile, at place: CrowdPlace) -> String? {
        guard let network = profile.network else { return nil }
        guard let seat = seats["\(network) \(place.code)"] else {
            seats["\(network) \(place.code)"] = id
            return nil
        }
        return chance.happens(16) ? seat : nil
    }

    private mutating func writeLabel(to json: inout JSONWriter) {
        let state = chance.pick([("accorde", 8), ("suspendu", 1), ("retire", 1)])
        json.member("label") { json in
            json.object { json in
                json.member("state", state)
                json.member("decided_on", "2025-10-\(chance.number(in: 10...28))")
            }
        }
    }

    /// In the commune's midst more often than at its edge, and four kilometres from its centroid at most.
    private mutating func writeSite(at place: CrowdPlace, to json: inout JSONWriter) {
        let street = "\(chance.number(in: 1...120)) \(chance.pick(Self.streets))"
        json.member("address") { json in
            json.object { json in
                json.member("street", street)
                json.member("commune", place.code)
            }
        }
        let (metres, bearing) = (chance.number(in: 0...4000), Double(chance.number(in: 0..<3600)) * .pi / 1800)
        let degree = Coordinate.earthRadius * .pi / 180
        let latitude = place.centroid.latitude + Double(metres) * cos(bearing) / degree
        let longitude =
            place.centroid.longitude
            + Double(metres) * sin(bearing) / (degree * cos(place.centroid.latitude * .pi / 180))
        json.member("location") { json in
            json.object { json in
                json.member("latitude", (latitude * 1e6).rounded() / 1e6)
                json.member("longitude", (longitude * 1e6).rounded() / 1e6)
                json.member("precision", "site")
            }
        }
    }

    /// Numbers are of a range that Arcep keeps for fiction.
    private mutating func writeContact(to json: inout JSONWriter) {
        let digits = String(10_000 + count % 10_000).dropFirst()
        json.member("contact") { json in
            json.object { json in
                json.member("phone", "02 61 91 \(digits.prefix(2)) \(digits.suffix(2))")
                json.member("email", "contact@site-\(count).example")
                json.member("website", "https://site-\(count).example")
            }
        }
    }

    private mutating func writeClosure(to json: inout JSONWriter) {
        let day = chance.number(in: 10...20)
        json.member("closures") { json in
            json.array { json in
                json.object { json in
                    json.member("from", "2026-12-\(day)")
                    json.member("to", "2026-12-\(day + 7)")
                }
            }
        }
    }

    private static let streets = [
        ("rue de l’Exemple", 3), ("allée de l’Essai", 2), ("place du Modèle", 2), ("avenue de l’Épreuve", 2),
        ("impasse de l’Ébauche", 1),
    ]
}
