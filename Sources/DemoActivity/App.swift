import ArgumentParser

/// Fictional people, and fictional structures in any number, for demonstrations and benchmarks.
@main
struct App: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-activity", abstract: "Fictional people and structures.",
        subcommands: [Play.self, Structures.self], defaultSubcommand: Play.self)
}
