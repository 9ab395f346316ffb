/// Reads the query of a request strictly and gathers everything that is wrong with it, parameters nobody knows
/// included: a parameter is never silently ignored.
///
/// Call ``finish()`` after the last read and before using any value.
package final class QueryReader {
    private let items: [(name: String, value: String)]
    /// A query has few parameters, a route's rules fewer than forty.
    private var known: [String] = []
    private var violations: [Violation] = []

    /// - Parameter items: decoded names and values in the order of the request.
    package init(_ items: [(name: String, value: String)]) { self.items = items }

    /// A parameter that may be given once.
    package func optional<Value>(_ name: String, _ rule: @autoclosure () -> TextRule<Value>) -> Value? {
        known.append(name)
        guard let first = items.first(where: { $0.name == name }) else { return nil }
        if items.count(where: { $0.name == name }) > 1 {
            report(.repeatedParameter, at: name)
            return nil
        }
        return read(first.value, name, rule())
    }

    package func required<Value>(_ name: String, _ rule: @autoclosure () -> TextRule<Value>) -> Value? {
        if !items.contains(where: { $0.name == name }) { report(.required, at: name) }
        return optional(name, rule())
    }

    /// A parameter that may be repeated or hold several values separated by commas: any of them matches.
    package func list<Value>(
        _ name: String, _ rule: @autoclosure () -> TextRule<Value>, upTo limit: Int = 50
    ) -> [Value] {
        known.append(name)
        guard holds(name) else { return [] }
        let rule = rule()
        let texts = items.filter { $0.name == name }.flatMap { item in
            item.value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        guard texts.count <= limit else {
            report(.count(1...limit), at: name)
            return []
        }
        return texts.compactMap { read($0, name, rule) }
    }

    /// Whether it is given, right or wrong.
    package func holds(_ name: String) -> Bool { items.contains { $0.name == name } }

    package func report(_ flaw: Flaw, at name: String) { violations.append(Violation(flaw, at: name)) }

    /// Throws a ``Refusal`` of code `invalid-parameters` if anything was wrong.
    package func finish() throws(Refusal) {
        for item in items where !known.contains(item.name) {
            known.append(item.name)
            report(.unknownParameter, at: String(item.name.prefix(100)))
        }
        if !violations.isEmpty { throw Refusal(.invalidParameters, violations: violations) }
    }

    private func read<Value>(_ text: String, _ name: String, _ rule: TextRule<Value>) -> Value? {
        do throws(Flaw) {
            return try rule.read(text)
        } catch {
            report(error, at: name)
            return nil
        }
    }
}
