import Foundation
import Schema

/// The settings that every service has; each is an environment variable `SPRO_…` with the default given here.
package struct HostSettings: Sendable {
    /// `SPRO_HTTP_HOST`: the address to listen on (127.0.0.1).
    package var host: String
    /// `SPRO_HTTP_PORT`: 0 takes any free port.
    package var port: Int
    /// `SPRO_OPERATIONS_HOST` and `SPRO_OPERATIONS_PORT`: for `/livez`, `/readyz`, `/metrics` (127.0.0.1, port + 1000).
    package var operationsHost: String
    package var operationsPort: Int
    /// `SPRO_TOKEN_ISSUER`: the `iss` of the tokens believed here; required.
    package var issuer: String
    /// `SPRO_TOKEN_KEYS`: the address of the issuer's JWKS; required. Plain HTTP only to this machine.
    package var keysURL: String
    /// `SPRO_CORS_ORIGINS`: origins of browser pages that may call, separated by commas (none).
    package var origins: [String]
    /// See ``TrustedProxies/init(_:)``.
    package var proxies: TrustedProxies
    /// `SPRO_DRAIN_SECONDS`: how long a stopping service still answers before its listener goes (3).
    package var drainSeconds: Int
    /// `SPRO_OPENAPI`: the folder with the descriptions that `/openapi.yaml` serves (openapi).
    package var openAPIFolder: String
    /// `SPRO_CHARTERS`: the folder with the regions' charters (charters).
    package var chartersFolder: String
    /// `SPRO_PAGES`: the folder with the pages that the services show (pages).
    package var pagesFolder: String
    /// `SPRO_SWAGGER_UI`: the folder with Swagger UI's files, for `/docs` (none: `/docs` says how to get them).
    package var swaggerUIFolder: String?
    /// `SPRO_LOG_LEVEL`: `debug`, `info`, `warning` or `error` (info).
    package var logLevel: String

    package init(_ settings: Settings, defaultPort: Int) {
        host = settings.value("http.host", .text(1...253), default: "127.0.0.1")
        port = settings.value("http.port", .int(0...65_535), default: defaultPort)
        operationsHost = settings.value("operations.host", .text(1...253), default: "127.0.0.1")
        operationsPort = settings.value("operations.port", .int(0...65_535), default: defaultPort + 1000)
        issuer = settings.required("token.issuer", .text(1...500)) ?? ""
        keysURL = settings.required("token.keys", .webAddress) ?? ""
        origins = settings.value("cors.origins", .origins, default: [])
        proxies = TrustedProxies(settings)
        drainSeconds = settings.value("drain.seconds", .int(0...600), default: 3)
        openAPIFolder = settings.value("openapi", .text(1...1000), default: "openapi")
        chartersFolder = settings.value("charters", .text(1...1000), default: "charters")
        pagesFolder = settings.value("pages", .text(1...1000), default: "pages")
        swaggerUIFolder = settings.optional("swagger.ui", .text(1...1000))
        logLevel = settings.value("log.level", .code(["debug", "info", "warning", "error"]), default: "info")
    }
}

extension TextRule where Value == [String] {
    /// `https://host[:port]`, several separated by commas (the serialisation of RFC 6454 §6.2).
    static let origins = TextRule { text throws(Flaw) in
        let origins = text.split(separator: ",").map(String.init)
        for origin in origins {
            // As browsers write it: they compare byte by byte, and never name a scheme's own port.
            guard let components = URLComponents(string: origin), let scheme = components.scheme,
                let host = components.host, !host.isEmpty, let defaultPort = ["https": 443, "http": 80][scheme],
                components.port != defaultPort,
                origin == "\(scheme)://\(host.lowercased())" + (components.port.map { ":\($0)" } ?? "")
            else {
                throw .format("https://hôte[:port], séparés par des virgules", "https://host[:port], comma-separated")
            }
        }
        return origins
    }
}
