import Foundation
import Schema

/// How the oracle makes texts comparable, written from the documentation: not as production does it.
enum OracleWords {
    /// Those of a text: `st` and `ste` are saints.
    static func words(of text: String) -> [String] { typed(text).map(saint) }

    /// What begins one of these has a word that somebody typed: `st` also has the Station.
    static func readings(_ word: String) -> Set<String> { [word, saint(word)] }

    private static func saint(_ word: String) -> String { word == "st" ? "saint" : word == "ste" ? "sainte" : word }

    /// In small letters without accents, apart at whatever is neither.
    static func typed(_ text: String) -> [String] {
        var plain = ""
        for character in text.precomposedStringWithCanonicalMapping.lowercased() {
            switch character {
            case "à", "â", "ä": plain += "a"
            case "é", "è", "ê", "ë": plain += "e"
            case "î", "ï": plain += "i"
            case "ô", "ö": plain += "o"
            case "ù", "û", "ü": plain += "u"
            case "ÿ": plain += "y"
            case "ç": plain += "c"
            case "œ": plain += "oe"
            case "°": plain += " "
            case "a"..."z", "0"..."9": plain.append(character)
            default: plain += " "
            }
        }
        return plain.split(separator: " ").map(String.init)
    }

    private static let wordsByKind = Dictionary(
        uniqueKeysWithValues: Vocabulary.serviceKind.terms.map { ($0.code, words(of: "\($0.label.fr) \($0.code)")) })

    static func words(ofKind kind: String) -> [String] { wordsByKind[kind] ?? [] }
}
