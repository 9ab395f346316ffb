import Schema

/// A rule and the passage of the region's specification that it comes from, word for word.
package struct Quoted<Value: Sendable & Equatable>: Sendable, Equatable {
    package let value: Value
    package let quote: String
}

extension ObjectReader {
    /// A key that every charter has; null where the specification says nothing.
    func nullable<Value>(_ name: String, _ rule: ValueRule<Value>) -> Value? {
        guard contains(name) else {
            report(.required, at: name)
            return nil
        }
        return optional(name, rule)
    }

    /// The passage of a rule: without one it is no rule.
    func quote(_ name: String = "quote") -> String? { required(name, .text(1...200)) }

    /// A code that no other item of the same list has.
    func code(_ name: String = "code", _ rule: TextRule<String> = .slug, unusedIn used: UsedCodes) -> String? {
        guard let code = required(name, .string(rule)) else { return nil }
        if !used.insert(code) { report(.duplicateItem, at: name) }
        return code
    }

    /// A list of items, each with a code of its own.
    func codedList<Item>(
        _ name: String, _ count: ClosedRange<Int>, _ build: @escaping (ObjectReader, UsedCodes) -> Item?
    ) -> [Item]? {
        let used = UsedCodes()
        return required(name, .array(count, of: .object { build($0, used) }))
    }
}

/// The codes that the items of one list have used so far.
final class UsedCodes {
    private var codes: Set<String> = []

    /// False if the code was used before.
    func insert(_ code: String) -> Bool { codes.insert(code).inserted }
}

/// Rules beside one another whose passages stand together in `quotes`, each under its rule's own name: one for every
/// rule that is not null, and none for the others.
struct QuotedRules {
    private let object: ObjectReader
    private let quotes: [String: String]

    init(_ object: ObjectReader, names: [String]) {
        self.object = object
        let given = Set(names.filter { object.optional($0, ValueRule { _, _ in true }) != nil })
        let read = object.required(
            "quotes",
            .object { quotes in
                var found: [String: String] = [:]
                for name in names {
                    if given.contains(name) {
                        found[name] = quotes.quote(name)
                    } else if quotes.contains(name) {
                        quotes.report(.passageWithoutRule, at: name)
                    }
                }
                return found
            })
        quotes = read ?? [:]
    }

    func read<Value>(_ name: String, _ rule: ValueRule<Value>) -> Quoted<Value>? {
        guard let value = object.nullable(name, rule), let quote = quotes[name] else { return nil }
        return Quoted(value: value, quote: quote)
    }
}

extension ValueRule {
    /// One of the codes that an enumeration spells.
    static func choice() -> ValueRule
    where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
        ValueRule { value, place in
            ValueRule<String>.code(Value.allCases.map(\.rawValue)).read(value, place).flatMap(Value.init(rawValue:))
        }
    }
}

extension TextRule where Value == String {
    /// INSEE's code of a region: two characters, quoted in YAML lest it be a number.
    static let regionCode = placeCode.map { code throws(Flaw) in
        guard code.utf8.count == 2 else { throw .format("un code Insee de région", "an Insee region code") }
        return code
    }

    /// `major.minor.patch`, as semver.org has them (§2): no leading zeros, no suffix.
    static let semanticVersion = TextRule { text throws(Flaw) in
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts.allSatisfy({ part in Int(part).map { $0 >= 0 && String($0) == part } ?? false })
        else { throw .format("une version comme 1.0.0", "a version such as 1.0.0") }
        return text
    }
}

extension Flaw {
    static let passageWithoutRule = Flaw(
        "passage-without-rule", fr: "Ce passage n’a pas de règle : elle est nulle ou absente.",
        en: "This passage has no rule: it is null or absent.")
}
