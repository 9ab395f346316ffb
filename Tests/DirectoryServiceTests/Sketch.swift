import Foundation
import Schema
import Support

@testable import DirectoryService

/// A structure in the plainest form: what the oracle judges, and what becomes the JSON that production reads.
struct Sketch: Sendable {
    struct Offer: Sendable {
        let id: UUID
        let kind: String
        let modalities: [Modality]
        let zones: [Zone]
        var audiences: [String] = []
        var openingHours: String?
        var situations: [String] = []
        var ageMin: Int?
        var ageMax: Int?
        var leadTime: Int?

        init(id: UUID, kind: String, modalities: [Modality], zones: [Zone]) {
            (self.id, self.kind, self.modalities, self.zones) = (id, kind, modalities, zones)
        }

        init(id: UUID, kind: String, channels: [String], zones: [Zone]) {
            self.init(id: id, kind: kind, modalities: channels.map { Modality(channel: $0, access: nil) }, zones: zones)
        }
    }

    struct Modality: Sendable, Hashable {
        let channel: String
        let access: String?
    }

    struct Zone: Sendable, Hashable {
        let type: String
        let code: String
    }

    struct Point: Sendable, Hashable {
        let latitude: Double
        let longitude: Double
    }

    let id: UUID
    var name: String
    var networks: [String] = []
    var status = "membre"
    var commune: String?
    var point: Point?
    var precision = "rue"
    var street: String?
    var postalCode: String?
    var isConfidential = false
    /// Read only where there is no commune.
    var region: String?
    /// `kind:code`.
    var participatesIn: [String] = []
    var offers: [Offer] = []
    var languages: [String] = []
    var accessibility: [String] = []
    var label: String?
    var siret: String?
    var parent: UUID?
    var openingHours: String?
    /// First and last day of a closure.
    var closure: (from: String, to: String)?

    /// As a line of an import.
    var line: String { String(decoding: json { $0.member("id", id.text) }, as: UTF8.self) }

    /// As the body of a request; offers have no ids there.
    var body: String { String(decoding: json(namesOffers: false) { _ in }, as: UTF8.self) }

    private func json(namesOffers: Bool = true, _ first: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            first(&json)
            json.member("name", name)
            json.member("status", status)
            json.member("networks", networks)
            if let parent { json.member("parent_id", parent.text) }
            if let siret { json.member("siret", siret) }
            if let commune {
                json.member("address") { json in
                    json.object { json in
                        json.member("commune", commune)
                        if let street { json.member("street", street) }
                        if let postalCode { json.member("postal_code", postalCode) }
                        if isConfidential { json.member("confidential", true) }
                    }
                }
            }
            if let point {
                json.member("location") { json in
                    json.object { json in
                        json.member("latitude", point.latitude)
                        json.member("longitude", point.longitude)
                        json.member("precision", precision)
                    }
                }
            }
            if let region { json.member("region", region) }
            json.member("participates_in", participatesIn)
            json.member("languages", languages)
            json.member("accessibility", accessibility)
            if let label { json.member("label") { $0.object { $0.member("state", label) } } }
            if let openingHours { json.member("opening_hours", openingHours) }
            if let closure {
                json.member("closures") { json in
                    json.array { json in
                        json.object { json in
                            json.member("from", closure.from)
                            json.member("to", closure.to)
                        }
                    }
                }
            }
            json.member("services") { json in
                json.array(of: offers) { json, offer in
                    json.object { json in
                        if namesOffers { json.member("id", offer.id.text) }
                        json.member("kind", offer.kind)
                        json.member("audiences", offer.audiences)
                        if !offer.situations.isEmpty { json.member("situations", offer.situations) }
                        if let age = offer.ageMin { json.member("age_min", age) }
                        if let age = offer.ageMax { json.member("age_max", age) }
                        if let days = offer.leadTime { json.member("lead_time_days", days) }
                        if let hours = offer.openingHours { json.member("opening_hours", hours) }
                        json.member("modalities") { json in
                            json.array(of: offer.modalities) { json, modality in
                                json.object { json in
                                    json.member("channel", modality.channel)
                                    json.member("access", modality.access)
                                }
                            }
                        }
                        json.member("zones") { json in
                            json.array(of: offer.zones) { json, zone in
                                json.object { json in
                                    json.member("type", zone.type)
                                    json.member("code", zone.code)
                                }
                            }
                        }
                    }
                }
            }
        }
        return json.bytes
    }

    /// As production holds it.
    func structure(version: Int = 1) throws -> Structure {
        let document = try JSONValue(parsing: json { _ in })
        let draft = try ObjectReader.read(document) { StructureDraft($0, origin: .importer) }
        return Structure(id: id, draft: draft, version: version, updatedAt: Date(timeIntervalSince1970: 1_790_000_000))
    }
}

extension UUID {
    /// A version 7 identifier that looks like any other.
    static func random(_ random: inout SeededGenerator) -> UUID {
        let (high, low) = (random.next(), random.next())
        func byte(_ value: UInt64, _ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: value >> UInt64(56 - 8 * index)) }
        return UUID(
            uuid: (
                byte(high, 0), byte(high, 1), byte(high, 2), byte(high, 3), byte(high, 4), byte(high, 5),
                0x70 | byte(high, 6) & 0x0F, byte(high, 7), 0x80 | byte(low, 0) & 0x3F, byte(low, 1), byte(low, 2),
                byte(low, 3), byte(low, 4), byte(low, 5), byte(low, 6), byte(low, 7)
            ))
    }
}
