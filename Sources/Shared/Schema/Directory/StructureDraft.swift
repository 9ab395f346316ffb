package import Foundation

/// A structure as its editors write it: everything but what the service derives (region names, territories, version).
package struct StructureDraft: Sendable, Equatable {
    package let parentID: UUID?
    package let name: String
    package let networks: [String]
    package let status: String
    package internal(set) var label: Label?
    package internal(set) var siret: String?
    package internal(set) var address: Address?
    package internal(set) var location: Location?
    /// The region that answers for it (INSEE code): read only where there is no address.
    package internal(set) var region: String?
    /// Keys (`kind:code`) of the territories it takes part in beside the ones it lies in.
    package let participatesIn: [String]
    package let contact: Contact?
    package let openingHours: String?
    package let closures: [Closure]
    package let accessibility: [String]
    package let languages: [String]
    package internal(set) var services: [ServiceOffer]
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

    /// Where anything is wrong, the reader knows of it, and what could not be read is empty (``Reading``).
    package init(_ object: ObjectReader, origin: Origin) {
        name = object.required("name", .text(1...200)) ?? ""
        status = object.required("status", .code(Vocabulary.structureStatus.codes)) ?? ""
        parentID = object.optional("parent_id", .string(.uuid))
        networks = object.optional("networks", .set(0...20, of: .string(.slug))) ?? []
        siret = object.optional("siret", .string(.siret))
        address = object.optional("address", .object { Address($0, origin: origin) })
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
        case .importer, .stored:
            let states = origin == .importer ? Label.publicStates : Vocabulary.labelState.codes
            label = object.optional("label", .object { Label($0, states: states) })
            // An export may come back as it is.
            if origin == .importer { object.passOver(Self.readOnlyMembers) }
        case .editor:
            label = nil
            object.refuse(Self.readOnlyMembers + ["label"])
        }
        if Set(services.map(\.id)).count != services.count { object.report(.duplicateItem, at: "services") }
        if location != nil, !object.holds("address") { object.report(.required, at: "address") }
        if !object.holds("address"), !object.holds("region") { object.report(.required, at: "region") }
    }

    /// The same draft without a region where its address tells it.
    package func leavingRegionToAddress() -> StructureDraft {
        var draft = self
        if address != nil { draft.region = nil }
        return draft
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
