import Logging
import Postgres
import Schema
import ServiceLifecycle
import Web

/// Forgets imports that are past their time, as long as the service runs. Every replica tries, none waits for another.
struct ImportRetention: Service {
    /// How long what a region sent is kept. A file goes with the end of its import; both are in days.
    struct Periods: Sendable {
        /// `SPRO_IMPORT_FILE_DAYS` (3): an import that could not be carried out by then is given up, and its file goes.
        let file: Int
        /// `SPRO_IMPORT_REPORT_DAYS` (180): what became of an import is told for so long after its end.
        let report: Int

        init(file: Int = 3, report: Int = 180) { (self.file, self.report) = (file, report) }

        init(_ settings: Settings) {
            file = settings.value("import.file.days", .int(1...30), default: 3)
            report = settings.value("import.report.days", .int(1...3650), default: 180)
        }
    }

    let repository: ImportRetentionRepository
    let periods: Periods
    let logger: Logger
    var interval = Duration.seconds(3600)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                do {
                    let forgotten = try await sweep()
                    if forgotten > 0 { logger.info("imports forgotten", metadata: ["count": "\(forgotten)"]) }
                } catch let error as DatabaseError {
                    logger.warning("imports are not forgotten", metadata: ["error": "\(error)"])
                }
                try await Task.sleep(for: interval)
            }
        }
    }

    /// - Returns: how many were forgotten.
    @discardableResult
    func sweep() async throws -> Int {
        let givenUp = try await repository.giveUp(olderThan: periods.file)
        if givenUp > 0 { logger.warning("imports given up", metadata: ["count": "\(givenUp)"]) }
        var total = 0
        while case let count = try await repository.deleteReports(olderThan: periods.report), count > 0 {
            total += count
        }
        return total
    }
}
