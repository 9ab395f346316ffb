import Postgres
import Schema
import Web

extension DatabaseConfiguration {
    /// How the service's own work reaches its database: where requests do, as `SPRO_WORKER_USER` (`referral_worker`) with
    /// `SPRO_WORKER_PASSWORD` or `…_FILE` (none).
    init(ofWorker settings: Settings) {
        self.init(settings, service: "referral", role: .runtime)
        user = settings.value("worker.user", .text(1...63), default: "referral_worker")
        password = settings.secret("worker.password", isRequired: false).map { Password($0.revealed) }
        maximumConnections = 2
    }
}
