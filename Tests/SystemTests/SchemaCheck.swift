import Foundation
import Schema

/// Judges values by the part of JSON Schema 2020-12 that our descriptions use. A keyword that it does not know is a
/// violation itself: a description must not promise what nothing checks.
struct SchemaCheck {
    /// The document in which `$ref` looks.
    let document: JSONValue

    private static let annotations: Set<String> = [
        "description", "example", "examples", "default", "x-vocabulary", "x-contribution",
    ]

    /// - Returns: each violation as `pointer: what`; none where the value is as the schema says.
    func violations(of value: JSONValue, by schema: JSONValue?, at pointer: String = "") -> [String] {
        guard let schema = schema?.object else { return ["\(pointer): there is no schema"] }
        return schema.members.flatMap { keyword, argument in
            violations(of: value, by: keyword, argument, in: schema, pointer)
        }
    }

    func resolve(_ reference: String) -> JSONValue? {
        guard reference.hasPrefix("#/") else { return nil }
        var value: JSONValue? = document
        for name in reference.dropFirst(2).split(separator: "/") {
            value = value?.object?[String(name.replacing("~1", with: "/").replacing("~0", with: "~"))]
        }
        return value
    }

    /// The object behind a `$ref`, or the object itself.
    func resolved(_ value: JSONValue?) -> JSONObject? {
        guard let object = value?.object else { return nil }
        return object["$ref"]?.string.map { resolve($0)?.object } ?? object
    }

    private func violations(
        of value: JSONValue, by keyword: String, _ argument: JSONValue, in schema: JSONObject, _ pointer: String
    ) -> [String] {
        func require(_ holds: Bool) -> [String] { holds ? [] : ["\(pointer): \(keyword) \(Self.shown(argument))"] }
        switch keyword {
        case "$ref": return violations(of: value, by: argument.string.flatMap(resolve), at: pointer)
        case "type": return require(Self.types(argument).contains { Self.isOf(value, $0) })
        case "const": return require(value == argument)
        case "enum": return require(argument.array?.contains(value) == true)
        case "required", "properties", "unevaluatedProperties", "additionalProperties":
            return value.object.map { members(of: $0, keyword, argument, schema, pointer) } ?? []
        case "items", "minItems", "maxItems", "uniqueItems":
            return value.array.map { items(of: $0, keyword, argument, pointer) } ?? []
        case "minLength": return require(value.string.map { $0.unicodeScalars.count >= argument.int ?? .max } ?? true)
        case "maxLength": return require(value.string.map { $0.unicodeScalars.count <= argument.int ?? 0 } ?? true)
        case "pattern": return require(value.string.map { Self.matches($0, argument.string ?? "") } ?? true)
        case "format": return require(value.string.map { Self.isFormatted($0, argument.string ?? "") } ?? true)
        case "minimum": return require(value.double.map { $0 >= argument.double ?? .infinity } ?? true)
        case "maximum": return require(value.double.map { $0 <= argument.double ?? -.infinity } ?? true)
        case "allOf": return (argument.array ?? []).flatMap { violations(of: value, by: $0, at: pointer) }
        case "anyOf", "oneOf":
            let fitting = (argument.array ?? []).filter { violations(of: value, by: $0).isEmpty }
            return require(keyword == "oneOf" ? fitting.count == 1 : !fitting.isEmpty)
        default: return Self.annotations.contains(keyword) ? [] : ["\(pointer): unknown keyword \(keyword)"]
        }
    }

    private func members(
        of object: JSONObject, _ keyword: String, _ argument: JSONValue, _ schema: JSONObject, _ pointer: String
    ) -> [String] {
        switch keyword {
        case "required":
            let missing = (argument.array ?? []).compactMap(\.string).filter { object[$0] == nil }
            return missing.map { "\(pointer)/\($0): required" }
        case "properties":
            return (argument.object?.members ?? []).flatMap { name, rule in
                object[name].map { violations(of: $0, by: rule, at: "\(pointer)/\(name)") } ?? []
            }
        default:
            if keyword == "additionalProperties", case .object = argument {
                let known = Self.names(in: schema)
                return object.members.filter { !known.contains($0.name) }
                    .flatMap { violations(of: $0.value, by: argument, at: "\(pointer)/\($0.name)") }
            }
            guard argument == .bool(false) else { return ["\(pointer): \(keyword) is false or absent"] }
            let known = keyword == "additionalProperties" ? Self.names(in: schema) : evaluated(by: schema)
            return object.members.filter { !known.contains($0.name) }.map { "\(pointer)/\($0.name): undescribed" }
        }
    }

    private func items(
        of values: [JSONValue], _ keyword: String, _ argument: JSONValue, _ pointer: String
    ) -> [String] {
        switch keyword {
        case "items":
            return values.enumerated().flatMap { violations(of: $1, by: argument, at: "\(pointer)/\($0)") }
        case "minItems": return values.count >= argument.int ?? .max ? [] : ["\(pointer): too few items"]
        case "maxItems": return values.count <= argument.int ?? 0 ? [] : ["\(pointer): too many items"]
        default:
            let isUnique = values.indices.allSatisfy { !values[..<$0].contains(values[$0]) }
            return isUnique ? [] : ["\(pointer): an item twice"]
        }
    }

    /// The members that a schema knows by itself or by what it is made of (JSON Schema 2020-12 §11.3).
    private func evaluated(by schema: JSONObject) -> Set<String> {
        let parts = (schema["allOf"]?.array ?? []) + (schema["$ref"].map { [.object(["$ref": $0])] } ?? [])
        return parts.compactMap(resolved).reduce(Self.names(in: schema)) { $0.union(evaluated(by: $1)) }
    }

    private static func names(in schema: JSONObject) -> Set<String> {
        Set((schema["properties"]?.object?.members ?? []).map(\.name))
    }

    private static func types(_ argument: JSONValue) -> [String] {
        argument.array?.compactMap(\.string) ?? argument.string.map { [$0] } ?? []
    }

    private static func isOf(_ value: JSONValue, _ type: String) -> Bool {
        switch (type, value) {
        case ("null", .null), ("boolean", .bool), ("string", .string), ("array", .array), ("object", .object): true
        case ("number", .number): value.double != nil
        case ("integer", .number): value.int != nil
        default: false
        }
    }

    private static func matches(_ text: String, _ pattern: String) -> Bool {
        guard let regex = try? Regex(pattern) else { return false }
        return text.contains(regex)
    }

    private static func isFormatted(_ text: String, _ format: String) -> Bool {
        switch format {
        case "uuid": UUID(text: text) != nil
        case "date": CalendarDate(text: text) != nil
        case "date-time": RFC3339.parse(text) != nil
        case "email": text.contains("@")
        case "uri": URL(string: text)?.scheme != nil
        default: false
        }
    }

    private static func shown(_ argument: JSONValue) -> String {
        var json = JSONWriter()
        json.value(argument)
        return String(decoding: json.bytes.prefix(80), as: UTF8.self)
    }
}
