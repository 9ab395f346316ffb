import HTTPTypes
import Hummingbird
import Schema

/// Discovery (OpenID Connect Discovery 1.0 §4), the key set, its rotation, and health.
struct KeyRoutes {
    let issuer: String
    let keys: KeyRing

    func add(to router: Router<BasicRequestContext>) {
        router.get("/.well-known/openid-configuration") { _, _ in showConfiguration() }
        router.get("/jwks.json") { _, _ in showKeys() }
        router.post("/rotate") { request, _ in
            try keys.rotate(dropsOld: request.uri.queryParameters["drop"] == "true")
            return showKeys()
        }
        router.get("/healthz") { _, _ in HTTPResponse.Status.ok }
    }

    private func showConfiguration() -> Response {
        .json { json in
            json.member("issuer", issuer)
            json.member("token_endpoint", issuer + "/token")
            json.member("jwks_uri", issuer + "/jwks.json")
            json.member("grant_types_supported", ["client_credentials"])
            json.member("response_types_supported", [String]())
            json.member("subject_types_supported", ["public"])
            json.member("token_endpoint_auth_methods_supported", ["client_secret_basic", "client_secret_post"])
            json.member("id_token_signing_alg_values_supported", ["ES256", "RS256"])
            json.member("scopes_supported", Scope.granted.map(\.rawValue))
        }
    }

    private func showKeys() -> Response {
        .json { json in
            json.member("keys") { json in json.array(of: keys.published) { $0.value(.object($1)) } }
        }
    }
}
