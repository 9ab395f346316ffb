import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Web

/// `GET /v1/vocabularies` and `/v1/vocabularies/{name}`: every code that the services exchange, with its labels.
struct VocabulariesRoutes {
    var routes: [Route] {
        [
            Route(.get, "/v1/vocabularies", .scope(.directoryRead), list),
            Route(.get, "/v1/vocabularies/{name}", .scope(.directoryRead), show),
        ]
    }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        var json = JSONWriter(reservingCapacity: 16_384)
        json.object { json in
            json.member("items") { json in json.array(of: Vocabulary.all) { Self.write($1, to: &$0) } }
            json.member("next_cursor") { $0.null() }
        }
        return .json(json, for: request)
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        guard let name = context.pathParameter("name"), let found = Vocabulary.all.first(where: { $0.name == name })
        else { throw Refusal(.notFound) }
        var json = JSONWriter(reservingCapacity: 4096)
        Self.write(found, to: &json)
        return .json(json, for: request)
    }

    private static func write(_ vocabulary: Vocabulary, to json: inout JSONWriter) {
        json.object { json in
            json.member("name", vocabulary.name)
            json.member("terms") { json in
                json.array(of: vocabulary.terms) { json, term in
                    json.object { json in
                        json.member("code", term.code)
                        json.member("label") { json in
                            json.object { json in
                                json.member("fr", term.label.fr)
                                json.member("en", term.label.en)
                            }
                        }
                    }
                }
            }
        }
    }
}
