import Foundation
package import Postgres
import Schema

extension DatabaseConfiguration {
    /// Where this service's database is: `SPRO_DATABASE_HOST` (a name, an address, or the folder of a Unix socket;
    /// 127.0.0.1), `_PORT` (5432), `_NAME` (the service's name), `_USER`, `_PASSWORD` or `_PASSWORD_FILE` (none),
    /// `_CONNECTIONS` (8), `_TLS_AUTHORITIES` (a PEM file: TLS with the server verified; without it plain text, for a
    /// socket, loopback or a mesh that encrypts). The worker role has its own `SPRO_WORKER_USER`, `_PASSWORD` or
    /// `_PASSWORD_FILE`, and `_CONNECTIONS` (3).
    package init(_ settings: Settings, service: String, role: Roles.Role) {
        let own = role == .worker ? "worker" : "database"
        self.init(
            host: settings.value("database.host", .text(1...253), default: "127.0.0.1"),
            port: settings.value("database.port", .int(1...65_535), default: 5432),
            database: settings.value("database.name", .text(1...63), default: service),
            user: settings.value("\(own).user", .text(1...63), default: "\(service)_\(role.rawValue)"),
            password: settings.secret("\(own).password", isRequired: false).map { Password($0.revealed) })
        maximumConnections = settings.value(
            "\(own).connections", .int(1...100), default: role == .worker ? 3 : maximumConnections)
        if let authorities = settings.optional("database.tls.authorities", .text(1...1000)) {
            // libpq would say so too late and too vaguely.
            if (try? String(contentsOfFile: authorities, encoding: .utf8))?.contains("-----BEGIN CERTIFICATE-----")
                != true
            {
                settings.complain(
                    "SPRO_DATABASE_TLS_AUTHORITIES names a file that cannot be read, or holds no PEM certificate")
            }
            encryption = .verified(authorities: authorities)
        }
        applicationName = role == .worker ? "\(service)-worker" : "\(service)-service"
    }
}
