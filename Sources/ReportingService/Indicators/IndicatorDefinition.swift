import Schema

/// What an indicator is, as data: submitted to the region's validation body as it stands. A changed formula is a new
/// major version.
struct IndicatorDefinition: Sendable {
    /// What its observations are.
    enum Population: Sendable {
        /// Reception episodes (one person, one demand) by the day of their closing; their place is that of the
        /// structure that received first.
        case closedDemands
        /// Consented referrals by the day of their creation, those entered in error apart; their place is the
        /// sender's.
        case referrals
        /// Communes with their inhabitants, and whether a structure serves them, at the end of the period.
        case communes
    }

    /// The passage of a specification from which it comes, word for word.
    struct Quote: Sendable {
        /// INSEE code of the region whose specification it is.
        let region: String
        let text: String
    }

    let code: String
    let version: String
    let quote: Quote
    let formula: LocalizedText
    /// Delays and limits that are open to discussion, by name.
    let parameters: [(name: String, value: Int)]
    let population: Population
    let measures: [Measure]
    /// The most important table first: where something must be suppressed, it is in the later ones.
    let plan: [TableShape]
    /// The codes of the event types it is computed from, as the catalogue has them.
    let events: [String]

    var title: LocalizedText {
        Vocabulary.indicator.terms.first { $0.code == code }?.label ?? LocalizedText(fr: code, en: code)
    }

    /// Whether its figures say something of persons, who must not be recognised in them.
    var isAboutPersons: Bool { population != .communes }

    /// As figures name it: `CON1@1.0.0`.
    var reference: String { "\(code)@\(version)" }
}
