package import Foundation

/// D1: what a structure is from now on.
package struct StructureChange: EventPayload {
    /// An offer, as far as indicators need it.
    package struct Offer: Sendable, Equatable {
        package let id: UUID
        package let serviceKind: String
        package let modalities: [Modality]
        package let zones: [Zone]
        package let verifiedOn: CalendarDate?
        /// Half-days of its own opening hours in a usual week: without holidays and announced closures. Nil where it
        /// keeps no hours of its own, or its week is not the same all year.
        package let halfDays: Int?

        package init(
            id: UUID, serviceKind: String, modalities: [Modality], zones: [Zone], verifiedOn: CalendarDate?,
            halfDays: Int?
        ) {
            self.id = id
            self.serviceKind = serviceKind
            self.modalities = modalities
            self.zones = zones
            self.verifiedOn = verifiedOn
            self.halfDays = halfDays
        }
    }

    package let id: UUID
    package let version: Int
    package let region: String
    /// Keys (`kind:code`) of the territories that it lies in.
    package let locatedIn: [String]
    package let participatesIn: [String]
    package let networks: [String]
    package let status: String
    package let labelState: String
    package let offers: [Offer]
    package let accessibility: [String]
    package let staff: Staff?
    package let logoDisplayedOn: CalendarDate?
    package let closures: [Closure]
    /// Where everybody may know it to be; nil also where it was told before there was this member.
    package let location: Coordinate?

    package init(
        id: UUID, version: Int, region: String, locatedIn: [String], participatesIn: [String], networks: [String],
        status: String, labelState: String, offers: [Offer], accessibility: [String], staff: Staff?,
        logoDisplayedOn: CalendarDate?, closures: [Closure], location: Coordinate?
    ) {
        (self.id, self.version, self.region, self.status, self.labelState) = (id, version, region, status, labelState)
        (self.locatedIn, self.participatesIn, self.networks) = (locatedIn, participatesIn, networks)
        (self.offers, self.accessibility, self.staff) = (offers, accessibility, staff)
        (self.logoDisplayedOn, self.closures, self.location) = (logoDisplayedOn, closures, location)
    }

    package var subject: String { "structures/\(id.text)" }

    package static let fields: [EventField<Self>] = [
        EventField("id", \.id), EventField("version", \.version), EventField("region", \.region),
        EventField("located_in", \.locatedIn), EventField("participates_in", \.participatesIn),
        EventField("networks", \.networks), EventField("status", \.status), EventField("label_state", \.labelState),
        EventField("offers", \.offers), EventField("accessibility", \.accessibility), EventField("staff", \.staff),
        EventField("logo_displayed_on", \.logoDisplayedOn), EventField("closures", \.closures),
        EventField("location", \.location),
    ]

    package init?(_ object: ObjectReader) {
        let id = object.required("id", .string(.uuid))
        let version = object.required("version", .int(1...Int.max))
        let region = object.required("region", .string(.placeCode))
        let locatedIn = object.required("located_in", .set(0...100, of: .string(.territoryKey)))
        let participatesIn = object.required("participates_in", .set(0...100, of: .string(.territoryKey)))
        let networks = object.required("networks", .set(0...20, of: .string(.slug)))
        let status = object.required("status", .code(Vocabulary.structureStatus.codes))
        let labelState = object.required("label_state", .code(Vocabulary.labelState.codes))
        let offers = object.required("offers", .array(0...100, of: .object(Offer.init)))
        let accessibility = object.required("accessibility", .set(0...20, of: .code(Vocabulary.accessibility.codes)))
        let staff = object.optional("staff", .object(Staff.init))
        let logoDisplayedOn = object.optional("logo_displayed_on", .date)
        let closures = object.required("closures", .array(0...200, of: .object(Closure.init)))
        let location = object.optional("location", .object(Coordinate.init))
        guard let id, let version, let region, let locatedIn, let participatesIn, let networks, let status,
            let labelState, let offers, let accessibility, let closures
        else { return nil }
        self.init(
            id: id, version: version, region: region, locatedIn: locatedIn, participatesIn: participatesIn,
            networks: networks, status: status, labelState: labelState, offers: offers, accessibility: accessibility,
            staff: staff, logoDisplayedOn: logoDisplayedOn, closures: closures, location: location)
    }
}

extension StructureChange.Offer: EventValue {
    init?(_ object: ObjectReader) {
        let id = object.required("id", .string(.uuid))
        let serviceKind = object.required("service_kind", .code(Vocabulary.serviceKind.codes))
        let modalities = object.required("modalities", .set(0...20, of: .object(Modality.init)))
        let zones = object.required("zones", .set(0...2000, of: .object(Zone.init)))
        let verifiedOn = object.optional("verified_on", .date)
        let halfDays = object.optional("half_days", .int(0...14))
        guard let id, let serviceKind, let modalities, let zones else { return nil }
        self.init(
            id: id, serviceKind: serviceKind, modalities: modalities, zones: zones, verifiedOn: verifiedOn,
            halfDays: halfDays)
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id.text)
            json.member("service_kind", serviceKind)
            json.member("modalities") { modalities.write(to: &$0) }
            json.member("zones") { zones.write(to: &$0) }
            json.member("verified_on", verifiedOn?.text)
            json.member("half_days", halfDays)
        }
    }
}

extension Coordinate: EventValue {
    fileprivate init?(_ object: ObjectReader) {
        let latitude = object.required("latitude", .number(-90...90))
        let longitude = object.required("longitude", .number(-180...180))
        guard let latitude, let longitude else { return nil }
        self.init(latitude: latitude, longitude: longitude)
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("latitude", latitude)
            json.member("longitude", longitude)
        }
    }
}

/// D1: a structure is no more; its id stays unused.
package struct StructureRemoval: EventPayload {
    package let id: UUID
    package let version: Int

    package init(id: UUID, version: Int) {
        self.id = id
        self.version = version
    }

    package var subject: String { "structures/\(id.text)" }

    package static let fields: [EventField<Self>] = [EventField("id", \.id), EventField("version", \.version)]

    package init?(_ object: ObjectReader) {
        let id = object.required("id", .string(.uuid))
        let version = object.required("version", .int(1...Int.max))
        guard let id, let version else { return nil }
        self.init(id: id, version: version)
    }
}

/// D1: a structure is no more, and another stands for it.
package struct StructureMerger: EventPayload {
    package let id: UUID
    package let version: Int
    package let into: UUID

    package init(id: UUID, version: Int, into: UUID) {
        self.id = id
        self.version = version
        self.into = into
    }

    package var subject: String { "structures/\(id.text)" }

    package static let fields: [EventField<Self>] = [
        EventField("id", \.id), EventField("version", \.version), EventField("into", \.into),
    ]

    package init?(_ object: ObjectReader) {
        let id = object.required("id", .string(.uuid))
        let version = object.required("version", .int(1...Int.max))
        let into = object.required("into", .string(.uuid))
        guard let id, let version, let into else { return nil }
        self.init(id: id, version: version, into: into)
    }
}
