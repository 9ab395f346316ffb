import ArgumentParser
import Foundation
import Postgres
import Schema
import Web

extension App {
    /// `keys status|rewrap`: the life of key-encryption keys, month by month.
    struct Keys: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell which key-encryption keys are needed, or wrap persons’ keys by the newest.",
            subcommands: [Status.self, Rewrap.self])

        struct Status: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Tell how many persons’ keys each key wraps.",
                discussion: """
                    A key that wraps none may be destroyed after the retention of the backups in which it still did. \
                    Ends with 1 where a key is missing.
                    """)

            func run() async throws {
                let (keys, place) = try Keys.settings()
                let standing = try await Connection.with(place) { connection in
                    try await KeyRotationRepository().standing(on: connection)
                }
                let report = KeyReport(keys, standing)
                print(report.lines.joined(separator: "\n"))
                if report.isMissingAny { throw ExitCode.failure }
            }
        }

        struct Rewrap: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Wrap every person’s key by the newest key, beside running replicas.",
                discussion: """
                    May be interrupted and run again at any time. Whose key does not open with the one that its row names \
                    is passed over and told by their id; it then ends with 1.
                    """)

            func run() async throws {
                let (keys, place) = try Keys.settings()
                let (outcome, standing) = try await Connection.with(place) { connection in
                    let outcome = try await KeyRotation(keys: keys).run(on: connection)
                    return (outcome, try await KeyRotationRepository().standing(on: connection))
                }
                print("wrapped by \(keys.newest.id): \(outcome.wrapped)")
                for person in outcome.unopened { print("person \(person.text)  NOT OPENED: wrapped by another key") }
                let report = KeyReport(keys, standing)
                print(report.lines.joined(separator: "\n"))
                if report.isMissingAny || !outcome.unopened.isEmpty { throw ExitCode.failure }
            }
        }

        private static func settings() throws -> (KeyEncryptionKeys, DatabaseConfiguration) {
            let settings = Settings(environment: ProcessInfo.processInfo.environment)
            let keys = KeyEncryptionKeys(settings)
            let place = DatabaseConfiguration(settings, service: "referral", role: .worker)
            try settings.finish(refusingUnknown: false)
            return (keys, place)
        }
    }
}
