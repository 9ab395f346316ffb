import ArgumentParser
import Web

/// The partner directory: who helps, where, when.
@main
struct App: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "directory-service",
        abstract: "The directory of the service public régional de l’orientation.",
        discussion: "Settings are environment variables named SPRO_…; the README lists them.",
        subcommands: [Serve.self, Migrate.self, Bootstrap.self, Import.self],
        defaultSubcommand: Serve.self)

    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Serve until told to stop.")

        func run() async throws { try await ServiceProcess(.directory).serve() }
    }

    struct Migrate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Bring the database’s schema up to date.")

        func run() async throws {
            let applied = try await ServiceProcess(.directory).migrate()
            print(applied.isEmpty ? "schema: already current" : "schema: applied \(applied.joined(separator: ", "))")
        }
    }

    struct Bootstrap: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make the database and its roles, as a superuser.")

        func run() async throws { try await ServiceProcess(.directory).bootstrap() }
    }
}
