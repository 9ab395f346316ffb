import Foundation

/// Words as people type them: without accents, ligatures or capitals, split at everything that is neither letter nor
/// digit, «st» for «saint». The one way in which texts are made comparable.
enum FoldedWords {
    /// Those of a text that is found by them, abbreviations spelt out.
    static func words(of text: String) -> [String] { typed(text).map(spelledOut) }

    /// What a word that somebody has typed may be the beginning of: «st» is Saint-Nazaire's, and the Station's.
    static func meanings(ofTyped word: String) -> [String] {
        let whole = spelledOut(word)
        return whole == word ? [word] : [word, whole]
    }

    /// Those of a text that looks for others, as they were typed.
    static func typed(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        for scalar in folded(text).unicodeScalars {
            if isPartOfWord(scalar, afterAnother: !word.isEmpty) {
                word.unicodeScalars.append(scalar)
            } else if !word.isEmpty {
                words.append(word)
                word = ""
            }
        }
        return word.isEmpty ? words : words + [word]
    }

    /// A mark that combines stands for nothing by itself.
    private static func isPartOfWord(_ scalar: Unicode.Scalar, afterAnother: Bool) -> Bool {
        switch scalar.value {
        case 0x30...0x39, 0x61...0x7A: return true
        case 0..<0x80: return false
        default:
            let properties = scalar.properties
            return properties.isAlphabetic || properties.numericType != nil
                || afterAnother && properties.canonicalCombiningClass != .notReordered
        }
    }

    private static func spelledOut(_ word: String) -> String {
        switch word {
        case "st": "saint"
        case "ste": "sainte"
        default: word
        }
    }

    /// The text without accents, ligatures and capitals; dashes and quotation marks are blanks.
    static func folded(_ text: String) -> String {
        var folded = ""
        folded.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x41...0x5A: folded.unicodeScalars.append(Unicode.Scalar(UInt8(scalar.value + 0x20)))
            case 0..<0x80: folded.unicodeScalars.append(scalar)
            case 0xA0..<0x180: folded += latin[Int(scalar.value) - 0xA0]
            // Dashes and quotation marks, the apostrophe among them.
            case 0x2010...0x201F: folded += " "
            default: return slowlyFolded(text)
            }
        }
        return folded
    }

    /// Every Latin letter of Western and Central Europe, folded but once.
    private static let latin: [String] = (0xA0..<0x180).map { value in
        Unicode.Scalar(UInt32(value)).map { slowlyFolded(String($0)) } ?? ""
    }

    private static func slowlyFolded(_ text: String) -> String {
        text.decomposedStringWithCompatibilityMapping
            .folding(options: [.diacriticInsensitive, .caseInsensitive, .widthInsensitive], locale: nil)
            .replacing("œ", with: "oe").replacing("æ", with: "ae")
    }
}
