import Foundation
import Logging
import Postgres
import ServiceLifecycle
import Tokens

/// Tells the ledger what the database has committed, within a second; one replica at a time for all.
///
/// Entries come by triggers, in the transaction that withdraws or erases, and are written afterwards: a line before the
/// commit could tell of a withdrawal that never was, and nobody may be kept from withdrawing by a full disk. To be lost,
/// a withdrawal has to be younger than this delay when the database and its standby are lost together.
struct LedgerKeeping: Service {
    let worker: Pool
    let file: LedgerFile
    let logger: Logger
    private let repository = LedgerRepository()
    /// Lines of one turn.
    private static let batch = 100
    /// Seconds after which the delay is worth an operator's look.
    static let patience = 60.0

    init(worker: Pool, file: LedgerFile, logger: Logger) {
        self.worker = worker
        self.file = file
        self.logger = logger
    }

    /// For the start: looks at every line, too.
    /// - Throws: ``LedgerMismatch`` where a restored database would undo what the ledger holds; ``LedgerFile/Failure``.
    func requireCurrent() async throws {
        _ = try file.lines()
        let standing = try await worker.withTransaction { try await LedgerStanding.of(file, repository, in: $0) }
        if let obstacle = standing.obstacle { throw obstacle }
    }

    /// Ends with an error where the database was restored under the running service: then the process ends, too.
    func run() async throws {
        try await Sweeping(every: .milliseconds(500), "ledger written", logger).run { [self] in
            do {
                return try await sweep()
            } catch let error as LedgerFile.Failure {
                logger.error("the ledger is not written", metadata: ["error": "\(error)"])
                return 0
            }
        }
    }

    /// - Returns: how many lines were written.
    func sweep() async throws -> Int {
        var total = 0
        while true {
            let count = try await worker.withTransaction { try await write(in: $0) }
            total += count
            if count < Self.batch { return total }
        }
    }

    private func write(in transaction: Transaction) async throws -> Int {
        guard try await repository.takeTurn(in: transaction) else { return 0 }
        let standing = try await LedgerStanding.of(file, repository, in: transaction)
        if let obstacle = standing.obstacle { throw obstacle }
        if case .toNote(let lines) = standing {
            try await repository.note(lines, in: transaction)
            return lines.count
        }
        let pending = try await repository.pending(atMost: Self.batch, in: transaction)
        guard !pending.isEmpty else { return 0 }
        let lines = try await signed(pending, after: try await repository.last(in: transaction))
        try file.append(lines)
        try await repository.note(lines, in: transaction)
        return lines.count
    }

    private func signed(
        _ entries: [LedgerEntry], after last: (number: Int, digest: [UInt8])?
    ) async throws -> [LedgerLine] {
        var lines: [LedgerLine] = []
        for entry in entries {
            let number = (lines.last?.number ?? last?.number ?? 0) + 1
            let previous = lines.last?.digest ?? last?.digest ?? LedgerLine.origin
            lines.append(try await LedgerLine.sign(entry, number: number, after: previous, with: file.key))
        }
        return lines
    }

    /// Whether what was committed reaches the ledger in time.
    func isPunctual() async -> Bool {
        guard let delay = try? await worker.withTransaction({ try await repository.delay(in: $0) }) else { return true }
        return delay < Self.patience
    }
}
