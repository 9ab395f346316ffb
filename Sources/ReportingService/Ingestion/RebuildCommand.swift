import ArgumentParser
import Foundation
import Postgres
import Web

extension App {
    /// `rebuild directory|referral`: for a version that draws more from events than the one before it.
    struct Rebuild: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Throw away what came from a feed: whoever follows it reads it from the beginning.",
            discussion: "Until the feed’s end is reached again, figures answer 503.")

        @Argument(help: "Whose feed.")
        var source: FeedSource

        func run() async throws {
            let settings = Settings(environment: ProcessInfo.processInfo.environment)
            let database = DatabaseConfiguration(settings, service: "reporting", role: .runtime)
            try settings.finish(refusingUnknown: false)
            try await Connection.with(database) { connection in
                let repository = FeedRepository()
                let standing = try await repository.standing(of: source, on: connection)
                try await repository.rebuild(source, after: standing, on: connection)
            }
            print("\(source.rawValue): to be read anew")
        }
    }
}

extension FeedSource: ExpressibleByArgument {}
