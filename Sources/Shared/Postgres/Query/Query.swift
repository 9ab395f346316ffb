/// An SQL text with its values. It can be written only as a literal: every interpolated value becomes a `$n` parameter,
/// and an interpolated query is spliced in with its values renumbered.
///
/// ```swift
/// let open: Query = "and state = \(State.open)"
/// try await transaction.query("select id, name from structure where region = \(region) \(open)")
/// ```
package struct Query: Sendable, ExpressibleByStringInterpolation {
    // `StaticString`, so that no `String` made at run time can become SQL, even through these initialisers.
    package init(stringLiteral literal: StaticString) {
        self.init()
        append(text: literal.description)
    }

    package init(stringInterpolation: Interpolation) { self = stringInterpolation.query }

    /// The text before each parameter, and after the last: always one more than there are parameters.
    private(set) var texts: [String] = [""]
    private(set) var parameters = Parameters()
    /// The first value that the database cannot hold; told when the query is run, before anything is sent.
    private(set) var failure: BindError?

    private init() {}

    /// The text with `$1`, `$2`, ... in place of the values.
    package var text: String {
        guard texts.count > 1 else { return texts[0] }
        var text = ""
        text.reserveCapacity(texts.reduce(0) { $0 + $1.utf8.count + 4 })
        for (index, part) in texts.enumerated() {
            if index > 0 { text += "$\(index)" }
            text += part
        }
        return text
    }

    fileprivate mutating func append(text: String) { texts[texts.count - 1] += text }

    fileprivate mutating func append(_ value: some Bindable) {
        do throws(Unbindable) {
            try parameters.append(value)
        } catch {
            failure = failure ?? BindError(position: parameters.count, reason: error)
        }
        texts.append("")
    }

    fileprivate mutating func append(_ query: Query) {
        if let failure = query.failure, self.failure == nil {
            self.failure = BindError(position: parameters.count + failure.position, reason: failure.reason)
        }
        append(text: query.texts[0])
        texts.append(contentsOf: query.texts.dropFirst())
        parameters.append(query.parameters)
    }
}

extension Query {
    package struct Interpolation: StringInterpolationProtocol {
        fileprivate(set) var query = Query()

        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ literal: StaticString) { query.append(text: literal.description) }

        /// A value becomes a parameter.
        package mutating func appendInterpolation(_ value: some Bindable) { query.append(value) }

        /// An optional value becomes a parameter that may be null. (The compiler warns of optional values in an
        /// interpolation that does not name them.)
        package mutating func appendInterpolation<Value: Bindable>(_ value: Value?) { query.append(value) }

        /// A query becomes a part of this one.
        package mutating func appendInterpolation(_ query: Query) { self.query.append(query) }

        /// A name chosen at run time: always quoted.
        package mutating func appendInterpolation(_ name: Identifier) { query.append(text: name.quoted) }

        /// A name or keyword written in our source.
        package mutating func appendInterpolation(raw text: StaticString) { query.append(text: text.description) }

        /// A literal where the grammar has no place for a parameter (`create role ... password`). Only this module,
        /// and only for text without quotes or backslashes.
        mutating func appendInterpolation(literal text: String) {
            precondition(!text.utf8.contains { [UInt8(ascii: "'"), UInt8(ascii: "\\"), 0].contains($0) })
            query.append(text: "'\(text)'")
        }
    }

    /// Joins fragments (`and` between conditions, `,` between rows) into one query.
    package init(_ queries: some Sequence<Query>, separator: StaticString) {
        self.init()
        for (index, query) in queries.enumerated() {
            if index > 0 { append(text: separator.description) }
            append(query)
        }
    }
}
