import Foundation

/// The names of communes as people type them: without accents, in any case, the beginnings of words, «st» for «saint».
struct CommuneNames: Sendable {
    private struct Entry: Sendable {
        let commune: Commune
        /// ` saint nazaire`: each word behind a blank.
        let words: [UInt8]
    }

    /// The most populated first.
    private let entries: [Entry]

    init(_ communes: some Sequence<Commune>) {
        entries = communes.sorted { ($1.population, $0.code) < ($0.population, $1.code) }.map { commune in
            Entry(commune: commune, words: Self.behindBlanks(FoldedWords.words(of: commune.name)))
        }
    }

    private static func behindBlanks(_ words: [String]) -> [UInt8] { words.flatMap(behindBlank) }

    private static func behindBlank(_ word: String) -> [UInt8] { [UInt8(ascii: " ")] + word.utf8 }

    /// The communes whose name has, for each word of the text, a word that begins with it, or whose code begins with the
    /// text: a name that is the text first, then those that begin with it, then by population.
    ///
    /// - Parameter text: nil finds all.
    func find(_ text: String?, department: String?, limit: Int) -> [Commune] {
        let typed = FoldedWords.typed(text ?? "")
        let wanted = typed.map { FoldedWords.meanings(ofTyped: $0).map(Self.behindBlank) }
        if text != nil, wanted.isEmpty { return [] }
        let code = text?.uppercased()
        let wholes = Set([Self.behindBlanks(typed), Self.behindBlanks(FoldedWords.words(of: text ?? ""))])
        var found: [(rank: Int, commune: Commune)] = []
        for entry in entries where department == nil || entry.commune.department == department {
            let isNamed = wanted.allSatisfy { $0.contains { entry.words.contains($0) } }
            guard isNamed || code.map({ entry.commune.code.hasPrefix($0) }) == true else { continue }
            let begins = wholes.contains { entry.words.starts(with: $0) }
            found.append((wholes.contains(entry.words) ? 0 : begins ? 1 : 2, entry.commune))
        }
        // The sort is stable: within a rank they keep the order of population.
        return found.sorted { $0.rank < $1.rank }.prefix(limit).map(\.commune)
    }
}
