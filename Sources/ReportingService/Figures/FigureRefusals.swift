import Schema

/// Why there are no figures.
extension Refusal {
    static func notComputable(_ definition: IndicatorDefinition) -> Refusal {
        let reason = definition.obstacle ?? definition.formula
        return Refusal(
            .conflict, fr: "Cet indicateur ne peut pas être calculé : \(reason.fr)",
            en: "This indicator cannot be computed: \(reason.en)")
    }

    static let rebuilding = Refusal(
        .unavailable,
        detail: LocalizedText(
            fr: "Les données sont lues depuis le début : les chiffres viennent ensuite.",
            en: "The data are being read from the beginning: the figures come afterwards."),
        retryAfter: 30)
}
