/// The INE: nine digits and two letters, or ten digits and one letter. It has no key that is published.
enum StudentIdentifier {
    /// - Parameter texts: ASCII capitals and digits, words apart by blanks.
    static func isFound(inWords texts: [ArraySlice<UInt8>]) -> Bool {
        texts.contains { text in
            let words = text.split(separator: UInt8(ascii: " "))
            return words.indices.contains { isWord(words[$0]) || isEnd(words[$0], after: words[..<$0]) }
        }
    }

    private static func isWord(_ word: ArraySlice<UInt8>) -> Bool {
        let digits = word.prefix(while: \.isDigit).count
        return word.count == 11 && (digits == 9 || digits == 10) && word.dropFirst(digits).allSatisfy(\.isCapital)
    }

    /// Whether the word ends an INE whose digits stand in groups before it; no other digits may stand there.
    private static func isEnd(_ word: ArraySlice<UInt8>, after words: ArraySlice<ArraySlice<UInt8>>) -> Bool {
        let groups = words.reversed().prefix { $0.allSatisfy(\.isDigit) }.reversed().map(Array.init)
        let own = word.prefix(while: \.isDigit)
        let letters = word.dropFirst(own.count)
        guard !groups.isEmpty, letters.allSatisfy(\.isCapital) else { return false }
        let digits = groups.flatMap(\.self) + own
        let isWordOfLanguage = own.isEmpty && shortWords.contains(String(decoding: letters, as: UTF8.self))
        switch (digits.count, letters.count) {
        case (9, 2): return !isWordOfLanguage
        // A telephone number begins with 0 and another digit.
        case (10, 1): return !isWordOfLanguage && (digits[0] != UInt8(ascii: "0") || digits[1] == UInt8(ascii: "0"))
        default: return false
        }
    }

    /// What may well stand behind a SIREN or a number of ten digits.
    private static let shortWords: Set = [
        "AU", "CE", "DE", "DU", "EN", "ET", "EI", "IL", "LA", "LE", "NE", "NI", "ON", "OU", "RC", "SA", "SI", "ST",
        "SU",
        "UN", "A", "D", "L", "M", "N", "S", "Y",
    ]
}
