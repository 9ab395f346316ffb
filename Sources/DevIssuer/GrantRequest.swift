import Foundation
import Schema
import Tokens

/// Why no token is given (RFC 6749 §5.2, RFC 8707 §2).
enum GrantError: Error, Equatable {
    case invalidRequest(String)
    case invalidClient
    case invalidScope
    case invalidTarget
    case unsupportedGrantType
    case serverError

    var code: String {
        switch self {
        case .invalidRequest: "invalid_request"
        case .invalidClient: "invalid_client"
        case .invalidScope: "invalid_scope"
        case .invalidTarget: "invalid_target"
        case .unsupportedGrantType: "unsupported_grant_type"
        case .serverError: "server_error"
        }
    }

    var explanation: String {
        switch self {
        case .invalidRequest(let explanation): explanation
        case .invalidClient: "the client is unknown, or its secret is not its name followed by -secret"
        case .invalidScope: "the client does not have that scope"
        case .invalidTarget: "the audience is one or more of \(GrantRequest.allAudiences.joined(separator: ", "))"
        case .unsupportedGrantType: "the grant type is client_credentials"
        case .serverError: "the token could not be signed"
        }
    }
}

/// A request for a token, judged: who asks, and for what.
struct GrantRequest {
    static let allAudiences = ["directory", "referral", "reporting"]

    let client: DemoClients.Client
    let scopes: [Scope]
    let audiences: [String]
    let algorithm: TokenAlgorithm

    /// - Parameter authorization: the `Authorization` header, for `client_secret_basic`.
    init(form: FormFields, authorization: String?, clients: DemoClients) throws(GrantError) {
        guard try form.single("grant_type") == "client_credentials" else { throw .unsupportedGrantType }
        let client = try Self.authenticate(form, authorization, clients)
        self.client = client
        scopes = try Self.scopes(try form.single("scope"), of: client)

        let targets = form.all("resource") + form.all("audience")
        guard targets.allSatisfy(Self.allAudiences.contains) else { throw .invalidTarget }
        audiences = targets.isEmpty ? Self.allAudiences : Self.allAudiences.filter(targets.contains)

        guard let algorithm = TokenAlgorithm(rawValue: try form.single("alg") ?? "ES256") else {
            throw .invalidRequest("alg is ES256 or RS256")
        }
        self.algorithm = algorithm
    }

    /// `client_secret_basic` or `client_secret_post`, one of them (RFC 6749 §2.3.1).
    private static func authenticate(
        _ form: FormFields, _ authorization: String?, _ clients: DemoClients
    ) throws(GrantError) -> DemoClients.Client {
        let posted = (name: try form.single("client_id"), secret: try form.single("client_secret"))
        var (name, secret) = posted
        if let authorization {
            guard posted.secret == nil else { throw .invalidRequest("the client authenticates in two ways") }
            (name, secret) = basicCredentials(authorization) ?? (nil, nil)
        }
        guard let name, let secret, let client = clients[name], secret == client.secret else { throw .invalidClient }
        return client
    }

    private static func basicCredentials(_ authorization: String) -> (String?, String?)? {
        let parts = authorization.split(separator: " ")
        guard parts.count == 2, parts[0].lowercased() == "basic", let bytes = Data(base64Encoded: String(parts[1])),
            let text = String(data: bytes, encoding: .utf8), let colon = text.firstIndex(of: ":")
        else { return nil }
        return (
            FormFields.unescape(text[..<colon]), FormFields.unescape(text[text.index(after: colon)...])
        )
    }

    private static func scopes(_ text: String?, of client: DemoClients.Client) throws(GrantError) -> [Scope] {
        guard let text else { return client.scopes }
        let wanted = text.split(separator: " ").map(String.init)
        guard !wanted.isEmpty, wanted.allSatisfy({ name in client.scopes.contains { $0.rawValue == name } }) else {
            throw .invalidScope
        }
        return client.scopes.filter { wanted.contains($0.rawValue) }
    }
}
