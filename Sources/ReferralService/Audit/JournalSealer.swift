import Foundation
import Logging
import Postgres
import ServiceLifecycle

/// Chains what was written into the journal, within a second, in the order of the commits. Requests write their entries
/// without waiting for one another; one replica at a time seals for all.
struct JournalSealer: Service {
    let worker: Pool
    let logger: Logger
    private let journal = JournalRepository()
    /// Entries of one segment: its transaction is over long before a second.
    private static let batch = 1_000

    init(worker: Pool, logger: Logger) {
        self.worker = worker
        self.logger = logger
    }

    func run() async throws { try await Sweeping(every: .milliseconds(250), "journal sealed", logger).run(sweep) }

    /// - Returns: how many entries were sealed.
    func sweep() async throws -> Int {
        var total = 0
        while true {
            let count = try await worker.withTransaction { try await seal(in: $0) }
            total += count
            if count < Self.batch { return total }
        }
    }

    private func seal(in transaction: Transaction) async throws -> Int {
        guard try await journal.takeTurn(in: transaction) else { return 0 }
        let last = try await journal.lastSegment(in: transaction)
        let entries = try await journal.unsealed(atMost: Self.batch, in: transaction)
        guard !entries.isEmpty else { return 0 }
        let before = last?.head ?? .genesis
        var head = before
        for entry in entries { head.append(entry.commitment) }
        let segment = JournalRepository.Segment(
            number: (last?.number ?? 0) + 1, first: before.position + 1, previous: before.digest, head: head,
            sealedAt: Date())
        try await journal.insert(entries, as: segment, in: transaction)
        return entries.count
    }
}
