/// Reads one JSON object strictly and gathers everything that is wrong with it, members nobody asked for included.
///
/// ```swift
/// let draft = try ObjectReader.read(body) { object in
///     guard let name = object.required("name", .text(1...200)) else { return nil }
///     return Draft(name: name, phone: object.optional("phone", .telephone))
/// }
/// ```
/// The closure reads every member before it gives up on any, so that all violations are found at once.
package final class ObjectReader {
    private let object: JSONObject
    /// Nil for the document itself.
    private let place: Place?
    private let violations: Violations
    /// Of each member, whether anybody asked for it.
    private var isKnown: [Bool]

    /// The violations of one document, shared by the readers of its objects.
    package final class Violations {
        package fileprivate(set) var found: [Violation] = []
        fileprivate let allowsUnknownMembers: Bool

        init(allowsUnknownMembers: Bool = false) { self.allowsUnknownMembers = allowsUnknownMembers }
    }

    init(object: JSONObject, place: Place?, violations: Violations) {
        self.object = object
        self.place = place
        self.violations = violations
        isKnown = Array(repeating: false, count: object.members.count)
    }

    /// Reads a whole document; throws a ``Refusal`` of code `invalid-body` with all its violations.
    ///
    /// - Parameter allowsUnknownMembers: for what another service of ours, perhaps of a later version, tells: members
    ///   that nobody asks for are passed over.
    package static func read<Value>(
        _ document: JSONValue, allowsUnknownMembers: Bool = false, _ build: (ObjectReader) -> Value?
    ) throws(Refusal) -> Value {
        try reading(document, allowsUnknownMembers: allowsUnknownMembers, build).sound()
    }

    /// As ``read(_:allowsUnknownMembers:_:)``, for whoever has further rules to judge by.
    package static func reading<Value>(
        _ document: JSONValue, allowsUnknownMembers: Bool = false, _ build: (ObjectReader) -> Value?
    ) -> Reading<Value> {
        let violations = Violations(allowsUnknownMembers: allowsUnknownMembers)
        guard case .object(let object) = document else {
            return Reading(value: nil, violations: [Violation(.wrongType("objet", "object"), at: "")])
        }
        let value = readObject(object, at: nil, violations, build)
        return Reading(value: value, violations: violations.found)
    }

    /// A member that must be there (and not null).
    package func required<Value>(_ name: String, _ rule: ValueRule<Value>) -> Value? {
        switch member(name) {
        case nil, .null:
            report(.required, at: name)
            return nil
        case let value?:
            return rule.read(value, place(name))
        }
    }

    /// A member that may be absent or null: both read as nil.
    package func optional<Value>(_ name: String, _ rule: ValueRule<Value>) -> Value? {
        switch member(name) {
        case nil, .null: return nil
        case let value?: return rule.read(value, place(name))
        }
    }

    package func contains(_ name: String) -> Bool { object[name] != nil }

    /// Whether the member has a value, right or wrong: null is none.
    package func holds(_ name: String) -> Bool { contains(name) && object[name] != .null }

    /// Refuses members that only the service writes, in words that say so.
    package func refuse(_ readOnly: [String]) {
        for name in readOnly where object[name] != nil { report(.readOnly, at: name) }
    }

    /// Takes members for known without reading them: what the service derives, in a document that it gave out itself.
    package func passOver(_ derived: [String]) { for name in derived { _ = member(name) } }

    /// Reports a flaw that concerns the member `name`, or the object itself where there is no name.
    package func report(_ flaw: Flaw, at name: String? = nil) {
        if let name { _ = member(name) }
        place(name).report(flaw)
    }

    static func readObject<Value>(
        _ object: JSONObject, at place: Place?, _ violations: Violations, _ build: (ObjectReader) -> Value?
    ) -> Value? {
        let reader = ObjectReader(object: object, place: place, violations: violations)
        let value = build(reader)
        guard !violations.allowsUnknownMembers else { return value }
        for (index, member) in object.members.enumerated() where !reader.isKnown[index] {
            reader.place(member.name).report(.unknownMember)
        }
        return value
    }

    /// The member's value, which from now on counts as asked for.
    private func member(_ name: String) -> JSONValue? {
        guard let index = object.members.firstIndex(where: { $0.name == name }) else { return nil }
        isKnown[index] = true
        return object.members[index].value
    }

    private func place(_ name: String?) -> Place { Place(reader: self, name: name, items: []) }

    private var pointer: String { place?.pointer ?? "" }

    /// Where a value stands, and where its violations go. Most values are right: the pointer is put together only for
    /// those that are not.
    package struct Place {
        fileprivate let reader: ObjectReader
        /// Of the reader's member; nil for its object.
        fileprivate let name: String?
        /// Indices in the member's array, and in the arrays in it.
        fileprivate let items: [Int]

        package var violations: Violations { reader.violations }

        package var pointer: String {
            reader.pointer + (name.map { "/" + Self.escape($0) } ?? "") + items.map { "/\($0)" }.joined()
        }

        package func report(_ flaw: Flaw) {
            guard violations.found.count < Refusal.shownViolations else { return }
            violations.found.append(Violation(flaw, at: pointer))
        }

        func item(_ index: Int) -> Place { Place(reader: reader, name: name, items: items + [index]) }

        /// RFC 6901 §3; a member's name is the caller's own text, so what an answer repeats of it is bounded.
        static func escape(_ name: String) -> String {
            var escaped = ""
            for scalar in name.unicodeScalars.prefix(100) {
                switch scalar {
                case "~": escaped += "~0"
                case "/": escaped += "~1"
                default: escaped.unicodeScalars.append(scalar)
                }
            }
            return escaped
        }
    }
}
