/// Why the directory does not start: its search would find offers by the wrong codes.
struct OutgrownVocabularies: Error, CustomStringConvertible {
    let description: String

    /// - Throws: itself, where a vocabulary has more codes than ``OfferBits`` has bits.
    static func check(_ outgrown: [String] = OfferBits.outgrown()) throws(OutgrownVocabularies) {
        guard outgrown.isEmpty else { throw OutgrownVocabularies(description: outgrown.joined(separator: "; ")) }
    }
}
