import Foundation

/// Finds the national identifiers that the service takes nowhere: the NIR (social security number: sex, year, month,
/// place, order, key; INSEE) and the INE (pupils and students: eleven characters).
///
/// Whatever stands before, behind and between the digits: a number is looked for in groups of digits that nothing but
/// separators stands between. Its key (97 less the remainder by 97) tells a NIR from telephone numbers, SIRETs and
/// postcodes that follow each other; without it, it must be written as one, digit by digit, or in groups that end where
/// parts of a NIR do.
package enum NationalIdentifier {
    package static func isFound(in text: String) -> Bool {
        let plain = folded(text)
        return runs(of: plain).contains { hasKeyedNIR($0) || hasNIRAsWritten($0) }
            || StudentIdentifier.isFound(inWords: plain.split(omittingEmptySubsequences: false) { $0 == foreign })
    }

    /// For what consists of digits anyway: with a valid key only.
    package static func isFound(inTelephone text: String) -> Bool {
        runs(of: folded(text)).contains { hasKeyedNIR($0) }
    }

    /// For what machines make, numbers of whatever length among it: fifteen digits with a valid key, by themselves. In
    /// a UUID they stand by chance: one of some hundred thousand random ones has them.
    package static func isFound(inCode text: String) -> Bool {
        UUID(uuidString: text) == nil && runs(of: folded(text)).contains { hasKeyedNIR($0, byThemselves: true) }
    }

    // MARK: Reading

    private static let separator = UInt8(ascii: " ")
    /// Any letter but A to Z.
    private static let foreign = UInt8(ascii: "*")

    /// ASCII digits, capitals, ``foreign`` and ``separator``, whatever script, width or position they are written in.
    private static func folded(_ text: String) -> [UInt8] {
        text.precomposedStringWithCompatibilityMapping.uppercased().unicodeScalars.compactMap { scalar in
            let properties = scalar.properties
            switch properties.generalCategory {
            case .nonspacingMark, .enclosingMark: return nil
            case .decimalNumber: return properties.numericValue.map { UInt8(ascii: "0") + UInt8($0) }
            default: break
            }
            if properties.isDefaultIgnorableCodePoint { return nil }
            guard properties.isAlphabetic else { return separator }
            return ("A"..."Z").contains(scalar) ? UInt8(scalar.value) : foreign
        }
    }

    /// Groups of digits with nothing but separators between them. The A or B of a Corsican *département* is a digit.
    private static func runs(of text: [UInt8]) -> [[[UInt8]]] {
        var runs: [[[UInt8]]] = [[]]
        var group: [UInt8] = []
        for (index, character) in (text + [foreign]).enumerated() {
            let isCorsican =
                (character == UInt8(ascii: "A") || character == UInt8(ascii: "B")) && group.last == UInt8(ascii: "2")
                && (index + 1 == text.count || !text[index + 1].isCapital)
            if character.isDigit || isCorsican {
                group.append(character)
                continue
            }
            if !group.isEmpty { runs[runs.count - 1].append(group) }
            group = []
            if character != separator { runs.append([]) }
        }
        return runs
    }

    // MARK: NIR

    /// Fifteen digits with a valid key: some groups together, or any within one group.
    private static func hasKeyedNIR(_ run: [[UInt8]], byThemselves: Bool = false) -> Bool {
        let digits = run.flatMap(\.self)
        guard digits.count >= 15 else { return false }
        let groups = run.enumerated().flatMap { index, group in group.map { _ in index } }
        func begins(_ place: Int) -> Bool { place == 0 || place == groups.count || groups[place - 1] != groups[place] }
        return (0...(digits.count - 15)).contains { start in
            (begins(start) && begins(start + 15) || !byThemselves && groups[start] == groups[start + 14])
                && hasKey(digits[start..<(start + 15)])
        }
    }

    /// Thirteen digits, or fifteen with whatever key, as one group; or in groups that show its parts.
    private static func hasNIRAsWritten(_ run: [[UInt8]]) -> Bool {
        run.contains { ($0.count == 13 || $0.count == 15) && isNIR($0[...]) } || hasNIRInParts(run)
            || run.split { $0.count > 1 }.contains { digits in
                (digits.count == 13 || digits.count == 15) && isNIR(digits.flatMap(\.self)[...])
            }
    }

    /// After which digits a part ends: sex, year, month, *département*, commune, order.
    private static let partEnds: Set = [1, 3, 5, 7, 10, 13]

    /// Groups as cards show them, or some of them joined; then with a month that exists, for other numbers stand so, too.
    private static func hasNIRInParts(_ run: [[UInt8]]) -> Bool {
        run.indices.contains { start in
            var digits: [UInt8] = []
            var count = 0
            for group in run[start...].prefix(6) {
                guard partEnds.contains(digits.count + group.count) else { return false }
                digits += group
                count += 1
                if digits.count == 13 {
                    return count > 1 && isNIR(digits[...])
                        && (count == 6 || number(digits[3...4]).map((1...12).contains) == true)
                }
            }
            return false
        }
    }

    private static func isNIR(_ digits: ArraySlice<UInt8>) -> Bool {
        let digits = Array(digits)
        guard digits.count >= 13, "123478".utf8.contains(digits[0]),
            digits.enumerated().allSatisfy({ $0.element.isDigit || $0.offset == 6 }), let month = number(digits[3...4])
        else { return false }
        // 20 to 42 and 50 to 99 stand where the month of birth is not known.
        return (1...12).contains(month) || (20...42).contains(month) || (50...99).contains(month)
    }

    private static func hasKey(_ digits: ArraySlice<UInt8>) -> Bool {
        guard isNIR(digits) else { return false }
        var plain = Array(digits)
        // 2A counts as 19, 2B as 18.
        if !plain[6].isDigit {
            plain.replaceSubrange(5...6, with: plain[6] == UInt8(ascii: "A") ? "19".utf8 : "18".utf8)
        }
        guard let body = number(plain[..<13]), let key = number(plain[13...]) else { return false }
        return key == 97 - body % 97
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? { Int(String(decoding: digits, as: UTF8.self)) }
}

extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isCapital: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
}

extension TextRule where Value == String {
    /// Free text about a person, without national identifiers.
    package static func personal(_ length: ClosedRange<Int>) -> TextRule {
        text(length).without { NationalIdentifier.isFound(in: $0) }
    }

    /// The same with line breaks.
    package static func personalLines(_ length: ClosedRange<Int>) -> TextRule {
        lines(length).without { NationalIdentifier.isFound(in: $0) }
    }

    static let personalEmail = email.without { NationalIdentifier.isFound(in: $0) }
    static let personalTelephone = telephone.without { NationalIdentifier.isFound(inTelephone: $0) }

    /// For codes, addresses and the like (``NationalIdentifier/isFound(inCode:)``).
    var withoutIdentifierInCode: TextRule { without { NationalIdentifier.isFound(inCode: $0) } }

    private func without(_ isFound: @escaping @Sendable (String) -> Bool) -> TextRule {
        map { text throws(Flaw) in
            guard !isFound(text) else {
                throw Flaw(
                    "national-identifier", fr: "Aucun identifiant national (NIR, INE) n’est accepté.",
                    en: "National identifiers (NIR, INE) are not accepted.")
            }
            return text
        }
    }
}
