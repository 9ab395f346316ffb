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

            @Option(help: "An answer of GET /v1/keys, by which the checkpoint is checked; else SPRO_SIGNING_KEY is.")
            var keys: String?

            func run() async throws {
                let settings = Settings(environment: ProcessInfo.processInfo.environment)
                let place = DatabaseConfiguration(settings, service: "referral", role: .worker)
                let pem = checkpoint == nil || keys != nil ? nil : settings.secret("signing.key")
                try settings.finish(refusingUnknown: false)
                let kept = try checkpoint.map { file in
                    try Self.read(file, try keys.map(Self.publicKeys) ?? Self.ownKey(pem?.revealed))
                }
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

            static func read(_ file: String, _ keys: [VerificationKey]) throws -> JournalCheckpoint {
                guard let checkpoint = JournalCheckpoint(try text(of: file), signedBy: keys) else {
                    throw ValidationError("\(file) holds no checkpoint that the key has signed")
                }
                return checkpoint
            }

            static func publicKeys(_ file: String) throws -> [VerificationKey] {
                do {
                    return Array(try JWKS(parsing: Array(try text(of: file).utf8)).keys.values)
                } catch let defect as JWKSDefect {
                    throw ValidationError("\(file) is no JSON Web Key Set: \(defect.rawValue)")
                }
            }

            private static func ownKey(_ pem: String?) throws -> [VerificationKey] {
                guard let key = pem.flatMap({ SigningKey.es256(pem: $0) }) else {
                    throw ValidationError("SPRO_SIGNING_KEY is no key of the curve P-256, and no --keys are given")
                }
                return [try key.verificationKey()]
            }

            private static func text(of file: String) throws -> String {
                guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                    throw ValidationError("\(file) cannot be read")
                }
                return text
            }
        }
    }
}
