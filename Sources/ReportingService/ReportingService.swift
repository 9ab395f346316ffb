import HTTPTypes
import Schema
import Web

extension ServiceDefinition {
    /// The contract of the indicators is declared and guarded; none of it is served yet.
    static let reporting = ServiceDefinition(
        name: "reporting", defaultPort: 8083, migrations: ReportingMigrations.all
    ) { _ in
        return { _ in
            Parts(routes: [
                .planned(.get, "/v1/indicators", .scope(.reportingRead)),
                .planned(.get, "/v1/indicators/{code}/data", .scope(.reportingRead)),
                .planned(.post, "/v1/contributions/{kind}", .scope(.reportingContribute)),
                .planned(.get, "/v1/releases", .scope(.reportingRead)),
            ])
        }
    }
}
