import ArgumentParser
import Testing
import Web

@Suite("The command line of a service")
struct ServiceProgramTests {
    private struct Probe: ServiceProgram {
        static let service = ServiceDefinition(name: "probe", defaultPort: 0, migrations: []) { _ in
            { _ in ServiceDefinition.Parts(routes: []) }
        }
        static let abstract = "A probe."
        static let ownCommands: [any ParsableCommand.Type] = [Import.self]

        struct Import: AsyncParsableCommand {}
    }

    @Test(
        "serves unless told otherwise, migrates, bootstraps, and does what the service adds",
        arguments: [
            ("", "Serve<Probe>"), ("serve", "Serve<Probe>"), ("migrate", "Migrate<Probe>"),
            ("bootstrap", "Bootstrap<Probe>"), ("import", "Import"),
        ])
    func commands(word: String, type: String) throws {
        let command = try Probe.parseAsRoot(word.isEmpty ? [] : [word])
        #expect("\(Swift.type(of: command))" == type)
    }

    @Test("refuses other words, and is named after the service")
    func others() {
        #expect(throws: (any Error).self) { try Probe.parseAsRoot(["destroy"]) }
        #expect(Probe.configuration.commandName == "probe-service")
    }
}
