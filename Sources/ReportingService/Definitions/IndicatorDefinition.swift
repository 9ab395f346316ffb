import Schema

/// What an indicator is, as data: submitted to the region's validation body as it stands. A changed formula is a new
/// major version.
struct IndicatorDefinition: Sendable {
    /// The passage of a specification from which it comes, word for word.
    struct Quote: Sendable {
        /// INSEE code of the region whose specification it is.
        let region: String
        let text: String
    }

    /// The measures of one population.
    struct Part: Sendable {
        let population: any Population.Type
        let measures: [Measure]
    }

    let code: String
    let version: DefinitionVersion
    let quote: Quote
    let formula: LocalizedText
    /// Delays and limits that are open to discussion, by name.
    let parameters: [(name: String, value: Int)]
    /// By population; none where no data exist from which it could be computed.
    let parts: [Part]
    /// Why it cannot be computed.
    let obstacle: LocalizedText?
    /// The most important table first: where something must be suppressed, it is in the later ones.
    let plan: [TableShape]
    /// The codes of the event types it is computed from, as the catalogue has them.
    let events: [String]
    /// As it was written.
    let document: JSONObject

    var title: LocalizedText {
        Vocabulary.indicator.terms.first { $0.code == code }?.label ?? LocalizedText(fr: code, en: code)
    }

    var measures: [Measure] { parts.flatMap(\.measures) }

    /// Whether its figures say something of persons, who must not be recognised in them.
    var isAboutPersons: Bool { parts.contains { $0.population.isAboutPersons } }

    /// As figures name it: `CON1@1.0.0`.
    var reference: String { "\(code)@\(version.text)" }
}

/// `1.2.0`: major, minor, patch (semver.org 2.0.0), without what may follow.
struct DefinitionVersion: Sendable, Hashable, Comparable {
    let major: Int
    let minor: Int
    let patch: Int

    init?(text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in Int(part).flatMap { String($0) == part && $0 < 1_000_000 ? $0 : nil } }
        guard parts.count == 3, numbers.count == 3, numbers.allSatisfy({ $0 >= 0 }) else { return nil }
        (major, minor, patch) = (numbers[0], numbers[1], numbers[2])
    }

    var text: String { "\(major).\(minor).\(patch)" }

    static func < (left: Self, right: Self) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }
}
