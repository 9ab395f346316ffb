/// A closed list of codes, as the field exchanges them, with a label in each language.
package struct Vocabulary: Sendable {
    package struct Term: Sendable, Hashable {
        package let code: String
        package let label: LocalizedText
    }

    /// The name under which `GET /v1/vocabularies/{name}` serves it.
    package let name: String
    package let terms: [Term]
    package let codes: [String]

    init(_ name: String, _ terms: [(code: String, fr: String, en: String)]) {
        self.name = name
        self.terms = terms.map { Term(code: $0.code, label: LocalizedText(fr: $0.fr, en: $0.en)) }
        codes = terms.map(\.code)
    }

    package func contains(_ code: String) -> Bool { codes.contains(code) }

    /// Every list that the services exchange, in the order in which they are served.
    package static let all: [Vocabulary] = [
        .territoryKind, .structureStatus, .labelState, .serviceKind, .channel, .access, .format, .audience, .situation,
        .accessibility, .locationPrecision, .zoneType, .cepFramework, .structureOperation, .recordGap, .ageBand, .sex,
        .education, .theme, .urgency,
        .outcome, .declineReason, .dataCategory, .purpose, .personMode, .consentGranter, .legalRepresentation,
        .consentMethod, .consentState,
        .demandState, .referralState, .referralCommand, .referralActor, .optionReason, .attendance, .noticeKind,
        .eventKind, .eventModality, .schemeKind, .resourceKind, .conventionLevel, .coordinatorRole,
        .coordinationOperation, .recommendationReason,
        .callKind, .callOperation, .applicationState, .procedureStep, .opinion, .withdrawalCause, .criterionVerdict,
        .actionKind, .reportKind, .reportScope, .reportState, .governanceKind, .governanceDecision,
    ]
}
