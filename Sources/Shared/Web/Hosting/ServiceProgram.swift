package import ArgumentParser

/// The command line of a service: `serve` (the default), `migrate`, `bootstrap`, and what it adds of its own.
///
/// ```swift
/// @main
/// struct App: ServiceProgram {
///     static let service = ServiceDefinition.directory
///     static let abstract = "The directory of the service public régional de l’orientation."
/// }
/// ```
package protocol ServiceProgram: AsyncParsableCommand {
    static var service: ServiceDefinition { get }
    /// One line of help.
    static var abstract: String { get }
    /// Commands that only this service has.
    static var ownCommands: [any ParsableCommand.Type] { get }
}

extension ServiceProgram {
    package static var ownCommands: [any ParsableCommand.Type] { [] }

    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "\(service.name)-service", abstract: abstract,
            discussion: "Settings are environment variables named SPRO_…; the README lists them.",
            subcommands: [Serve<Self>.self, Migrate<Self>.self, Bootstrap<Self>.self] + ownCommands,
            defaultSubcommand: Serve<Self>.self)
    }
}

private struct Serve<Program: ServiceProgram>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "serve", abstract: "Serve until told to stop.")
    }

    func run() async throws { try await ServiceProcess(Program.service).serve() }
}

private struct Migrate<Program: ServiceProgram>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "migrate", abstract: "Bring the database’s schema up to date.")
    }

    func run() async throws {
        let applied = try await ServiceProcess(Program.service).migrate()
        print(applied.isEmpty ? "schema: already current" : "schema: applied \(applied.joined(separator: ", "))")
    }
}

private struct Bootstrap<Program: ServiceProgram>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "bootstrap", abstract: "Make the database and its roles, as a superuser.")
    }

    func run() async throws { try await ServiceProcess(Program.service).bootstrap() }
}
