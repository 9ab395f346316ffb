import Crypto
import Schema

/// A definition with the text that is submitted and kept: one text for what says the same, whatever the order of its
/// members and its spaces.
struct DefinitionDocument: Sendable {
    let definition: IndicatorDefinition
    /// Canonical JSON.
    let text: String
    /// SHA-256 of the text.
    let digest: [UInt8]

    init(_ definition: IndicatorDefinition) {
        self.definition = definition
        var json = JSONWriter(reservingCapacity: 2048)
        json.value(Self.ordered(.object(definition.document)))
        text = String(decoding: json.bytes, as: UTF8.self)
        digest = Array(SHA256.hash(data: json.bytes))
    }

    /// Nil for what this version of the service cannot read any more.
    init?(text: String) {
        guard let document = try? JSONValue(parsing: Array(text.utf8)),
            let definition = try? ObjectReader.read(document, { IndicatorDefinition($0, document: document) })
        else { return nil }
        self.init(definition)
    }

    private static func ordered(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null, .bool, .number, .string: return value
        case .array(let values): return .array(values.map(ordered))
        case .object(let object):
            let members = object.members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            return .object(JSONObject(members: members.map { ($0.name, ordered($0.value)) }))
        }
    }
}
