import Foundation
import NIOCore
import Postgres
import ServiceLifecycle

/// Why a service cannot start, in words that name what an operator can change.
package struct StartFailure: Error, CustomStringConvertible {
    package let description: String
}

extension StartFailure {
    /// The database cannot be reached, or does not let us in.
    init(_ error: DatabaseError, at place: DatabaseConfiguration) {
        let cause = error.note ?? error.description
        description =
            "the database \(place.database) at \(place.host):\(place.port) does not let \(place.user) in: \(cause)"
    }
}

extension Connection {
    /// As ``with(_:_:)``, for the start of a service: tells clearly why there is no connection.
    static func atStart<Value>(
        _ configuration: DatabaseConfiguration, _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        do {
            return try await with(configuration, body)
        } catch let error as DatabaseError where [.connectionLost, .timeout].contains(error.kind) {
            throw StartFailure(error, at: configuration)
        }
    }
}

/// A listener that says which settings to look at where it cannot listen.
struct Listener<Base: Service>: Service {
    let base: Base
    let host: String
    let port: Int
    /// `SPRO_HTTP`: what the names of its two settings begin with.
    let settings: String

    func run() async throws {
        do {
            try await base.run()
        } catch let error as IOError where [EADDRINUSE, EACCES, EADDRNOTAVAIL].contains(error.errnoCode) {
            switch error.errnoCode {
            case EADDRINUSE: throw StartFailure(description: "\(settings)_PORT: \(host):\(port) is taken")
            case EACCES: throw StartFailure(description: "\(settings)_PORT: \(host):\(port) is not for this user")
            default: throw StartFailure(description: "\(settings)_HOST: \(host) is no address of this machine")
            }
        } catch is SocketAddressError.UnknownHost {
            throw StartFailure(description: "\(settings)_HOST: \(host) is no address and no name of one")
        }
    }
}
