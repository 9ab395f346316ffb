import Foundation
package import Schema
package import Web

/// What a service needs to call others: all of it, or nothing.
///
/// `SPRO_CLIENT_ID`, `SPRO_CLIENT_SECRET` (or `…_FILE`): our client at the issuer. `SPRO_<SERVICE>_URL`: where each
/// service that we call is. `SPRO_TOKEN_ENDPOINT`: where the issuer gives tokens, if its discovery document need not
/// tell; HTTPS, or this very machine.
package struct CallSettings: Sendable {
    private let clientID: String
    private let clientSecret: Redacted<String>
    private let endpoint: String?
    private let urls: [String: String]

    /// - Parameter services: the names of those that are called: `directory`, `referral`.
    /// - Returns: nil where nothing of it is set, or beside a complaint.
    package init?(_ settings: Settings, calling services: [String]) {
        let clientID = settings.optional("client.id", .text(1...200))
        let clientSecret = settings.secret("client.secret", isRequired: false)
        let endpoint = settings.optional("token.endpoint", .tokenEndpoint)
        let urls = services.map { (name: $0, url: settings.optional("\($0).url", .webAddress)) }
        guard clientID != nil || clientSecret != nil || endpoint != nil || urls.contains(where: { $0.url != nil })
        else {
            return nil
        }
        if clientID == nil { settings.complain("SPRO_CLIENT_ID is required to call other services") }
        if clientSecret == nil {
            settings.complain("SPRO_CLIENT_SECRET or SPRO_CLIENT_SECRET_FILE is required to call other services")
        }
        for (name, url) in urls where url == nil {
            settings.complain("SPRO_\(name.uppercased())_URL is required to call other services")
        }
        guard let clientID, let clientSecret else { return nil }
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.endpoint = endpoint
        self.urls = Dictionary(uniqueKeysWithValues: urls.compactMap { name, url in url.map { (name, $0) } })
    }

    /// A client of one of the services that were named.
    /// - Parameters:
    ///   - issuer: whose tokens all services believe.
    ///   - scopes: what is asked for of all that our client may; empty for all of it.
    package func client(of service: String, issuer: String, scopes: [Scope] = []) -> ServiceClient {
        guard let url = urls[service] else { preconditionFailure("no setting was read for calls to \(service)") }
        let source = TokenSource(
            issuer: issuer, endpoint: endpoint, clientID: clientID, clientSecret: clientSecret, scopes: scopes)
        return ServiceClient(url: url, credentials: ServiceCredentials(source: source, audience: service))
    }
}

extension TextRule where Value == String {
    /// An address that a client's secret may be sent to.
    package static let tokenEndpoint = webAddress.map { address throws(Flaw) in
        guard TokenSource.mayHaveSecret(address) else {
            throw .format("une adresse https://…", "an address https://…")
        }
        return address
    }
}
