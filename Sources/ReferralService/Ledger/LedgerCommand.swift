import ArgumentParser
import Foundation
import Postgres
import Schema
import Tokens
import Web

extension App {
    /// `ledger replay|verify`: withdrawals and erasures, kept outside the database.
    struct Ledger: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring a restored database up to the ledger, or check the ledger.",
            subcommands: [Replay.self, Verify.self])

        struct Replay: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Withdraw and erase again what a restored database has forgotten.",
                discussion: """
                    Stop every replica first. May be interrupted and run again. What came after the backup, and was \
                    withdrawn or erased since, is not there: each such entry is printed. What its recipients were asked \
                    to forget is lost with it, and is for the structure to ask again.
                    """)

            func run() async throws {
                let (file, runtime, worker) = try Ledger.settings()
                let outcome = try await Connection.with(runtime) { serving in
                    try await Connection.with(worker) { working in
                        try await LedgerReplay(runtime: serving, worker: working, file: file).run()
                    }
                }
                print("replayed \(outcome.replayed), written again \(outcome.rewritten)")
                for entry in outcome.unknown {
                    print(
                        "not in this database: \(entry.kind.rawValue) \(entry.subject.text), structure",
                        "\(entry.structure.text), \(RFC3339.format(entry.at))")
                }
            }
        }

        struct Verify: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Check every line of the ledger, and whether the database has them all.")

            func run() async throws {
                let (file, _, worker) = try Ledger.settings()
                let lines = try file.lines()
                for line in lines where !line.isSigned(by: file.key) {
                    throw LedgerFile.Failure.notGenuine(line: line.number)
                }
                let standing = try await Connection.with(worker) { connection in
                    try await connection.withTransaction { transaction in
                        try await LedgerStanding.of(file, LedgerRepository(), in: transaction)
                    }
                }
                print("lines \(lines.count)")
                if let obstacle = standing.obstacle { throw obstacle }
            }
        }

        private static func settings() throws -> (LedgerFile, DatabaseConfiguration, DatabaseConfiguration) {
            let settings = Settings(environment: ProcessInfo.processInfo.environment)
            let runtime = DatabaseConfiguration(settings, service: "referral", role: .runtime)
            let worker = DatabaseConfiguration(settings, service: "referral", role: .worker)
            let folder = settings.required("ledger.dir", .text(1...1000)) ?? ""
            let key = settings.secret("signing.key").flatMap { SigningKey.es256(pem: $0.revealed) }
            if key == nil { settings.complain("SPRO_SIGNING_KEY: a private key of the curve P-256 in PEM is expected") }
            try settings.finish(refusingUnknown: false)
            guard let key else { throw ExitCode.failure }
            return (LedgerFile(folder: folder, key: key), runtime, worker)
        }
    }
}
