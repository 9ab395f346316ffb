/// A JSON value exactly as its text said it: numbers keep their spelling, objects their order.
///
/// Made only by the strict parser (`init(parsing:limits:)`) or by our own code; what it holds is valid RFC 8259 text
/// with the further restrictions of ``StrictJSONParser``.
package enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    package var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    package var int: Int? {
        if case .number(let number) = self { number.int } else { nil }
    }

    package var double: Double? {
        if case .number(let number) = self { number.double } else { nil }
    }

    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    package var array: [JSONValue]? {
        if case .array(let values) = self { values } else { nil }
    }

    package var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }
}

/// A number by its text, so that `1e2` is never taken for the integer 100, nor 2⁶³ rounded.
package struct JSONNumber: Sendable, Equatable {
    /// The spelling in the document, within RFC 8259's grammar.
    package let text: String

    package init(text: String) { self.text = text }
    package init(_ value: Int) { text = String(value) }

    /// The integer, if the text is a plain integer (no fraction, no exponent, no `-0`) within 64 bits.
    package var int: Int? {
        guard text != "-0", !text.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") })
        else { return nil }
        return Int(text)
    }

    /// The finite number, or nil where the text exceeds a double's range (`1e999`).
    package var double: Double? {
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }
}

/// An object's members in the order of the document; names are unique (the parser refuses duplicates).
package struct JSONObject: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    package private(set) var members: [(name: String, value: JSONValue)]

    package init(members: [(name: String, value: JSONValue)] = []) { self.members = members }

    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        members = elements.map { (name: $0.0, value: $0.1) }
    }

    package subscript(name: String) -> JSONValue? {
        members.first { $0.name == name }?.value
    }

    package var isEmpty: Bool { members.isEmpty }

    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.elementsEqual(right.members) { $0.name == $1.name && $0.value == $1.value }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .number(JSONNumber(value)) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(members: elements.map { (name: $0.0, value: $0.1) }))
    }
    package init(nilLiteral: ()) { self = .null }
}
