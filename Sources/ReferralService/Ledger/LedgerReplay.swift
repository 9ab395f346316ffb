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
        /// Of those that were done again, what they are about is not in the database: it came after the backup, and with it
        /// went what its recipients were asked to forget.
        var unknown: [LedgerEntry] = []
    }

    /// - Throws: ``LedgerMismatch`` where ledger and database are not of one another.
    func run() async throws -> Outcome {
        var outcome = Outcome()
        switch try await standing() {
        case .current: break
        case .toNote(let lines): try await worker.withTransaction { try await ledger.note(lines, in: $0) }
        case .databaseBehind(let lines):
            for line in lines {
                guard let isThere = try await replay(line) else { continue }
                outcome.replayed += 1
                if !isThere { outcome.unknown.append(line.entry) }
            }
        case .ledgerBehind(let lines): outcome.rewritten = try await rewrite(after: lines)
        case .another: break
        }
        if let obstacle = try await standing().obstacle { throw obstacle }
        return outcome
    }

    private func standing() async throws -> LedgerStanding {
        try await worker.withTransaction { try await LedgerStanding.of(file, ledger, in: $0) }
    }

    /// - Returns: whether the database has what the entry is about; nil where it had the entry, which is then noted to be
    ///   written.
    private func replay(_ line: LedgerLine) async throws -> Bool? {
        let entry = line.entry
        let isKnown = try await worker.withTransaction { transaction in
            guard try await ledger.known([entry.id], in: transaction).isEmpty else {
                try await ledger.note([line], in: transaction)
                return true
            }
            return false
        }
        if isKnown { return nil }
        // Nothing that is done again is told to the ledger again.
        let settings = [
            (name: "spro.structures", value: entry.structure.text), (name: "spro.replay", value: "on"),
            (name: "spro.asker", value: entry.by ?? "structure"),
        ]
        return try await runtime.withTransaction(TransactionOptions(settings: settings)) { transaction in
            let isThere = try await apply(entry, in: transaction)
            try await ledger.insert(line, in: transaction)
            return isThere
        }
    }

    /// What the restored database does not have (it came after the backup) needs no withdrawing: then false.
    private func apply(_ entry: LedgerEntry, in transaction: Transaction) async throws -> Bool {
        switch entry.kind {
        case .consentWithdrawn:
            let isFirst = try await consents.withdraw(
                entry.subject, keptBy: entry.structure, by: entry.by ?? "structure", in: transaction)
            if isFirst == true {
                _ = try await referrals.withdrawAll(
                    restingOn: entry.subject, of: entry.structure, by: Self.client, in: transaction)
            }
            return isFirst != nil
        case .referralWithdrawn:
            return try await take(
                .withdraw, of: entry.subject, by: entry.by == "person" ? .person : .sender, in: transaction)
        case .referralInError:
            return try await take(.markEnteredInError, of: entry.subject, by: .sender, in: transaction)
        case .linkRevoked:
            return try await links.revoke(entry.subject, of: [entry.structure], in: transaction) != nil
        case .personErased:
            do {
                _ = try await erasing.erase(entry.subject, as: UUID.v7(), nil, by: entry.by, in: transaction)
            } catch let refusal as Refusal where refusal.code == .notFound {
                return false
            }
            return true
        }
    }

    private func take(
        _ command: ReferralCommand, of id: UUID, by actor: ReferralActor, in transaction: Transaction
    ) async throws -> Bool {
        guard let referral = try await referrals.find(id, in: transaction) else { return false }
        if let transition = StateTable.transition(from: referral.state, command, by: actor) {
            _ = try await referrals.apply(
                transition, to: referral.id, by: actor, of: referral.sender, client: Self.client, in: transaction)
        }
        return true
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
