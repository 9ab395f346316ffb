/// Writes JSON text straight into bytes, member by member, in the order of the calls.
///
/// ```swift
/// var json = JSONWriter()
/// json.object { json in
///     json.member("id", id)
///     json.member("items") { json in json.array { json in json.value("a") } }
/// }
/// ```
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init(reservingCapacity capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    package mutating func object(_ members: (inout JSONWriter) throws -> Void) rethrows {
        try enclose(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
    }

    package mutating func array(_ values: (inout JSONWriter) throws -> Void) rethrows {
        try enclose(UInt8(ascii: "["), UInt8(ascii: "]"), values)
    }

    package mutating func array<Element>(
        of elements: some Sequence<Element>, _ write: (inout JSONWriter, Element) throws -> Void
    ) rethrows {
        try array { json in for element in elements { try write(&json, element) } }
    }

    package mutating func value(_ text: String) {
        separate()
        appendQuoted(text)
    }

    package mutating func value(_ number: Int) { token(String(number)) }
    /// JSON has no word for what is not a finite number: `null`.
    package mutating func value(_ number: Double) {
        guard number.isFinite else { return null() }
        token(number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number))
    }
    package mutating func value(_ flag: Bool) { token(flag ? "true" : "false") }
    package mutating func null() { token("null") }

    /// Bytes that already are one JSON value.
    package mutating func raw(_ encoded: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: encoded)
    }

    package mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let flag): self.value(flag)
        case .number(let number): token(number.text)
        case .string(let text): self.value(text)
        case .array(let values): array(of: values) { $0.value($1) }
        case .object(let object):
            self.object { json in for member in object.members { json.member(member.name) { $0.value(member.value) } } }
        }
    }

    package mutating func member(_ name: String, _ value: (inout JSONWriter) throws -> Void) rethrows {
        separate()
        appendQuoted(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
        try value(&self)
    }

    package mutating func member(_ name: String, _ text: String) { member(name) { $0.value(text) } }
    package mutating func member(_ name: String, _ number: Int) { member(name) { $0.value(number) } }
    package mutating func member(_ name: String, _ number: Double) { member(name) { $0.value(number) } }
    package mutating func member(_ name: String, _ flag: Bool) { member(name) { $0.value(flag) } }
    package mutating func member(_ name: String, _ text: String?) {
        member(name) { $0.optional(text) { $0.value($1) } }
    }
    package mutating func member(_ name: String, _ number: Int?) {
        member(name) { $0.optional(number) { $0.value($1) } }
    }
    package mutating func member(_ name: String, _ texts: some Sequence<String>) {
        member(name) { $0.array(of: texts) { $0.value($1) } }
    }

    /// Writes `null` where there is no value.
    package mutating func optional<Value>(_ value: Value?, _ write: (inout JSONWriter, Value) throws -> Void) rethrows {
        if let value { try write(&self, value) } else { null() }
    }

    private mutating func enclose(
        _ opening: UInt8, _ closing: UInt8, _ content: (inout JSONWriter) throws -> Void
    ) rethrows {
        separate()
        bytes.append(opening)
        needsComma = false
        try content(&self)
        bytes.append(closing)
        needsComma = true
    }

    private mutating func token(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func appendQuoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            // Most texts need nothing escaped.
            if utf8.contains(where: Self.needsEscape) { appendEscaped(utf8) } else { bytes.append(contentsOf: utf8) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func appendEscaped(_ utf8: UnsafeBufferPointer<UInt8>) {
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x00..<0x20:
                let hexadecimal = String(byte, radix: 16)
                bytes.append(contentsOf: "\\u".utf8)
                bytes.append(contentsOf: String(repeating: "0", count: 4 - hexadecimal.count).utf8)
                bytes.append(contentsOf: hexadecimal.utf8)
            default: bytes.append(byte)
            }
        }
    }
}
