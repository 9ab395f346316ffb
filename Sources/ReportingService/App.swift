import ArgumentParser
import Web

/// The CREFOP indicators, in which nobody can be recognised.
@main
struct App: ServiceProgram {
    static let service = ServiceDefinition.reporting
    static let abstract = "The CREFOP indicators of the service public régional de l’orientation."
    static let ownCommands: [any ParsableCommand.Type] = [Rebuild.self, Replay.self]
}
