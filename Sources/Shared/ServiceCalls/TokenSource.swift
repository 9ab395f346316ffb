import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
package import Schema

/// Asks an issuer for an access token of our own (OAuth 2.0 client credentials, RFC 6749 §4.4).
package struct TokenSource: Sendable {
    /// A token and how long it lasts.
    struct Grant: Sendable, Equatable {
        let token: Redacted<String>
        let lifetime: Duration

        static func == (left: Grant, right: Grant) -> Bool {
            left.token.revealed == right.token.revealed && left.lifetime == right.lifetime
        }
    }

    /// The `iss` of the tokens, where discovery begins (OpenID Connect Discovery 1.0 §4).
    let issuer: String
    /// Where tokens are given, if discovery need not tell.
    let endpoint: String?
    let clientID: String
    let clientSecret: Redacted<String>
    /// What is asked for of all that our client may; empty for all of it.
    let scopes: [Scope]
    let caller = HTTPCaller()

    static let deadline = Duration.seconds(5)
    private static let limit = 64 * 1024

    package init(
        issuer: String, endpoint: String?, clientID: String, clientSecret: Redacted<String>, scopes: [Scope] = []
    ) {
        self.issuer = issuer
        self.endpoint = endpoint
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.scopes = scopes
    }

    /// - Parameter audience: the service that the token is for, and no other.
    func grant(for audience: String) async throws(CallFailure) -> Grant {
        do {
            return try await ask(for: audience)
        } catch {
            throw .noToken(error.description)
        }
    }

    private func ask(for audience: String) async throws(CallFailure) -> Grant {
        var request = HTTPClientRequest(url: try await tokenEndpoint())
        request.method = .POST
        // RFC 6749 §2.3.1: each half is form-encoded before the two are joined.
        request.setBasicAuth(username: Self.escaped(clientID), password: Self.escaped(clientSecret.revealed))
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        request.headers.add(name: "Accept", value: "application/json")
        var form = "grant_type=client_credentials&audience=\(Self.escaped(audience))"
        if !scopes.isEmpty {
            form += "&scope=" + scopes.map { Self.escaped($0.rawValue) }.joined(separator: "+")
        }
        request.body = .bytes(ByteBuffer(string: form))
        let answer = try await caller.send(request, within: Self.deadline, upTo: Self.limit)
        guard answer.status == 200 else { throw .refused(status: answer.status) }
        let members = try Self.object(answer.body, "the token endpoint’s answer")
        guard let token = members["access_token"]?.string, (1...8192).contains(token.utf8.count),
            token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            members["token_type"]?.string?.lowercased() == "bearer"
        else { throw .malformed("the token endpoint’s answer has no bearer token") }
        // Without a lifetime it is used for a minute.
        let lifetime = members["expires_in"]?.int ?? 60
        return Grant(token: Redacted(token), lifetime: .seconds(max(0, lifetime)))
    }

    private func tokenEndpoint() async throws(CallFailure) -> String {
        if let endpoint { return endpoint }
        let base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
        let request = HTTPClientRequest(url: base + "/.well-known/openid-configuration")
        let answer = try await caller.send(request, within: Self.deadline, upTo: Self.limit)
        guard answer.status == 200 else { throw .refused(status: answer.status) }
        let members = try Self.object(answer.body, "the issuer’s configuration")
        guard members["issuer"]?.string == issuer, let endpoint = members["token_endpoint"]?.string,
            Self.mayHaveSecret(endpoint)
        else { throw .malformed("the issuer’s configuration names another issuer, or no safe token endpoint") }
        return endpoint
    }

    private static func object(_ bytes: [UInt8], _ name: String) throws(CallFailure) -> JSONObject {
        guard let object = (try? JSONValue(parsing: bytes))?.object else {
            throw .malformed("\(name) is no JSON object")
        }
        return object
    }

    /// A secret goes over HTTPS, or in development to this very machine.
    static func mayHaveSecret(_ address: String) -> Bool {
        guard let url = URLComponents(string: address), let host = url.host, !host.isEmpty, url.user == nil else {
            return false
        }
        return url.scheme == "https"
            || (url.scheme == "http" && ["127.0.0.1", "::1", "[::1]", "localhost"].contains(host))
    }

    /// `application/x-www-form-urlencoded`, where it differs from percent-encoding only by what it may leave as it is.
    static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
