import Foundation
import NIOHTTP1
import Schema
import Support

/// A service's OpenAPI file.
struct Description {
    struct Operation {
        let method: String
        let path: String
        /// Alternatives of which a token needs one; nil where it needs no token.
        let scopes: Set<String>?
        let parameters: [JSONObject]
        let hasBody: Bool
        let responses: JSONObject
        let id: String?

        var name: String { "\(method) \(path)" }
        var statuses: Set<Int> { Set(responses.members.compactMap { Int($0.name) }) }
        /// Declared and guarded, but not served yet.
        var isPlanned: Bool { statuses.contains(501) }

        func takes(_ header: String) -> Bool {
            parameters.contains { $0["in"] == "header" && $0["name"]?.string == header }
        }

        func requires(_ header: String) -> Bool {
            parameters.contains { $0["in"] == "header" && $0["name"]?.string == header && $0["required"] == true }
        }

        /// The path with the examples of its parameters.
        var examplePath: String {
            parameters.filter { $0["in"] == "path" }.reduce(path) { path, parameter in
                path.replacing("{\(parameter["name"]?.string ?? "")}", with: parameter["example"]?.string ?? "")
            }
        }
    }

    let text: String
    let document: JSONValue
    let operations: [Operation]
    let check: SchemaCheck

    /// - Parameter service: `directory`, `referral` or `reporting`.
    init(of service: String) throws {
        text = try String(contentsOfFile: Repository.path("openapi/\(service).yaml"), encoding: .utf8)
        let document = try YAMLDocument.read(text)
        self.document = document
        let check = SchemaCheck(document: document)
        self.check = check
        operations = (document.object?["paths"]?.object?.members ?? []).flatMap { path, item in
            (item.object?.members ?? []).filter { Self.methods.contains($0.name) }.map { method, operation in
                Self.operation(method.uppercased(), path, operation, item, check)
            }
        }
    }

    private static let methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]

    private static func operation(
        _ method: String, _ path: String, _ operation: JSONValue, _ item: JSONValue, _ check: SchemaCheck
    ) -> Operation {
        let parameters = (item.object?["parameters"]?.array ?? []) + (operation.object?["parameters"]?.array ?? [])
        // Several requirements are alternatives; several scopes of one would all be needed, which no route asks for.
        let requirements = operation.object?["security"]?.array ?? []
        let scopes = requirements.map { requirement in
            (requirement.object?["oauth2"]?.array ?? []).compactMap(\.string).joined(separator: " AND ")
        }
        return Operation(
            method: method, path: path, scopes: requirements.isEmpty ? nil : Set(scopes),
            parameters: parameters.compactMap(check.resolved), hasBody: operation.object?["requestBody"] != nil,
            responses: operation.object?["responses"]?.object ?? [:], id: operation.object?["operationId"]?.string)
    }

    func operation(_ id: String) -> Operation? { operations.first { $0.id == id } }

    /// Whatever an answer holds that the description of its operation does not say, or lacks of what it says.
    func violations(of answer: RunningService.Answer, to operation: Operation) throws -> [String] {
        guard let response = check.resolved(operation.responses["\(answer.status)"]) else {
            return ["\(operation.name): \(answer.status) is not described"]
        }
        var found = headerViolations(of: answer, by: response)
        let content = response["content"]?.object
        let type = answer.headers.first(name: "Content-Type")
        if let content {
            guard let type, let media = content[type]?.object else { return found + ["\(type ?? "no") content type"] }
            let body: JSONValue =
                type.hasSuffix("/json") || type.hasSuffix("+json") ? try answer.json : .string(answer.text)
            found += check.violations(of: body, by: media["schema"])
        } else if !answer.body.isEmpty || type != nil {
            found.append("content where none is described")
        }
        return found
    }

    private func headerViolations(of answer: RunningService.Answer, by response: JSONObject) -> [String] {
        let described = response["headers"]?.object?.members ?? []
        let names = Set(described.map { $0.name.lowercased() })
        // Ours; the others are HTTP's own and the same everywhere.
        let ours = ["etag", "link", "location", "retry-after", "snapshot-age", "www-authenticate"]
        let undescribed = ours.filter { answer.headers.contains(name: $0) && !names.contains($0) }
        return undescribed.map { "header \($0): undescribed" }
            + described.flatMap { name, header -> [String] in
                let rule = check.resolved(header)
                guard let text = answer.headers.first(name: name) else {
                    return rule?["required"] == true ? ["header \(name): required"] : []
                }
                let isNumber = check.resolved(rule?["schema"])?["type"] == "integer"
                return check.violations(
                    of: isNumber ? .number(JSONNumber(text: text)) : .string(text), by: rule?["schema"],
                    at: "header \(name)")
            }
    }
}
