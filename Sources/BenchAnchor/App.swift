import ArgumentParser
import Foundation
import Hummingbird
import Logging

/// The benchmark's anchor: a bare Hummingbird route that answers fixed bytes, with nothing of ours around it.
@main
struct App: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-anchor", abstract: "Answers every GET / with the bytes of a file, on loopback.")

    @Option(help: "The file to answer with.")
    var file: String

    @Option(help: "Port to listen on.")
    var port: Int

    func run() async throws {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ValidationError("\(file) cannot be read")
        }
        let body = ByteBuffer(bytes: Array(data))
        let router = Router()
        router.get("/") { _, _ in
            Response(status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: body))
        }
        var logger = Logger(label: "bench-anchor")
        logger.logLevel = .warning
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
            logger: logger)
        try await application.runService()
    }
}
