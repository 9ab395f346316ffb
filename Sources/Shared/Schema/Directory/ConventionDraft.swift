package import Foundation

/// A convention of the SPRO, at one of three levels (Bretagne, V: «des conventions sont mises en place entre la Région,
/// l'État et les différents acteurs, à différents niveaux»). It tells who signed: a party that is merged or removed
/// later stays one.
package struct ConventionDraft: ListingDraft {
    package static let list = "conventions"

    /// A code of `convention_level`.
    package let kind: String
    /// The region; a convention has no audience.
    package let reach: ListingReach
    package let title: String?
    package let parties: [ConventionParty]
    package let validFrom: CalendarDate
    /// The last day; nil where no end was agreed.
    package let validUntil: CalendarDate?
    /// Where its text is published.
    package let url: String?
    package let source: String?

    /// Nil without a first day: whether a network or a structure may sign depends on it.
    package init?(_ object: ObjectReader) {
        kind = object.required("level", .code(Vocabulary.conventionLevel.codes)) ?? ""
        reach = ListingReach(region: object.required("region", .string(.placeCode)) ?? "")
        title = object.optional("title", .text(1...200))
        parties = object.required("parties", .set(1...2000, of: .string(.conventionParty))) ?? []
        let begin = object.required("valid_from", .date)
        validUntil = object.optional("valid_until", .date)
        url = object.optional("url", .string(.webAddress))
        source = object.optional("source", .text(1...200))
        if let begin, let validUntil, validUntil < begin {
            object.report(.outOfRange(begin.text, "9999-12-31"), at: "valid_until")
        }
        if !kind.isEmpty, !reach.region.isEmpty, !parties.isEmpty, !Self.areOf(kind, parties, region: reach.region) {
            object.report(Self.wrongParties(kind), at: "parties")
        }
        guard let begin else { return nil }
        validFrom = begin
    }

    package func isValid(on day: CalendarDate) -> Bool { validFrom <= day && day <= validUntil ?? day }

    package func write(to json: inout JSONWriter) {
        json.member("level", kind)
        json.member("region", reach.region)
        json.member("title", title)
        json.member("parties", parties.map(\.text))
        json.member("valid_from", validFrom.text)
        json.member("valid_until", validUntil?.text)
        json.member("url", url)
        json.member("source", source)
    }

    /// The region signs at every level; the State may sign beside it (Bretagne, 5.2: «co-signature par l'État»).
    private static func areOf(_ level: String, _ parties: [ConventionParty], region: String) -> Bool {
        let regions = parties.filter { if case .region = $0 { true } else { false } }
        let networks = parties.count { if case .network = $0 { true } else { false } }
        let structures = parties.count { if case .structure = $0 { true } else { false } }
        guard regions == [.region(region)] else { return false }
        switch level {
        case "etat-region": return parties.contains(.state) && networks == 0 && structures == 0
        case "region-reseau": return networks > 0 && structures == 0
        default: return networks > 0 && structures > 0
        }
    }

    private static func wrongParties(_ level: String) -> Flaw {
        switch level {
        case "etat-region":
            Flaw(
                "parties-of-level", fr: "Une convention État-Région lie etat et la région de la fiche, et eux seuls.",
                en: "A convention of this level binds etat and the entry's region, and nobody else.")
        case "region-reseau":
            Flaw(
                "parties-of-level",
                fr: "Une convention Région-réseaux lie la région de la fiche et au moins un réseau, sans structure ; "
                    + "l’État peut la cosigner.",
                en: "A convention of this level binds the entry's region and at least one network, no structure; the "
                    + "State may sign, too.")
        default:
            Flaw(
                "parties-of-level",
                fr: "Une convention Région-réseau-structure lie la région de la fiche, au moins un réseau et au moins "
                    + "une structure.",
                en: "A convention of this level binds the entry's region, at least one network and at least one "
                    + "structure.")
        }
    }
}

/// Who signs a convention.
package enum ConventionParty: Sendable, Hashable {
    /// The prefect of the region and the *recteur*.
    case state
    case region(String)
    case network(String)
    case structure(UUID)

    /// As entries and events spell it: `etat`, `region:53`, a network's code, a structure's id.
    package var text: String {
        switch self {
        case .state: "etat"
        case .region(let code): "region:\(code)"
        case .network(let code): code
        case .structure(let id): id.text
        }
    }
}

extension TextRule where Value == ConventionParty {
    package static let conventionParty = TextRule { text throws(Flaw) in
        if text == "etat" { return .state }
        if let id = UUID(text: text) { return .structure(id) }
        do throws(Flaw) {
            if text.hasPrefix("region:") {
                return .region(try TextRule<String>.placeCode.read(String(text.dropFirst(7))))
            }
            return .network(try TextRule<String>.slug.read(text))
        } catch {
            throw .format(
                "etat, region:53, le code d’un réseau ou l’identifiant d’une structure",
                "etat, region:53, the code of a network or the id of a structure")
        }
    }
}
