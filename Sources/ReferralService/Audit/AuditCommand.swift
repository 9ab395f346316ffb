import ArgumentParser
import Foundation
import Postgres
import Schema
import Tokens
import Web

extension App {
    /// `audit verify`: whether the access journal is still what was sealed.
    struct Audit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check the access journal.", subcommands: [Verify.self])

        struct Verify: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Find entries that were changed, deleted, added or swapped; with a checkpoint, cut off.",
                discussion: """
                    Entries of the last second may not be sealed yet; they are counted, and held by nothing. Ends with 1 \
                    where something is wrong.
                    """)

            @Option(help: "An answer of GET /v1/audit/checkpoint that was kept elsewhere.")
            var checkpoint: String?

            func run() async throws {
                let settings = Settings(environment: ProcessInfo.processInfo.environment)
                let place = DatabaseConfiguration(settings, service: "referral", role: .worker)
                let pem = checkpoint == nil ? nil : settings.secret("signing.key")
                try settings.finish(refusingUnknown: false)
                let kept = try checkpoint.map { try Self.read($0, pem?.revealed) }
                let report = try await Connection.with(place) { connection in
                    // One picture of it all, whatever the sealer does meanwhile.
                    let options = TransactionOptions(
                        isolation: .repeatableRead, readOnly: true, timeout: .seconds(600))
                    return try await connection.withTransaction(options) { transaction in
                        try await JournalAudit().verify(against: kept, in: transaction)
                    }
                }
                print("entries \(report.head.position), segments \(report.segments), not sealed yet \(report.tail)")
                for finding in report.findings {
                    print("\(finding.kind.rawValue)\(finding.position.map { " at position \($0)" } ?? "")")
                }
                print(report.isSound ? "sound" : "NOT SOUND")
                if !report.isSound { throw ExitCode.failure }
            }

            private static func read(_ file: String, _ pem: String?) throws -> JournalCheckpoint {
                guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                    throw ValidationError("\(file) cannot be read")
                }
                guard let key = pem.flatMap({ SigningKey.es256(pem: $0) }),
                    let checkpoint = JournalCheckpoint(text, signedBy: key)
                else { throw ValidationError("\(file) holds no checkpoint that SPRO_SIGNING_KEY has signed") }
                return checkpoint
            }
        }
    }
}
