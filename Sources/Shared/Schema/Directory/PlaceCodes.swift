extension TextRule where Value == String {
    /// A code of INSEE's *code officiel géographique*: capital letters and digits (`44184`, `2A004`, `52`, `FR`).
    package static let placeCode = TextRule { text throws(Flaw) in
        let isRight = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        }
        guard isRight, (2...9).contains(text.utf8.count) else { throw .format("un code Insee", "an Insee code") }
        return text
    }

    /// The code of a commune or municipal arrondissement: five characters.
    package static let communeCode = placeCode.map { code throws(Flaw) in
        guard code.utf8.count == 5 else { throw .format("un code Insee de commune", "an Insee commune code") }
        return code
    }

    /// `kind:code`, as `territoire-spro:52-01`.
    package static let territoryKey = TextRule { text throws(Flaw) in
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, Vocabulary.territoryKind.contains(parts[0]) else {
            throw .format("genre:code, par exemple territoire-spro:52-01", "kind:code, such as territoire-spro:52-01")
        }
        _ = try territoryCode.read(parts[1])
        return text
    }

    /// The code of a territory within its kind: it stands in addresses and links, unescaped.
    package static let territoryCode = TextRule { text throws(Flaw) in
        let isRight = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || [UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_")].contains(byte)
        }
        guard isRight, (1...64).contains(text.utf8.count) else {
            throw .format("un code de lettres, chiffres, - . _", "a code of letters, digits, - . _")
        }
        return text
    }
}
