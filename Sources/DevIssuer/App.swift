import ArgumentParser
import Foundation
import Hummingbird
import Logging
import Tokens

/// An OpenID issuer for development and tests: its clients and their secrets are in this repository, so it listens on
/// loopback only.
@main
struct App: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dev-issuer",
        abstract: "Issues access tokens to the demo clients, on this machine only.",
        discussion: "A client's secret is its name followed by -secret.")

    @Option(help: "Loopback address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "Port to listen on.")
    var port = 8089

    @Option(help: "The iss claim and the base of every URL (default: http://HOST:PORT).")
    var issuer: String?

    @Option(help: "YAML file that gives demo clients their structures, networks, territories and region.")
    var clients: String?

    func run() async throws {
        let settings = try Settings(host: host, port: port, issuer: issuer)
        let clients = try DemoClients(file: clients)
        try await buildApplication(settings, clients: clients).runService()
    }
}

/// Where the issuer listens and what it calls itself.
struct Settings {
    let host: String
    let port: Int
    let issuer: String

    init(host: String, port: Int, issuer: String?) throws {
        guard ["127.0.0.1", "::1", "localhost"].contains(host) else {
            throw ValidationError(
                "dev-issuer gives tokens to anyone who reads its source: it listens on 127.0.0.1, ::1 or localhost, "
                    + "not on \(host)")
        }
        guard (1...65535).contains(port) else { throw ValidationError("\(port) is not a port") }
        self.host = host
        self.port = port
        self.issuer = issuer ?? "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
}

func buildApplication(
    _ settings: Settings, clients: DemoClients, logger: Logger = Logger(label: "dev-issuer"),
    onServerRunning: @escaping @Sendable () async -> Void = {}
) throws -> some ApplicationProtocol {
    let keys = try KeyRing()
    let router = Router()
    KeyRoutes(issuer: settings.issuer, keys: keys).add(to: router)
    TokenRoutes(issuer: TokenIssuer(issuer: settings.issuer), clients: clients, keys: keys).add(to: router)
    return Application(
        router: router,
        configuration: ApplicationConfiguration(
            address: .hostname(settings.host, port: settings.port), serverName: "dev-issuer"),
        onServerRunning: { _ in await onServerRunning() },
        logger: logger)
}
