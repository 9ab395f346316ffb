import Schema

/// The words by which structures are found, sorted, so that all that begin alike stand together: those of their names,
/// of the codes of their networks and of their communes.
struct WordIndex: Sendable {
    /// All words one after the other, in the order of their bytes.
    private var bytes: [UInt8] = []
    private var wordStarts: [UInt32] = [0]
    /// Of each word, where its structures begin in ``ordinals``.
    private var listStarts: [UInt32] = [0]
    private var ordinals: [UInt32] = []
    /// Of each structure, where its words begin in ``words``.
    private var structureStarts: [UInt32]
    private var words: [UInt32]

    /// The words that begin so, by their places.
    func words(beginning prefix: String) -> Range<UInt32> {
        let prefix = Array(prefix.utf8)
        let all = 0..<wordStarts.count - 1
        let first = all.firstPlace { !word($0).lexicographicallyPrecedes(prefix) }
        let behind = (first..<all.upperBound).firstPlace { !word($0).starts(with: prefix) }
        return UInt32(first)..<UInt32(behind)
    }

    /// How often these words stand anywhere: as many structures have one of them, or fewer.
    func count(of words: Range<UInt32>) -> Int {
        Int(listStarts[Int(words.upperBound)] - listStarts[Int(words.lowerBound)])
    }

    /// The structures with one of these words; who has several comes several times.
    func ordinals(with words: Range<UInt32>) -> ArraySlice<UInt32> {
        ordinals[Int(listStarts[Int(words.lowerBound)])..<Int(listStarts[Int(words.upperBound)])]
    }

    func has(_ ordinal: Int, _ wanted: Range<UInt32>) -> Bool {
        words[Int(structureStarts[ordinal])..<Int(structureStarts[ordinal + 1])].contains(where: wanted.contains)
    }

    private func word(_ place: Int) -> ArraySlice<UInt8> {
        bytes[Int(wordStarts[place])..<Int(wordStarts[place + 1])]
    }

    struct Builder {
        private var numbers: [String: UInt32] = [:]
        private var communes: [String: [UInt32]] = [:]
        private var networks: [String: [UInt32]] = [:]
        private var structureStarts: [UInt32] = [0]
        /// Of each structure, its words by the order in which they came up.
        private var words: [UInt32] = []

        /// The words of the next structure.
        mutating func append(_ structure: Structure, in geography: Geography) {
            let draft = structure.draft
            var own = FoldedWords.words(of: draft.name).map { number(of: $0) }
            for network in draft.networks {
                let known = networks[network] ?? FoldedWords.words(of: network).map { number(of: $0) }
                networks[network] = known
                own += known
            }
            if let code = draft.address?.commune {
                let name = geography.communes[code]?.name ?? ""
                let known = communes[code] ?? FoldedWords.words(of: name).map { number(of: $0) }
                communes[code] = known
                own += known
            }
            for (place, word) in own.enumerated() where !own[..<place].contains(word) { words.append(word) }
            structureStarts.append(UInt32(words.count))
        }

        private mutating func number(of word: String) -> UInt32 {
            if let known = numbers[word] { return known }
            let number = UInt32(numbers.count)
            numbers[word] = number
            return number
        }

        /// - Parameter order: of each ordinal, when its structure was appended.
        func index(in order: [Int]) -> WordIndex {
            let sorted = numbers.map { (word: Array($0.key.utf8), number: $0.value) }
                .sorted { $0.word.lexicographicallyPrecedes($1.word) }
            var places = Array(repeating: UInt32(0), count: sorted.count)
            for (place, entry) in sorted.enumerated() { places[Int(entry.number)] = UInt32(place) }
            var (arranged, starts): ([UInt32], [UInt32]) = ([], [0])
            arranged.reserveCapacity(words.count)
            starts.reserveCapacity(order.count + 1)
            for place in order {
                for word in words[Int(structureStarts[place])..<Int(structureStarts[place + 1])] {
                    arranged.append(places[Int(word)])
                }
                starts.append(UInt32(arranged.count))
            }
            var index = WordIndex(structureStarts: starts, words: arranged)
            for (word, _) in sorted {
                index.bytes += word
                index.wordStarts.append(UInt32(index.bytes.count))
            }
            index.list()
            return index
        }
    }

    private init(structureStarts: [UInt32], words: [UInt32]) {
        self.structureStarts = structureStarts
        self.words = words
    }

    /// Turns round which structure has which words.
    private mutating func list() {
        var ends = Array(repeating: UInt32(0), count: wordStarts.count)
        for word in words { ends[Int(word) + 1] += 1 }
        for place in ends.indices.dropFirst() { ends[place] += ends[place - 1] }
        listStarts = ends
        ordinals = Array(repeating: 0, count: words.count)
        for ordinal in 0..<structureStarts.count - 1 {
            for word in words[Int(structureStarts[ordinal])..<Int(structureStarts[ordinal + 1])] {
                ordinals[Int(ends[Int(word)])] = UInt32(ordinal)
                ends[Int(word)] += 1
            }
        }
    }
}

/// The words of the kinds of service, by their French labels: few, so they are looked for anew with each question.
enum KindWords {
    /// Mask (``OfferBits/kind``) of the kinds with a word that begins so.
    static func mask(beginning prefix: String) -> UInt32 {
        OfferBits.mask(words.filter { $0.words.contains { $0.hasPrefix(prefix) } }.map(\.code), of: .serviceKind)
    }

    private static let words = Vocabulary.serviceKind.terms.map { term in
        (
            code: term.code,
            words: FoldedWords.words(of: term.label.fr) + term.code.split(separator: "-").map(String.init)
        )
    }
}
