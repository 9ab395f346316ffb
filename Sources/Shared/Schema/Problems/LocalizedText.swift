/// The languages in which we speak to people; French where nothing else is asked for.
package enum Language: String, Sendable, CaseIterable {
    case french = "fr"
    case english = "en"

    /// The better of the two for an `Accept-Language` header (RFC 9110 §12.5.4); French when neither is asked for.
    package init(acceptLanguage header: String?) {
        var best: (language: Language, weight: Double)?
        for range in (header ?? "").split(separator: ",").prefix(16) {
            let parts = range.split(separator: ";").map { $0.trimming() }
            guard let tag = parts.first?.lowercased(), let primary = tag.split(separator: "-").first,
                let language = Language(rawValue: String(primary))
            else { continue }
            let quality = parts.dropFirst().first { $0.lowercased().hasPrefix("q=") }
            let weight = quality.flatMap { Double($0.dropFirst(2)) } ?? 1
            guard weight > 0, weight > best?.weight ?? 0 else { continue }
            best = (language, weight)
        }
        self = best?.language ?? .french
    }
}

/// A sentence or label in both languages.
package struct LocalizedText: Sendable, Hashable {
    package let fr: String
    package let en: String

    package init(fr: String, en: String) {
        self.fr = fr
        self.en = en
    }

    package subscript(language: Language) -> String {
        switch language {
        case .french: fr
        case .english: en
        }
    }
}

extension StringProtocol {
    /// The text without leading and trailing blanks (space and tab).
    func trimming() -> String {
        var text = Substring(self)
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}
