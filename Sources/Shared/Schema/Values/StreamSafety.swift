extension String {
    /// Whether at most thirty combining marks follow one another (Stream-Safe Text Format, UAX #15 §13).
    ///
    /// Normalising, comparing and hashing a text takes time that grows with the square of such a run: one of half a
    /// million marks, which fits a request's body, costs minutes. No language needs thirty.
    package var isStreamSafe: Bool {
        // The first combining mark is U+0300, in UTF-8 0xCC 0x80.
        guard utf8.contains(where: { $0 >= 0xCC }) else { return true }
        var run = 0
        for scalar in unicodeScalars {
            run = scalar.isCombining ? run + 1 : 0
            if run > 30 { return false }
        }
        return true
    }
}

extension Unicode.Scalar {
    fileprivate var isCombining: Bool {
        switch value {
        case ..<0x300: false
        // Of class 0 themselves, but made of marks.
        case 0xF73, 0xF75, 0xF81: true
        default: properties.canonicalCombiningClass != .notReordered
        }
    }
}
