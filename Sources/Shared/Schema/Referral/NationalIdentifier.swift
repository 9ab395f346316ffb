/// Finds the national identifiers that the service takes nowhere: the NIR (social security number: sex, year, month,
/// place, order, key; INSEE) and the INE (pupils and students: eleven characters).
package enum NationalIdentifier {
    package static func isFound(in text: String) -> Bool {
        let upper = Array(text.uppercased().unicodeScalars.prefix(4000))
        return hasNIR(upper.filter { !separators.contains($0) }) || hasINE(upper)
    }

    /// How people group the digits.
    private static let separators: Set<Unicode.Scalar> = [" ", ".", "-", "\u{A0}", "\u{202F}"]

    private static func hasNIR(_ text: [Unicode.Scalar]) -> Bool {
        text.indices.contains { start in
            (start == 0 || !isDigit(text[start - 1])) && isNIR(text[start...].prefix(15).map(\.self))
                && followsNoDigit(text, start)
        }
    }

    /// Thirteen characters, or fifteen with the key: then no further digit.
    private static func followsNoDigit(_ text: [Unicode.Scalar], _ start: Int) -> Bool {
        let length = text[start...].prefix(16).enumerated().prefix { isDigit($0.element) || isCorsican($0) }.count
        return length == 13 || length == 15
    }

    private static func isCorsican(_ character: (offset: Int, element: Unicode.Scalar)) -> Bool {
        character.offset == 6 && (character.element == "A" || character.element == "B")
    }

    private static func isNIR(_ text: [Unicode.Scalar]) -> Bool {
        guard text.count >= 13, ["1", "2", "3", "4", "7", "8"].contains(text[0]),
            text.prefix(13).enumerated().allSatisfy({ isDigit($0.element) || isCorsican($0) })
        else { return false }
        let month = (text[3].value - 48) * 10 + text[4].value - 48
        // 20 to 42 and 50 to 99 stand where the month of birth is not known.
        return (1...12).contains(month) || (20...42).contains(month) || (50...99).contains(month)
    }

    /// Nine digits and two letters, or ten digits and one letter, as a word of its own.
    private static func hasINE(_ text: [Unicode.Scalar]) -> Bool {
        text.split { !isDigit($0) && !isLetter($0) }.contains { word in
            let digits = word.prefix(while: isDigit).count
            return word.count == 11 && (digits == 9 || digits == 10) && word.dropFirst(digits).allSatisfy(isLetter)
        }
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool { ("A"..."Z").contains(scalar) }
}

extension TextRule where Value == String {
    /// Free text about a person, without national identifiers.
    package static func personal(_ length: ClosedRange<Int>) -> TextRule {
        text(length).map { text throws(Flaw) in
            guard !NationalIdentifier.isFound(in: text) else {
                throw Flaw(
                    "national-identifier", fr: "Aucun identifiant national (NIR, INE) n’est accepté.",
                    en: "National identifiers (NIR, INE) are not accepted.")
            }
            return text
        }
    }
}
