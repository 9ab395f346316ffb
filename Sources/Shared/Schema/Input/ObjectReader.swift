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
    private let pointer: String
    private let violations: Violations
    private var known: Set<String> = []

    /// The violations of one document, shared by the readers of its objects.
    package final class Violations {
        package fileprivate(set) var found: [Violation] = []
        fileprivate let allowsUnknownMembers: Bool

        init(allowsUnknownMembers: Bool = false) { self.allowsUnknownMembers = allowsUnknownMembers }
    }

    init(object: JSONObject, pointer: String, violations: Violations) {
        self.object = object
        self.pointer = pointer
        self.violations = violations
    }

    /// Reads a whole document; throws a ``Refusal`` of code `invalid-body` with all its violations.
    ///
    /// - Parameter allowsUnknownMembers: for what another service of ours, perhaps of a later version, tells: members
    ///   that nobody asks for are passed over.
    package static func read<Value>(
        _ document: JSONValue, allowsUnknownMembers: Bool = false, _ build: (ObjectReader) -> Value?
    ) throws(Refusal) -> Value {
        let violations = Violations(allowsUnknownMembers: allowsUnknownMembers)
        guard case .object(let object) = document else {
            throw Refusal(.invalidBody, violations: [Violation(.wrongType("objet", "object"), at: "")])
        }
        let value = readObject(object, at: "", violations, build)
        guard let value, violations.found.isEmpty else {
            throw Refusal(.invalidBody, violations: violations.found)
        }
        return value
    }

    /// A member that must be there (and not null).
    package func required<Value>(_ name: String, _ rule: ValueRule<Value>) -> Value? {
        known.insert(name)
        switch object[name] {
        case nil, .null:
            report(.required, at: name)
            return nil
        case let value?:
            return rule.read(value, place(name))
        }
    }

    /// A member that may be absent or null: both read as nil.
    package func optional<Value>(_ name: String, _ rule: ValueRule<Value>) -> Value? {
        known.insert(name)
        switch object[name] {
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

    /// Reports a flaw that concerns the member `name`, or the object itself where there is no name.
    package func report(_ flaw: Flaw, at name: String? = nil) {
        if let name { known.insert(name) }
        place(name).report(flaw)
    }

    static func readObject<Value>(
        _ object: JSONObject, at pointer: String, _ violations: Violations, _ build: (ObjectReader) -> Value?
    ) -> Value? {
        let reader = ObjectReader(object: object, pointer: pointer, violations: violations)
        let value = build(reader)
        guard !violations.allowsUnknownMembers else { return value }
        for member in object.members where !reader.known.contains(member.name) {
            reader.report(.unknownMember, at: member.name)
        }
        return value
    }

    private func place(_ name: String?) -> Place {
        Place(pointer: name.map { pointer + "/" + Place.escape($0) } ?? pointer, violations: violations)
    }

    /// Where a value stands, and where its violations go.
    package struct Place {
        package let pointer: String
        package let violations: Violations

        package func report(_ flaw: Flaw) {
            guard violations.found.count < Refusal.shownViolations else { return }
            violations.found.append(Violation(flaw, at: pointer))
        }

        func item(_ index: Int) -> Place { Place(pointer: "\(pointer)/\(index)", violations: violations) }

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
