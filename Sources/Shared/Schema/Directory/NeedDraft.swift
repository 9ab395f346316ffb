package import Foundation

/// What someone needs, as far as it decides who suits: no person, no name.
package struct NeedDraft: Sendable, Equatable {
    /// INSEE code of where the person lives, of any year.
    package let commune: String?
    /// Where distances are measured from, else the commune's centroid.
    package let near: Coordinate?
    package let radiusKilometres: Int?
    /// A code of `service_kind`.
    package let service: String
    /// Of which one must be served; nobody is asked for where there is none.
    package let audiences: [String]
    package let situations: [String]
    package let age: Int?
    /// Of which one must be offered; any where there is none.
    package let channels: [String]
    /// A code of `urgency`.
    package let urgency: String
    package let excludedStructures: [UUID]
    package let excludedNetworks: [String]
    package let limit: Int
    package let wantsAlternatives: Bool

    package init?(_ object: ObjectReader) {
        let place = object.required("place", .object(Place.init))
        let service = object.required("service", .code(Vocabulary.serviceKind.codes))
        audiences = object.optional("audiences", .set(0...20, of: .code(Vocabulary.audience.codes))) ?? []
        situations = object.optional("situations", .set(0...20, of: .code(Vocabulary.situation.codes))) ?? []
        age = object.optional("age", .int(0...120))
        channels = object.optional("channels", .set(0...20, of: .code(Vocabulary.channel.codes))) ?? []
        urgency = object.optional("urgency", .code(Vocabulary.urgency.codes)) ?? "normale"
        let excluded = object.optional("exclude", .object(Exclusions.init))
        limit = object.optional("limit", .int(1...20)) ?? 3
        wantsAlternatives = object.optional("alternatives", .bool) ?? false
        (excludedStructures, excludedNetworks) = (excluded?.structures ?? [], excluded?.networks ?? [])
        guard let place, let service else { return nil }
        (commune, near, radiusKilometres) = (place.commune, place.near, place.radiusKilometres)
        self.service = service
    }

    private struct Place {
        let commune: String?
        let near: Coordinate?
        let radiusKilometres: Int?

        init?(_ object: ObjectReader) {
            commune = object.optional("commune", .string(.communeCode))
            near = object.optional(
                "near",
                .object { point in
                    let latitude = point.required("latitude", .number(-90...90))
                    let longitude = point.required("longitude", .number(-180...180))
                    guard let latitude, let longitude else { return nil }
                    return Coordinate(latitude: latitude, longitude: longitude)
                })
            // Half of the way around the Earth is 20,015 km.
            radiusKilometres = object.optional("radius_km", .int(1...20_000))
            if !object.holds("commune"), !object.holds("near") { object.report(Self.nowhere) }
        }

        private static let nowhere = Flaw(
            "no-place", fr: "Il faut une commune ou un point (near), ou les deux.",
            en: "A commune or a point (near) is needed, or both.")
    }

    private struct Exclusions {
        let structures: [UUID]
        let networks: [String]

        init?(_ object: ObjectReader) {
            structures = object.optional("structures", .set(0...100, of: .string(.uuid))) ?? []
            networks = object.optional("networks", .set(0...50, of: .string(.slug))) ?? []
        }
    }
}
