import ArgumentParser

/// Fictional people, and fictional structures and events in any number, for demonstrations and benchmarks.
@main
struct App: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-activity", abstract: "Fictional people, structures and events.",
        subcommands: [Play.self, Structures.self, Events.self], defaultSubcommand: Play.self)
}
