/// Where a database is and how patiently it is asked. A plain value; reading it from the environment is the
/// application's business.
package struct DatabaseConfiguration: Sendable {
    package enum Encryption: Sendable, Equatable {
        /// Plain text: a Unix socket, the loopback, or a mesh that encrypts.
        case disabled
        /// TLS or nothing, without a look at the certificate.
        case required
        /// TLS with the server's name verified against the authorities in this PEM file.
        case verified(authorities: String)
    }

    /// A host name, an address, or the directory of a Unix socket (it then begins with `/`).
    package var host: String
    package var port: Int = 5432
    package var database: String
    package var user: String
    package var password: Password?
    package var encryption: Encryption = .disabled
    /// Shown in `pg_stat_activity`.
    package var applicationName: String = "spro"

    /// At most this many connections per pool, each with a thread of its own.
    package var maximumConnections: Int = 8
    /// At most this many callers wait for a connection; the next is refused at once.
    package var maximumWaiting: Int = 256
    /// A caller waits no longer than this for a connection.
    package var acquireTimeout: Duration = .milliseconds(900)
    /// Name resolution excepted, which libpq does without a deadline.
    package var connectTimeout: Duration = .seconds(3)
    /// `statement_timeout`, unless a transaction brings its own.
    package var statementTimeout: Duration = .seconds(5)
    /// How much longer than `statement_timeout` we wait for the answer before the connection is dropped.
    package var responseGrace: Duration = .seconds(1)
    /// `idle_in_transaction_session_timeout`.
    package var idleInTransactionTimeout: Duration = .seconds(10)
    /// Connections are renewed after about this time (less up to a tenth, at random), between two uses.
    package var maximumLifetime: Duration = .seconds(1800)
    /// Prepared statements kept per connection; the least recently used is deallocated.
    package var preparedStatements: Int = 256

    package init(host: String, port: Int = 5432, database: String, user: String, password: Password? = nil) {
        self.host = host
        self.port = port
        self.database = database
        self.user = user
        self.password = password
    }
}

/// A secret that prints as nothing.
package struct Password: Sendable, ExpressibleByStringLiteral, CustomStringConvertible, CustomReflectable {
    let text: String

    package init(_ text: String) { self.text = text }
    package init(stringLiteral text: String) { self.text = text }

    package var description: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
