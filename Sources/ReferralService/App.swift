import ArgumentParser
import Web

/// The referral broker: a person passes from one structure to the next only with their consent.
@main
struct App: ServiceProgram {
    static let service = ServiceDefinition.referral
    static let abstract = "The referral broker of the service public régional de l’orientation."
    static let ownCommands: [any ParsableCommand.Type] = [Keys.self, Audit.self, Ledger.self]
}
