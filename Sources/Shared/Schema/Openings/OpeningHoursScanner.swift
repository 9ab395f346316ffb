/// Walks through the text of opening hours, and tells where it stops being understood.
struct OpeningHoursScanner {
    private let scalars: [Unicode.Scalar]
    /// Index of the next character.
    private(set) var offset = 0

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    var length: Int { scalars.count }
    var isAtEnd: Bool { offset == scalars.count }
    var next: Unicode.Scalar? { isAtEnd ? nil : scalars[offset] }

    var isAfterBlank: Bool { offset > 0 && scalars[offset - 1] == " " }

    /// What is wrong, and from which character on.
    func flaw(_ reason: OpeningHoursFlaw.Reason, at place: Int? = nil) -> OpeningHoursFlaw {
        OpeningHoursFlaw(reason: reason, position: (place ?? offset) + 1)
    }

    func isNext(_ word: String) -> Bool {
        var index = offset
        for scalar in word.unicodeScalars {
            guard index < scalars.count, scalars[index] == scalar else { return false }
            index += 1
        }
        return true
    }

    /// Passes over `word` where it is next.
    mutating func take(_ word: String) -> Bool {
        guard isNext(word) else { return false }
        offset += word.unicodeScalars.count
        return true
    }

    /// Passes over a word that ends here: `off` is not the beginning of `offer`.
    mutating func takeWord(_ word: String) -> Bool {
        guard isNext(word) else { return false }
        let end = offset + word.unicodeScalars.count
        if end < scalars.count, scalars[end].properties.isAlphabetic { return false }
        offset = end
        return true
    }

    /// Whether the one after the next character is this.
    func isAfterNext(_ scalar: Unicode.Scalar) -> Bool {
        offset + 1 < scalars.count && scalars[offset + 1] == scalar
    }

    /// The comma of a list: no blank follows it.
    mutating func takeListComma() -> Bool {
        guard isNext(","), !isAfterNext(" ") else { return false }
        return take(",")
    }

    mutating func skipBlanks() { while next == " " { offset += 1 } }

    /// The index, from 0, of the word of the list that is next.
    mutating func takeOne(of words: [String]) -> Int? {
        guard let index = words.firstIndex(where: { isNext($0) }) else { return nil }
        return takeWord(words[index]) ? index : nil
    }

    /// How many digits are next.
    var digits: Int {
        var count = 0
        while offset + count < scalars.count, isDigit(scalars[offset + count]) { count += 1 }
        return count
    }

    /// How many digits follow the sign that is next; none where another is.
    func digits(after sign: String) -> Int {
        var ahead = self
        return ahead.take(sign) ? ahead.digits : 0
    }

    /// So many digits, and then no other.
    mutating func takeNumber(digits range: ClosedRange<Int>) -> Int? {
        let count = digits
        guard range.contains(count) else { return nil }
        var value = 0
        for index in offset..<offset + count { value = value * 10 + Int(scalars[index].value - 0x30) }
        offset += count
        return value
    }

    /// A text between quotes, if it is closed and says something.
    mutating func takeComment() throws(OpeningHoursFlaw) -> String {
        let start = offset
        guard let end = scalars[(start + 1)...].firstIndex(of: "\"") else { throw flaw(.openComment, at: start) }
        let comment = scalars[(start + 1)..<end]
        guard comment.contains(where: { !$0.properties.isWhitespace }) else { throw flaw(.emptyComment, at: start) }
        offset = end + 1
        return String(String.UnicodeScalarView(comment))
    }

    private func isDigit(_ scalar: Unicode.Scalar) -> Bool { (0x30...0x39).contains(scalar.value) }
}
