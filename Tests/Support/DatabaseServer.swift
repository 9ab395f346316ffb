internal import Foundation
package import Postgres

/// The PostgreSQL server that `script/test` starts for the tests.
package enum DatabaseServer {
    package static let variable = "SPRO_TEST_DATABASE_URL"

    /// The superuser's configuration.
    ///
    /// - Throws: where the variable is not set. A test that needs a database fails without one; it is never skipped.
    package static func admin() throws -> DatabaseConfiguration {
        guard let url = ProcessInfo.processInfo.environment[variable] else { throw Missing() }
        return try DatabaseConfiguration(parsing: url)
    }

    package struct Missing: Error, CustomStringConvertible {
        package var description: String {
            "this test needs PostgreSQL: run script/test, which starts one and sets \(DatabaseServer.variable)"
        }
    }
}
