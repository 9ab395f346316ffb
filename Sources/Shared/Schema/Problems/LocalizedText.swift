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
            guard let weight = quality.map({ Self.weight($0.dropFirst(2)) }) ?? 1, weight > best?.weight ?? 0 else {
                continue
            }
            best = (language, weight)
        }
        self = best?.language ?? .french
    }

    /// `0` to `1` with at most three decimals (RFC 9110 §12.4.2), else nil.
    package static func weight(_ text: Substring) -> Double? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }),
            let weight = Double(text), weight <= 1
        else { return nil }
        return weight
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
    package func trimming() -> String {
        var text = Substring(self)
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}
