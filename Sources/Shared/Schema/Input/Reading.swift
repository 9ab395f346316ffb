/// What a document says, as far as it could be read, and everything that is wrong with its form.
package struct Reading<Value> {
    /// Nil where nothing could be made of the document. Where there are violations, what could not be read is empty in
    /// it: to be judged by further rules, so that everything wrong is told at once, and never to be kept.
    package let value: Value?
    package let violations: [Violation]

    /// The document's members in which something is wrong: what a rule would say of them is not to be relied on.
    package var flawedMembers: Set<String> {
        Set(violations.compactMap { $0.pointer.split(separator: "/").first.map(String.init) })
    }

    /// - Parameter broken: what further rules have found.
    /// - Throws: ``Refusal`` `invalid-body` with every violation, of form and of rules.
    package func sound(_ broken: [Violation] = []) throws(Refusal) -> Value {
        guard let value, violations.isEmpty, broken.isEmpty else {
            throw Refusal(.invalidBody, violations: violations + broken)
        }
        return value
    }
}

extension Reading: Sendable where Value: Sendable {}
