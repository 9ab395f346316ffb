import Schema

/// Reads a condition as definitions write it, over the attributes of their population:
/// `linkable and outcome = satisfaite and structures <= max_structures`.
///
/// `or` binds less than `and`, and that less than `not`. A flag stands alone; `known X` asks whether anything is known;
/// `X = code`, `X != code` and `X in (code, code)` ask for codes (of an attribute with several, for one of them), and
/// `X = Y` whether two attributes are known to be the same (of keys nothing else can be asked); `<=`, `<`, `>=`, `>` and
/// `=` compare a number with a whole number or with a parameter, in the unit that people read. An empty text holds for
/// everything.
struct ConditionParser {
    private let attributes: [String: Attribute]
    private let parameters: [String: Int]
    private var tokens: ArraySlice<Substring>

    private static let keywords: Set<String> = ["and", "or", "not", "known", "in"]
    /// Of one condition.
    private static let longest = 200

    static func parse(
        _ text: String, attributes: [Attribute], parameters: [String: Int]
    ) throws(Flaw) -> Condition {
        var parser = ConditionParser(
            attributes: Dictionary(attributes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }),
            parameters: parameters, tokens: try tokens(of: text)[...])
        if parser.tokens.isEmpty { return .always }
        let condition = try parser.alternatives(depth: 0)
        if let rest = parser.tokens.first { throw .unexpected(rest) }
        return condition
    }

    private mutating func alternatives(depth: Int) throws(Flaw) -> Condition {
        guard depth < 16 else { throw .unexpected("(") }
        var found = [try conjunction(depth: depth)]
        while take("or") { found.append(try conjunction(depth: depth)) }
        return found.count == 1 ? found[0] : .any(found)
    }

    private mutating func conjunction(depth: Int) throws(Flaw) -> Condition {
        var found = [try factor(depth: depth)]
        while take("and") { found.append(try factor(depth: depth)) }
        return found.count == 1 ? found[0] : .all(found)
    }

    private mutating func factor(depth: Int) throws(Flaw) -> Condition {
        guard depth < 16 else { throw .unexpected("not") }
        if take("not") { return .not(try factor(depth: depth + 1)) }
        if take("(") {
            let condition = try alternatives(depth: depth + 1)
            try expect(")")
            return condition
        }
        if take("known") { return .known(try attribute()) }
        let attribute = try attribute()
        switch attribute.form {
        case .flag: return .flag(attribute)
        case .number(_, let scale): return try comparison(of: attribute, scale: scale)
        case .code, .codes: return try choice(of: attribute)
        case .key: return try sameness(of: attribute)
        }
    }

    private mutating func choice(of attribute: Attribute) throws(Flaw) -> Condition {
        if take("in") {
            try expect("(")
            var codes = [try word()]
            while take(",") { codes.append(try word()) }
            try expect(")")
            return .among(attribute, codes.sorted())
        }
        let isNegated = take("!=")
        if !isNegated { try expect("=") }
        let word = try word()
        let condition: Condition =
            if let other = attributes[word] { .same(attribute, other) } else { .among(attribute, [word]) }
        return isNegated ? .not(condition) : condition
    }

    /// Of keys, which no text of a condition names.
    private mutating func sameness(of attribute: Attribute) throws(Flaw) -> Condition {
        let isNegated = take("!=")
        if !isNegated { try expect("=") }
        let word = try word()
        guard let other = attributes[word] else { throw .unknownWord(word) }
        return isNegated ? .not(.same(attribute, other)) : .same(attribute, other)
    }

    private mutating func comparison(of attribute: Attribute, scale: Int) throws(Flaw) -> Condition {
        guard let sign = tokens.popFirst() else { throw .unfinished }
        let word = try word()
        guard let number = Int(word) ?? parameters[word], (0...1_000_000).contains(number) else {
            throw .unknownWord(word)
        }
        let limit = number * scale
        switch sign {
        case "<=": return .within(attribute, Int.min...limit)
        case "<": return .within(attribute, Int.min...(limit - 1))
        case ">=": return .within(attribute, limit...Int.max)
        case ">": return .within(attribute, (limit + 1)...Int.max)
        case "=": return .within(attribute, limit...limit)
        default: throw .unexpected(sign)
        }
    }

    private mutating func attribute() throws(Flaw) -> Attribute {
        let name = try word()
        guard let attribute = attributes[name] else { throw .unknownWord(name) }
        return attribute
    }

    private mutating func word() throws(Flaw) -> String {
        guard let token = tokens.popFirst() else { throw .unfinished }
        guard let first = token.utf8.first, Self.isWord(first), !Self.keywords.contains(String(token)) else {
            throw .unexpected(token)
        }
        return String(token)
    }

    private mutating func take(_ token: String) -> Bool {
        guard tokens.first.map({ $0 == token }) == true else { return false }
        tokens.removeFirst()
        return true
    }

    private mutating func expect(_ token: String) throws(Flaw) {
        guard !take(token) else { return }
        throw tokens.first.map { .unexpected($0) } ?? .unfinished
    }

    private static func tokens(of text: String) throws(Flaw) -> [Substring] {
        var tokens: [Substring] = []
        var rest = text[...]
        while let first = rest.utf8.first {
            let length: Int
            switch first {
            case UInt8(ascii: " "), UInt8(ascii: "\n"):
                rest.removeFirst()
                continue
            case _ where isWord(first): length = rest.utf8.prefix(while: isWord).count
            case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "!"):
                length = rest.utf8.dropFirst().first == UInt8(ascii: "=") ? 2 : 1
            case UInt8(ascii: "="), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","): length = 1
            default: throw .unexpected(rest.prefix(1))
            }
            tokens.append(rest.prefix(length))
            rest = rest.dropFirst(length)
            guard tokens.count <= longest else { throw .unexpected(rest.prefix(20)) }
        }
        return tokens
    }

    /// Of names, codes (`55-plus`, `territoire-spro:52-01`) and numbers.
    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
            UInt8(ascii: "-"), UInt8(ascii: ":"):
            true
        default: false
        }
    }
}

extension Flaw {
    fileprivate static let unfinished = Flaw(
        "unfinished-condition", fr: "La condition n’est pas finie.", en: "The condition is not finished.")

    fileprivate static func unexpected(_ token: Substring) -> Flaw {
        Flaw(
            "malformed-condition", fr: "« \(token) » n’est pas attendu ici.", en: "“\(token)” is not expected here.")
    }

    fileprivate static func unknownWord(_ word: String) -> Flaw {
        Flaw(
            "unknown-word", fr: "« \(word) » n’est ni un attribut de la population, ni un paramètre, ni un nombre.",
            en: "“\(word)” is neither an attribute of the population nor a parameter nor a number.")
    }
}
