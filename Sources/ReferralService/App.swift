import ArgumentParser
import Web

/// The referral broker: a person passes from one structure to the next only with their consent.
@main
struct App: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "referral-service",
        abstract: "The referral broker of the service public régional de l’orientation.",
        discussion: "Settings are environment variables named SPRO_…; the README lists them.",
        subcommands: [Serve.self, Migrate.self, Bootstrap.self],
        defaultSubcommand: Serve.self)

    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Serve until told to stop.")

        func run() async throws { try await ServiceProcess(.referral).serve() }
    }

    struct Migrate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Bring the database’s schema up to date.")

        func run() async throws {
            let applied = try await ServiceProcess(.referral).migrate()
            print(applied.isEmpty ? "schema: already current" : "schema: applied \(applied.joined(separator: ", "))")
        }
    }

    struct Bootstrap: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make the database and its roles, as a superuser.")

        func run() async throws { try await ServiceProcess(.referral).bootstrap() }
    }
}
