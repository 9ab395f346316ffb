import Hummingbird
import Schema
import Tokens
import Web

/// `GET /v1/keys`: the public half of the key that signs receipts, as a JSON Web Key Set (RFC 7517 §5). Open to all:
/// whoever holds a receipt can check it.
struct KeysRoutes {
    let key: SigningKey

    var routes: [Route] { [Route(.get, "/v1/keys", .open, show)] }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        var json = JSONWriter()
        json.object { json in
            json.member("keys") { json in json.array(of: [key.jwk]) { $0.value(.object($1)) } }
        }
        return .json(json, for: request)
    }
}
