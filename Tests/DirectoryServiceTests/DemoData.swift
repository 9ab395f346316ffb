import Foundation
import Schema
import Support

/// The demo data, read without production's importers.
struct DemoData {
    let land: Land
    let sketches: [Sketch]

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: Repository.path("demo/\(name)"))))
    }

    init() throws {
        func text(_ name: String) throws -> String { String(decoding: try Self.bytes(name), as: UTF8.self) }
        land = Land(
            places: Land.places(csv: try text("communes.csv")), areas: Land.areas(csv: try text("territories.csv")))
        sketches = try text("structures.ndjson").split(separator: "\n").map { line in
            let json = try JSONSerialization.jsonObject(with: Data(line.utf8)) as! [String: Any]
            return Sketch(json)
        }
    }
}

extension Sketch {
    fileprivate init(_ json: [String: Any]) {
        func texts(_ name: String) -> [String] { json[name] as? [String] ?? [] }
        self.init(id: UUID(uuidString: json["id"] as! String)!, name: json["name"] as! String)
        networks = texts("networks")
        status = json["status"] as! String
        commune = (json["address"] as? [String: Any])?["commune"] as? String
        region = json["region"] as? String
        openingHours = json["opening_hours"] as? String
        participatesIn = texts("participates_in")
        if let location = json["location"] as? [String: Any] {
            point = Point(
                latitude: (location["latitude"] as! NSNumber).doubleValue,
                longitude: (location["longitude"] as! NSNumber).doubleValue)
        }
        offers = (json["services"] as? [[String: Any]] ?? []).map { offer in
            var read = Offer(
                id: UUID(uuidString: offer["id"] as! String)!, kind: offer["kind"] as! String,
                // The same may stand there with another format.
                modalities: Set(
                    (offer["modalities"] as? [[String: Any]] ?? []).map {
                        Modality(channel: $0["channel"] as! String, access: $0["access"] as? String)
                    }
                ).sorted { ($0.channel, $0.access ?? "") < ($1.channel, $1.access ?? "") },
                zones: (offer["zones"] as? [[String: Any]] ?? []).map {
                    Zone(type: $0["type"] as! String, code: $0["code"] as! String)
                })
            read.audiences = offer["audiences"] as? [String] ?? []
            read.openingHours = offer["opening_hours"] as? String
            return read
        }
        (languages, accessibility) = (texts("languages"), texts("accessibility"))
        label = (json["label"] as? [String: Any])?["state"] as? String
    }
}
