import Schema
import Yams

/// Reads one YAML document as the JSON value that it spells, by YAML 1.2's core schema, without what makes YAML
/// surprising: a plain `no` stays a text, a date too; anchors, aliases, tags and keys that are not text are refused.
struct YAMLReader {
    private(set) var mistakes: [(line: Int?, violation: Violation)] = []
    /// The line of each value's key (or of the item itself), by JSON Pointer.
    private(set) var lines: [String: Int] = [:]

    static let deepest = 16

    mutating func read(_ bytes: [UInt8]) -> JSONValue {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            mistakes.append((nil, Violation(.syntax("invalid UTF-8"), at: "")))
            return .null
        }
        do {
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            // A node knows its anchor only as long as the parser lives.
            return try withExtendedLifetime(parser) {
                guard let root = try parser.singleRoot() else { return .null }
                return value(of: root, at: "", depth: 0)
            }
        } catch let error as YamlError {
            report(error)
        } catch {
            mistakes.append((nil, Violation(.syntax("not YAML"), at: "")))
        }
        return .null
    }

    private mutating func value(of node: Node, at pointer: String, depth: Int) -> JSONValue {
        if lines[pointer] == nil { lines[pointer] = node.mark?.line }
        // An alias is the anchor's node once more: not to enter it is not to unfold it.
        guard node.anchor == nil else { return refuse(.anchor, at: pointer, node) }
        guard depth <= Self.deepest else { return refuse(.tooDeep, at: pointer, node) }
        switch node {
        case .alias:
            return refuse(.anchor, at: pointer, node)
        case .scalar(let scalar):
            let isText = scalar.style != .plain
            guard ["", isText ? Tag.Name.str.rawValue : ""].contains(scalar.tag.rawValue) else {
                return refuse(.tag, at: pointer, node)
            }
            return isText ? .string(scalar.string) : Self.plainValue(scalar.string)
        case .sequence(let sequence):
            guard sequence.tag.rawValue.isEmpty else { return refuse(.tag, at: pointer, node) }
            return .array(
                sequence.enumerated().map { value(of: $0.element, at: "\(pointer)/\($0.offset)", depth: depth + 1) })
        case .mapping(let mapping):
            guard mapping.tag.rawValue.isEmpty else { return refuse(.tag, at: pointer, node) }
            return object(of: mapping, at: pointer, depth: depth)
        }
    }

    private mutating func object(of mapping: Node.Mapping, at pointer: String, depth: Int) -> JSONValue {
        var members: [(name: String, value: JSONValue)] = []
        for (key, node) in mapping {
            guard case .scalar(let name) = key, key.anchor == nil else {
                _ = refuse(.key, at: pointer, key)
                continue
            }
            let escaped = name.string.replacing("~", with: "~0").replacing("/", with: "~1")
            let place = "\(pointer)/\(escaped)"
            lines[place] = key.mark?.line
            members.append((name.string, value(of: node, at: place, depth: depth + 1)))
        }
        return .object(JSONObject(members: members))
    }

    /// YAML 1.2 §10.3.2, with JSON's numbers only: `52` is a number, `2014-12-16` and `1.0.0` are texts.
    private static func plainValue(_ text: String) -> JSONValue {
        switch text {
        case "", "~", "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default:
            if case .number(let number) = try? JSONValue(parsing: Array(text.utf8), limits: .trusted) {
                return .number(number)
            }
            return .string(text)
        }
    }

    private mutating func refuse(_ flaw: Flaw, at pointer: String, _ node: Node) -> JSONValue {
        mistakes.append((node.mark?.line ?? lines[pointer], Violation(flaw, at: pointer)))
        return .null
    }

    private mutating func report(_ error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            mistakes.append((mark.line, Violation(.syntax(problem), at: "")))
        case .duplicatedKeysInMapping(let names, let context):
            let keys = names.joined(separator: ", ")
            mistakes.append((context.mark.line, Violation(.duplicateKey(keys), at: "")))
        case .reader(let problem, _, _, _):
            mistakes.append((nil, Violation(.syntax(problem), at: "")))
        default:
            mistakes.append((nil, Violation(.syntax("not YAML"), at: "")))
        }
    }
}

extension Flaw {
    fileprivate static let anchor = Flaw(
        "anchor", fr: "Les ancres et les alias ne sont pas admis.", en: "Anchors and aliases are not allowed.")
    fileprivate static let tag = Flaw(
        "tag", fr: "Les étiquettes de type ne sont pas admises.", en: "Tags are not allowed.")
    fileprivate static let key = Flaw("key", fr: "Une clé doit être un texte.", en: "A key must be a text.")
    fileprivate static let tooDeep = Flaw(
        "too-deep", fr: "L’imbrication est trop profonde.", en: "The nesting is too deep.")

    fileprivate static func syntax(_ problem: String) -> Flaw {
        Flaw("malformed-yaml", fr: "Ce n’est pas du YAML : \(problem).", en: "This is not YAML: \(problem).")
    }

    fileprivate static func duplicateKey(_ names: String) -> Flaw {
        Flaw("duplicate-key", fr: "Clé répétée : \(names).", en: "Repeated key: \(names).")
    }
}
