/// The INE: nine digits and two letters, or ten digits and one letter. It has no key that is published.
enum StudentIdentifier {
    /// - Parameter texts: ASCII capitals and digits, words apart by blanks.
    static func isFound(inWords texts: [ArraySlice<UInt8>]) -> Bool {
        texts.contains { text in
            let words = text.split(separator: UInt8(ascii: " "))
            return words.indices.contains { isWord(words[$0]) || isEnd(words, at: $0) }
        }
    }

    private static func isWord(_ word: ArraySlice<UInt8>) -> Bool {
        let digits = word.prefix(while: \.isDigit).count
        return word.count == 11 && (digits == 9 || digits == 10) && word.dropFirst(digits).allSatisfy(\.isCapital)
    }

    /// Whether the word ends an INE whose digits stand in groups before it; no other digits may stand there.
    private static func isEnd(_ words: [ArraySlice<UInt8>], at end: Int) -> Bool {
        let own = words[end].prefix(while: \.isDigit)
        let letters = words[end].dropFirst(own.count)
        guard letters.count == 1 || letters.count == 2, letters.allSatisfy(\.isCapital) else { return false }
        var digits = Array(own)
        var start = end
        // Never further back than eleven digits, or a text of numbers would be read once for each of them.
        while start > 0, digits.count <= 10, words[start - 1].first?.isDigit == true {
            let group = words[start - 1]
            guard group.count <= 10, group.allSatisfy(\.isDigit) else { break }
            digits = group + digits
            start -= 1
        }
        guard start < end, start == 0 || !words[start - 1].allSatisfy(\.isDigit) else { return false }
        let isCalledOne = words[max(0, start - 3)..<start].contains { $0.elementsEqual("INE".utf8) }
        let isWordOfLanguage =
            !isCalledOne && own.isEmpty && shortWords.contains(String(decoding: letters, as: UTF8.self))
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
