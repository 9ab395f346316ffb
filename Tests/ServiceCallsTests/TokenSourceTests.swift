import AsyncHTTPClient
import Foundation
import Hummingbird
import Schema
import Support
import Testing

@testable import ServiceCalls

@Suite("Tokens of our own")
struct TokenSourceTests {
    private static let granted = #"{"access_token":"abc.def","token_type":"bearer","expires_in":300,"scope":"x"}"#

    private func source(_ url: String, endpoint: String? = nil, secret: String = "s:ecret é+") -> TokenSource {
        TokenSource(issuer: url, endpoint: endpoint, clientID: "a client", clientSecret: Redacted(secret))
    }

    @Test("the endpoint is discovered, and asked for one audience with the client’s form-encoded credentials")
    func discovery() async throws {
        try await Partner.with { partner, url in
            partner.reply { asked in
                asked.method == "POST"
                    ? Partner.json(Self.granted)
                    : Partner.json(#"{"issuer":"\#(url)","token_endpoint":"\#(url)/token","x":[]}"#)
            }
            let grant = try await source(url).grant(for: "directory")
            #expect(grant == TokenSource.Grant(token: Redacted("abc.def"), lifetime: .seconds(300)))
            #expect(partner.asked.map(\.target) == ["/.well-known/openid-configuration", "/token"])
            let credentials = Data("a%20client:s%3Aecret%20%C3%A9%2B".utf8).base64EncodedString()
            #expect(partner.asked[1].authorization == "Basic \(credentials)")
            #expect(partner.asked[1].body == "grant_type=client_credentials&audience=directory")
            #expect(partner.asked[0].authorization == nil)
        }
    }

    @Test("scopes are asked for where less is wanted than the client may")
    func scopes() async throws {
        try await Partner.with { partner, url in
            partner.reply { _ in Partner.json(Self.granted) }
            let source = TokenSource(
                issuer: url, endpoint: url + "/token", clientID: "a", clientSecret: Redacted("b"),
                scopes: [.directoryRead, .eventsRead])
            _ = try await source.grant(for: "directory")
            #expect(
                partner.asked.map(\.body) == [
                    "grant_type=client_credentials&audience=directory&scope=directory%3Aread+events%3Aread"
                ])
        }
    }

    @Test(
        "an issuer’s configuration that is another’s, or unsafe, gets no secret",
        arguments: [
            #"{"issuer":"https://other.example","token_endpoint":"URL/token"}"#,
            #"{"issuer":"URL","token_endpoint":"http://issuer.example/token"}"#, #"{"issuer":"URL"}"#,
            #"{"issuer":"URL","issuer":"URL","token_endpoint":"URL/token"}"#, "[]", "",
        ])
    func badDiscovery(_ document: String) async throws {
        try await Partner.with { partner, url in
            partner.reply { _ in Partner.json(document.replacing("URL", with: url)) }
            let failure = await #expect(throws: CallFailure.self) { try await source(url).grant(for: "directory") }
            #expect(failure?.description.hasPrefix("no token: ") == true)
            #expect(partner.asked.count == 1)
        }
    }

    @Test("answers without a bearer token, refusals and redirects give none, and their errors no secret")
    func badGrants() async throws {
        try await Partner.with { partner, url in
            let answers: [Response] = [
                Partner.json(#"{"access_token":"a","token_type":"mac"}"#), Partner.json(#"{"token_type":"bearer"}"#),
                Partner.json(#"{"access_token":"a b","token_type":"bearer"}"#),
                Partner.json(#"{"error":"invalid_client"}"#, .unauthorized), Partner.json("x", .internalServerError),
                Response(status: .temporaryRedirect, headers: [.location: url + "/elsewhere"]),
                Partner.json(String(repeating: "x", count: 70_000)),
            ]
            for answer in answers {
                partner.reply { _ in answer }
                let failure = await #expect(throws: CallFailure.self) {
                    try await source(url, endpoint: url + "/token").grant(for: "directory")
                }
                let text = try #require(failure?.description)
                #expect(text.hasPrefix("no token: ") && !text.contains("ecret"))
            }
            #expect(partner.asked.allSatisfy { $0.target == "/token" })
        }
    }

    @Test("an answer that trickles in is given up in time, one that is too long at its limit")
    func bounds() async throws {
        try await Partner.with { partner, url in
            partner.reply { _ in
                Response(
                    status: .ok,
                    body: ResponseBody { writer in
                        for _ in 0..<100 {
                            try await writer.write(ByteBuffer(string: "x"))
                            try await Task.sleep(for: .milliseconds(50))
                        }
                        try await writer.finish(nil)
                    })
            }
            let began = ContinuousClock.now
            await #expect(throws: CallFailure.unavailable("no answer in 0.3 seconds")) {
                try await HTTPCaller().send(HTTPClientRequest(url: url), within: .milliseconds(300), upTo: 1000)
            }
            #expect(ContinuousClock.now - began < .seconds(3))
            await #expect(throws: CallFailure.malformed("more than 3 bytes")) {
                try await HTTPCaller().send(HTTPClientRequest(url: url), within: .seconds(10), upTo: 3)
            }
        }
        let port = try freePort()
        let failure = await #expect(throws: CallFailure.self) {
            try await HTTPCaller().send(
                HTTPClientRequest(url: "http://127.0.0.1:\(port)"), within: .seconds(10), upTo: 3)
        }
        #expect(failure?.description.hasPrefix("unavailable: ") == true)
    }
}
