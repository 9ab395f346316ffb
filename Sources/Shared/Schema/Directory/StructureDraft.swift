package import Foundation

/// A structure as its editors write it: everything but what the service derives (region names, territories, version).
package struct StructureDraft: Sendable, Equatable {
    package let parentID: UUID?
    package let name: String
    package let networks: [String]
    package let status: String
    package private(set) var label: Label?
    package private(set) var siret: String?
    package private(set) var address: Address?
    package private(set) var location: Location?
    /// The region that answers for it (INSEE code): read only where there is no address.
    package let region: String?
    /// Keys (`kind:code`) of the territories it takes part in beside the ones it lies in.
    package let participatesIn: [String]
    package let contact: Contact?
    package let openingHours: String?
    package let closures: [Closure]
    package let accessibility: [String]
    package let languages: [String]
    package private(set) var services: [ServiceOffer]
    package let staff: Staff?
    package let logoDisplayedOn: CalendarDate?
    package let source: String?
    package let verifiedOn: CalendarDate?

    /// Who writes: imports also carry the label, which the API never takes from an editor. What is stored was judged
    /// when it was written: hours that were taken then are still read, though nothing is computed with them.
    package enum Origin: Sendable { case editor, importer, stored }

    /// The members that only the service writes; an editor who sends one is told so.
    package static let readOnlyMembers = [
        "id", "version", "updated_at", "located_in", "service_kinds", "record_completeness", "distance_m", "competent",
        "open_now",
    ]

    package init?(_ object: ObjectReader, origin: Origin) {
        let name = object.required("name", .text(1...200))
        let status = object.required("status", .code(Vocabulary.structureStatus.codes))
        parentID = object.optional("parent_id", .string(.uuid))
        networks = object.optional("networks", .set(0...20, of: .string(.slug))) ?? []
        siret = object.optional("siret", .string(.siret))
        address = object.optional("address", .object(Address.init))
        location = object.optional("location", .object(Location.init))
        region = object.optional("region", .string(.placeCode))
        participatesIn = object.optional("participates_in", .set(0...100, of: .string(.territoryKey))) ?? []
        contact = object.optional("contact", .object(Contact.init))
        openingHours = object.optional("opening_hours", .openingHours(from: origin))
        closures = object.optional("closures", .array(0...200, of: .object(Closure.init))) ?? []
        accessibility = object.optional("accessibility", .set(0...20, of: .code(Vocabulary.accessibility.codes))) ?? []
        languages = object.optional("languages", .set(0...40, of: .string(.language))) ?? []
        services =
            object.optional(
                "services", .array(0...100, of: .object { ServiceOffer($0, origin: origin) })) ?? []
        staff = object.optional("staff", .object(Staff.init))
        logoDisplayedOn = object.optional("logo_displayed_on", .date)
        source = object.optional("source", .text(1...200))
        verifiedOn = object.optional("verified_on", .date)
        switch origin {
        case .importer, .stored: label = object.optional("label", .object(Label.init))
        case .editor:
            label = nil
            object.refuse(Self.readOnlyMembers + ["label"])
        }
        if Set(services.map(\.id)).count != services.count { object.report(.duplicateItem, at: "services") }
        if location != nil, !object.holds("address") { object.report(.required, at: "address") }
        if !object.holds("address"), !object.holds("region") { object.report(.required, at: "region") }
        guard let name, let status else { return nil }
        self.name = name
        self.status = status
    }

    /// The same draft with the label that the service keeps.
    package func keeping(label: Label?) -> StructureDraft {
        var draft = self
        draft.label = label
        return draft
    }

    /// The same draft with other codes of its communes; a zone that becomes another's equal is left out.
    package func namingCommunes(_ current: (String) -> String) -> StructureDraft {
        var draft = self
        draft.address = address?.namingCommune(current)
        draft.services = services.map { $0.namingCommunes(current) }
        return draft
    }

    /// What everybody may know where the address is confidential, else all of it.
    ///
    /// The SIRET goes, too: Insee publishes the address of every one (base Sirene).
    /// - Parameter centroid: of the commune; the location becomes this point, of precision `commune`.
    package func published(at centroid: Coordinate?) -> StructureDraft {
        guard let address, address.isConfidential else { return self }
        var draft = self
        draft.address = address.withheld()
        draft.siret = nil
        draft.location = location == nil ? nil : centroid.map { Location(coordinate: $0, precision: "commune") }
        return draft
    }

    /// The SIRET that no other structure may have, too. That of a confidential address is compared with none: a refusal
    /// would tell whoever tries the published SIRETs of an organisation at which of its sites it is.
    package var comparedSIRET: String? { address?.isConfidential == true ? nil : siret }

    /// Whether this only repeats what is published of a structure whose address is confidential: whoever read that and
    /// writes it back would lose the rest unawares.
    package func repeatsPublication(of present: StructureDraft, at centroid: Coordinate?) -> Bool {
        let published = present.published(at: centroid)
        func isSame(_ other: StructureDraft) -> Bool {
            (address, siret, location) == (other.address, other.siret, other.location)
        }
        return isSame(published) && !isSame(present)
    }

    /// The draft's JSON as the database keeps it: what `init` reads back as stored.
    package var storedJSON: [UInt8] {
        var json = JSONWriter(reservingCapacity: 2048)
        json.object { json in
            json.member("parent_id", parentID?.text)
            json.member("name", name)
            json.member("networks", networks)
            json.member("status", status)
            json.member("label") { $0.optional(label) { $1.write(to: &$0) } }
            json.member("siret", siret)
            json.member("address") { json in
                json.optional(address) { json, address in
                    json.object { json in
                        json.member("street", address.street)
                        json.member("postal_code", address.postalCode)
                        json.member("commune", address.commune)
                        if address.isConfidential { json.member("confidential", true) }
                    }
                }
            }
            json.member("location") { $0.optional(location) { $1.write(to: &$0) } }
            json.member("region", region)
            writeDetails(to: &json)
            json.member("services") { writeServices(to: &$0) }
        }
        return json.bytes
    }

    /// The members that an answer shows as the draft has them.
    package func writeDetails(to json: inout JSONWriter) {
        json.member("participates_in", participatesIn)
        json.member("contact") { $0.optional(contact) { $1.write(to: &$0) } }
        json.member("opening_hours", openingHours)
        json.member("closures") { $0.array(of: closures) { $1.write(to: &$0) } }
        json.member("accessibility", accessibility)
        json.member("languages", languages)
        json.member("staff") { $0.optional(staff) { $1.write(to: &$0) } }
        json.member("logo_displayed_on", logoDisplayedOn?.text)
        json.member("source", source)
        json.member("verified_on", verifiedOn?.text)
    }

    package func writeLabel(to json: inout JSONWriter) { json.optional(label) { $1.write(to: &$0) } }

    package func writeServices(to json: inout JSONWriter) { json.array(of: services) { $1.write(to: &$0) } }
}

/// Days on which a structure is closed, both included, and when it said so.
package struct Closure: Sendable, Equatable {
    package let from: CalendarDate
    package let to: CalendarDate
    package let announcedOn: CalendarDate?

    init?(_ object: ObjectReader) {
        let from = object.required("from", .date)
        let to = object.required("to", .date)
        announcedOn = object.optional("announced_on", .date)
        guard let from, let to else { return nil }
        if to < from { object.report(.outOfRange(from.text, "9999-12-31"), at: "to") }
        self.from = from
        self.to = to
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("from", from.text)
            json.member("to", to.text)
            json.member("announced_on", announcedOn?.text)
        }
    }
}

extension ValueRule where Value == String {
    /// Opening hours as their editor wrote them, sound but where they are stored already.
    static func openingHours(from origin: StructureDraft.Origin) -> ValueRule {
        let text = TextRule<String>.text(1...OpeningHours.maximumLength)
        guard origin != .stored else { return .string(text) }
        return .string(
            text.map { text throws(Flaw) in
                _ = try TextRule<OpeningHours>.openingHours.read(text)
                return text
            })
    }
}
