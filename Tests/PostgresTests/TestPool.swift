import Logging
import Postgres

extension Pool {
    convenience init(configuration: DatabaseConfiguration) {
        self.init(configuration: configuration, logger: Logger(label: "test"))
    }
}
