package import Foundation

/// A *prestation* or *dispositif* of the region's map (Bretagne: «l'offre de services des membres du SPRO et les actions
/// et dispositifs proposés par d'autres acteurs»).
package struct SchemeDraft: ListingDraft {
    package static let list = "schemes"

    package let name: String
    package let kind: String
    package let themes: [String]
    package let summary: String
    package let reach: ListingReach
    package let situations: [String]
    /// Codes of the networks that carry it out.
    package let networks: [String]
    /// The structures that carry it out, where they are of the directory.
    package let structures: [UUID]
    /// Who can have it.
    package let conditions: String?
    /// What to do to have it.
    package let howToAccess: String?
    package let url: String?
    package let phone: String?
    package let validFrom: CalendarDate?
    /// The last day.
    package let validUntil: CalendarDate?
    package let source: String?

    package init(_ object: ObjectReader) {
        name = object.required("name", .text(1...200)) ?? ""
        kind = object.required("kind", .code(Vocabulary.schemeKind.codes)) ?? ""
        themes = object.optional("themes", .set(0...20, of: .code(Vocabulary.theme.codes))) ?? []
        summary = object.required("summary", .lines(1...2000)) ?? ""
        reach = ListingReach(object)
        situations = object.optional("situations", .set(0...20, of: .code(Vocabulary.situation.codes))) ?? []
        networks = object.optional("networks", .set(0...20, of: .string(.slug))) ?? []
        structures = object.optional("structures", .set(0...100, of: .string(.uuid))) ?? []
        conditions = object.optional("conditions", .lines(1...2000))
        howToAccess = object.optional("how_to_access", .lines(1...2000))
        url = object.optional("url", .string(.webAddress))
        phone = object.optional("phone", .string(.telephone))
        validFrom = object.optional("valid_from", .date)
        validUntil = object.optional("valid_until", .date)
        source = object.optional("source", .text(1...200))
        if let validFrom, let validUntil, validUntil < validFrom {
            object.report(.outOfRange(validFrom.text, "9999-12-31"), at: "valid_until")
        }
    }

    package func isValid(on day: CalendarDate) -> Bool { validFrom ?? day <= day && day <= validUntil ?? day }

    package func write(to json: inout JSONWriter) {
        json.member("name", name)
        json.member("kind", kind)
        json.member("themes", themes)
        json.member("summary", summary)
        reach.write(to: &json)
        json.member("situations", situations)
        json.member("networks", networks)
        json.member("structures", structures.map(\.text))
        json.member("conditions", conditions)
        json.member("how_to_access", howToAccess)
        json.member("url", url)
        json.member("phone", phone)
        json.member("valid_from", validFrom?.text)
        json.member("valid_until", validUntil?.text)
        json.member("source", source)
    }
}
