import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Schema
import Tokens

/// `POST /token`: the client credentials grant (RFC 6749 §4.4) for the demo clients.
struct TokenRoutes {
    let issuer: TokenIssuer
    let clients: DemoClients
    let keys: KeyRing

    /// Seconds; services accept at most an hour.
    private static let lifetime = 55 * 60

    func add(to router: Router<BasicRequestContext>) {
        router.post("/token") { request, _ in
            do throws(GrantError) {
                return try await create(request)
            } catch {
                return show(error)
            }
        }
    }

    private func create(_ request: Request) async throws(GrantError) -> Response {
        guard let body = try? await request.body.collect(upTo: 16 * 1024) else {
            throw .invalidRequest("the form is longer than 16 KiB")
        }
        let grant = try GrantRequest(
            form: FormFields(String(buffer: body)), authorization: request.headers[.authorization], clients: clients)
        guard let key = keys.signingKey(grant.algorithm) else {
            throw .invalidRequest("alg is ES256 or RS256")
        }
        let client = grant.client
        let token = try? await issuer.sign(
            TokenGrant(
                subject: client.name, clientID: client.name, audiences: grant.audiences, scopes: grant.scopes,
                region: client.region, structures: client.structures, networks: client.networks,
                territories: client.territories, lifetime: Self.lifetime),
            with: key)
        guard let token else { throw .serverError }
        var response = Response.json { json in
            json.member("access_token", token)
            json.member("token_type", "Bearer")
            json.member("expires_in", Self.lifetime)
            json.member("scope", grant.scopes.map(\.rawValue).joined(separator: " "))
        }
        response.headers[.cacheControl] = "no-store"
        return response
    }

    private func show(_ error: GrantError) -> Response {
        var response = Response.json { json in
            json.member("error", error.code)
            json.member("error_description", error.explanation)
        }
        response.headers[.cacheControl] = "no-store"
        switch error {
        case .invalidClient:
            response.status = .unauthorized
            response.headers[.wwwAuthenticate] = "Basic realm=\"dev-issuer\""
        case .serverError: response.status = .internalServerError
        default: response.status = .badRequest
        }
        return response
    }
}

extension Response {
    static func json(_ members: (inout JSONWriter) -> Void) -> Response {
        var json = JSONWriter()
        json.object(members)
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }
}
