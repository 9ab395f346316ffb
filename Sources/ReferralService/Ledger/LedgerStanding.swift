import Foundation
import Postgres

/// How the database and the ledger stand to one another.
enum LedgerStanding: Sendable, Equatable {
    case current
    /// Lines that were written and not noted any more (a crash in between): the database has their entries.
    case toNote([LedgerLine])
    /// Lines that the database knows nothing of: it is older than the ledger, as after a restore.
    case databaseBehind([LedgerLine])
    /// The database has told the ledger more than is there: lines are missing at its end.
    case ledgerBehind(lines: Int)
    /// The database was told of another line under this number.
    case another(number: Int)

    static func of(
        _ file: LedgerFile, _ repository: LedgerRepository, in transaction: Transaction
    ) async throws -> LedgerStanding {
        let noted = try await repository.last(in: transaction)
        let last = try file.last()
        // The usual case, without a look at all of it.
        if noted?.number == last?.number, noted?.digest == last?.digest { return .current }
        let lines = try file.lines()
        let number = noted?.number ?? 0
        guard lines.count >= number else {
            let digest = try await repository.digest(of: lines.count, in: transaction)
            return digest == lines.last?.digest ? .ledgerBehind(lines: lines.count) : .another(number: lines.count)
        }
        guard number == 0 || lines[number - 1].digest == noted?.digest else { return .another(number: number) }
        let news = Array(lines.dropFirst(number))
        let known = try await repository.known(news.map(\.entry.id), in: transaction)
        return news.allSatisfy { known.contains($0.entry.id) } ? .toNote(news) : .databaseBehind(news)
    }

    /// Why no replica may serve; nil: it may.
    var obstacle: LedgerMismatch? {
        switch self {
        case .current, .toNote: nil
        case .databaseBehind(let lines):
            LedgerMismatch(
                reason:
                    "the database is older than the ledger: \(lines.count) withdrawals or erasures would be undone",
                remedy: "run «referral-service ledger replay»")
        case .ledgerBehind(let lines):
            LedgerMismatch(
                reason: "the ledger ends at line \(lines), and the database has told it more",
                remedy: "restore the ledger, or write it again by «referral-service ledger replay»")
        case .another(let number):
            LedgerMismatch(
                reason: "the ledger’s line \(number) is not the one that the database has told it",
                remedy: "give SPRO_LEDGER_DIR the ledger of this database")
        }
    }
}

/// Why a service must not serve beside a ledger.
struct LedgerMismatch: Error, CustomStringConvertible {
    let reason: String
    let remedy: String

    var description: String { "\(reason): \(remedy)" }
}
