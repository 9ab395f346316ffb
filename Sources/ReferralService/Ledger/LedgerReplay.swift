import Foundation
import Postgres
import Schema

/// Brings a restored, older database up to what the ledger holds: withdraws and erases again, each in a transaction of its
/// own, with its events. May be interrupted and run again.
struct LedgerReplay: Sendable {
    let runtime: Connection
    let worker: Connection
    let file: LedgerFile
    private let ledger = LedgerRepository()
    private let consents = ConsentRepository()
    private let referrals = ReferralRepository()
    private let links = FollowUpLinkRepository()
    private let erasing = Erasing()

    /// As which steps that are done again are written down.
    static let client = "ledger-replay"

    init(runtime: Connection, worker: Connection, file: LedgerFile) {
        self.runtime = runtime
        self.worker = worker
        self.file = file
    }

    struct Outcome: Sendable, Equatable {
        /// Entries of the ledger that were done again.
        var replayed = 0
        /// Lines that the ledger lacked, and has again.
        var rewritten = 0
    }

    /// - Throws: ``LedgerMismatch`` where ledger and database are not of one another.
    func run() async throws -> Outcome {
        var outcome = Outcome()
        switch try await standing() {
        case .current: break
        case .toNote(let lines): try await worker.withTransaction { try await ledger.note(lines, in: $0) }
        case .databaseBehind(let lines):
            for line in lines where try await replay(line) { outcome.replayed += 1 }
        case .ledgerBehind(let lines): outcome.rewritten = try await rewrite(after: lines)
        case .another: break
        }
        if let obstacle = try await standing().obstacle { throw obstacle }
        return outcome
    }

    private func standing() async throws -> LedgerStanding {
        try await worker.withTransaction { try await LedgerStanding.of(file, ledger, in: $0) }
    }

    /// - Returns: false where the database had the entry, which is then noted to be written.
    private func replay(_ line: LedgerLine) async throws -> Bool {
        let entry = line.entry
        let isKnown = try await worker.withTransaction { transaction in
            guard try await ledger.known([entry.id], in: transaction).isEmpty else {
                try await ledger.note([line], in: transaction)
                return true
            }
            return false
        }
        if isKnown { return false }
        // Nothing that is done again is told to the ledger again.
        let settings = [(name: "spro.structures", value: entry.structure.text), (name: "spro.replay", value: "on")]
        try await runtime.withTransaction(TransactionOptions(settings: settings)) { transaction in
            try await apply(entry, in: transaction)
            try await ledger.insert(line, in: transaction)
        }
        return true
    }

    /// What the restored database does not have (it came after the backup) needs no withdrawing.
    private func apply(_ entry: LedgerEntry, in transaction: Transaction) async throws {
        switch entry.kind {
        case .consentWithdrawn:
            guard try await consents.withdraw(entry.subject, keptBy: entry.structure, in: transaction) == true else {
                return
            }
            _ = try await referrals.withdrawAll(
                restingOn: entry.subject, of: entry.structure, by: Self.client, in: transaction)
        case .referralWithdrawn: try await take(.withdraw, of: entry.subject, in: transaction)
        case .referralInError: try await take(.markEnteredInError, of: entry.subject, in: transaction)
        case .linkRevoked: _ = try await links.revoke(entry.subject, of: [entry.structure], in: transaction)
        case .personErased:
            do {
                _ = try await erasing.erase(entry.subject, as: UUID.v7(), nil, in: transaction)
            } catch let refusal as Refusal where refusal.code == .notFound {
                return
            }
        }
    }

    private func take(
        _ command: ReferralCommand, of id: UUID, in transaction: Transaction
    ) async throws {
        guard let referral = try await referrals.find(id, in: transaction),
            let transition = StateTable.transition(from: referral.state, command, by: .sender)
        else { return }
        _ = try await referrals.apply(
            transition, to: referral.id, by: .sender, of: referral.sender, client: Self.client, in: transaction)
    }

    private func rewrite(after number: Int) async throws -> Int {
        try await worker.withTransaction { transaction in
            guard try await ledger.takeTurn(in: transaction) else {
                throw LedgerMismatch(reason: "a replica writes the ledger", remedy: "stop it first")
            }
            var lines: [LedgerLine] = []
            var previous = try file.last()?.digest ?? LedgerLine.origin
            for entry in try await ledger.written(after: number, in: transaction) {
                let line = try await LedgerLine.sign(
                    entry, number: number + lines.count + 1, after: previous, with: file.key)
                previous = line.digest
                lines.append(line)
            }
            try file.append(lines)
            try await ledger.note(lines, in: transaction)
            return lines.count
        }
    }
}
