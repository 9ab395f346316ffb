extension TextRule where Value == String {
    /// An ISO 639-1 language code.
    package static let language = TextRule { text throws(Flaw) in
        guard text.utf8.count == 2, text.utf8.allSatisfy({ (0x61...0x7A).contains($0) }) else {
            throw .format("un code de langue ISO 639-1", "an ISO 639-1 language code")
        }
        return text
    }
}
