/// One thing wrong with a request, as `errors[]` of a problem shows it (RFC 9457 §3, with our extension members).
package struct Violation: Error, Sendable, Hashable {
    /// A JSON Pointer (RFC 6901) into the body, or the name of a query parameter or header.
    package let pointer: String
    /// A stable kebab-case word that a program can act on.
    package let code: String
    package let detail: LocalizedText

    package init(pointer: String, code: String, detail: LocalizedText) {
        self.pointer = pointer
        self.code = code
        self.detail = detail
    }

    package init(_ flaw: Flaw, at pointer: String) {
        self.init(pointer: pointer, code: flaw.code, detail: flaw.detail)
    }
}

/// What is wrong with one value, wherever it stands. ``Violation`` says where.
package struct Flaw: Error, Sendable, Hashable {
    package let code: String
    package let detail: LocalizedText

    package init(_ code: String, fr: String, en: String) {
        self.code = code
        detail = LocalizedText(fr: fr, en: en)
    }

    package static let required = Flaw("required", fr: "Ce champ est requis.", en: "This field is required.")
    package static let unknownMember = Flaw(
        "unknown-member", fr: "Ce champ n’existe pas.", en: "There is no such field.")
    package static let readOnly = Flaw(
        "read-only", fr: "Seul le service écrit ce champ : retirez-le.",
        en: "Only the service writes this field: leave it out.")
    package static let unknownParameter = Flaw(
        "unknown-parameter", fr: "Ce paramètre n’existe pas.", en: "There is no such parameter.")
    package static let repeatedParameter = Flaw(
        "repeated-parameter", fr: "Ce paramètre ne peut être donné qu’une fois.",
        en: "This parameter may be given only once.")
    package static let duplicateItem = Flaw(
        "duplicate-item", fr: "Cette valeur figure plusieurs fois.", en: "This value is given more than once.")

    package static func wrongType(_ fr: String, _ en: String) -> Flaw {
        Flaw("wrong-type", fr: "Une valeur de type \(fr) est attendue.", en: "A value of type \(en) is expected.")
    }

    package static func outOfRange(_ lower: String, _ upper: String) -> Flaw {
        Flaw(
            "out-of-range", fr: "La valeur doit être comprise entre \(lower) et \(upper).",
            en: "The value must be between \(lower) and \(upper).")
    }

    package static func length(_ range: ClosedRange<Int>) -> Flaw {
        Flaw(
            "wrong-length", fr: "Il faut de \(range.lowerBound) à \(range.upperBound) caractères.",
            en: "Between \(range.lowerBound) and \(range.upperBound) characters are required.")
    }

    package static func count(_ range: ClosedRange<Int>) -> Flaw {
        Flaw(
            "wrong-count", fr: "Il faut de \(range.lowerBound) à \(range.upperBound) éléments.",
            en: "Between \(range.lowerBound) and \(range.upperBound) items are required.")
    }

    package static func format(_ fr: String, _ en: String) -> Flaw {
        Flaw("wrong-format", fr: "Le format attendu est \(fr).", en: "The expected format is \(en).")
    }

    /// A code outside a list; the list is named, and shown where it is short.
    package static func unknownCode(_ known: [String]) -> Flaw {
        let shown = known.prefix(20).joined(separator: ", ") + (known.count > 20 ? ", …" : "")
        return Flaw("unknown-code", fr: "Valeurs admises : \(shown).", en: "Allowed values: \(shown).")
    }
}
