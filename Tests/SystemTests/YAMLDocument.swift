import Schema
import Yams

/// YAML as JSON, as OpenAPI means it (OpenAPI 3.1.0 §4.2): what JSON cannot say is an error.
enum YAMLDocument {
    struct NotJSON: Error { let node: String }

    static func read(_ text: String) throws -> JSONValue {
        guard let node = try Yams.compose(yaml: text) else { throw NotJSON(node: "nothing") }
        return try value(node)
    }

    private static func value(_ node: Node) throws -> JSONValue {
        switch node {
        case .mapping(let mapping):
            return .object(
                JSONObject(
                    members: try mapping.map { key, value in
                        guard let name = key.scalar?.string else { throw NotJSON(node: "a key at \(place(key))") }
                        return (name: name, value: try Self.value(value))
                    }))
        case .sequence(let sequence): return .array(try sequence.map(value))
        case .scalar(let scalar): return try value(scalar, node)
        case .alias: throw NotJSON(node: "an alias at \(place(node))")
        }
    }

    private static func value(_ scalar: Node.Scalar, _ node: Node) throws -> JSONValue {
        switch Tag.Name(rawValue: node.tag.description) {
        case .null: return .null
        case .str: return .string(scalar.string)
        case .bool: return .bool(scalar.string == "true")
        case .int, .float: return .number(JSONNumber(text: scalar.string))
        default: throw NotJSON(node: "\(scalar.string) at \(place(node))")
        }
    }

    private static func place(_ node: Node) -> String { node.mark.map(\.description) ?? "an unknown place" }
}
