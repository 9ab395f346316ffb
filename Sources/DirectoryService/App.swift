import ArgumentParser
import Web

/// The partner directory: who helps, where, when.
@main
struct App: ServiceProgram {
    static let service = ServiceDefinition.directory
    static let abstract = "The directory of the service public régional de l’orientation."
    static let ownCommands: [any ParsableCommand.Type] = [Import.self]
}
