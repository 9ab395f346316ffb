import ArgumentParser
import Foundation
import Logging
import Metrics
import Postgres
import ServiceCalls
import Web

extension App {
    /// `replay`: takes in the events of a file as a follower takes in a feed, for benchmarks.
    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take in a file of events, and say how long it took.", shouldDisplay: false)

        @Argument(help: "Whose events.")
        var source: FeedSource
        @Argument(help: "NDJSON, as a feed tells it.")
        var file: String
        @Option(help: "Events of a page.")
        var page = 5000

        func run() async throws {
            let settings = Settings(environment: ProcessInfo.processInfo.environment)
            let database = DatabaseConfiguration(settings, service: "reporting", role: .runtime)
            try settings.finish(refusingUnknown: false)
            guard let data = FileManager.default.contents(atPath: file) else {
                throw ValidationError("\(file) cannot be read")
            }
            let pages = Self.pages(of: Array(data), size: page)
            let follower = FeedFollower(
                source: source, configuration: database, logger: Logger(label: "replay"),
                factory: NOOPMetricsHandler.instance
            ) { cursor in
                let place = cursor.flatMap(Int.init) ?? 0
                return try EventFeedReader.page(
                    of: pages[place], cursor: "\(place + 1)", isLast: place + 1 == pages.count)
            }
            let took = try await Connection.with(database) { connection in
                let start = ContinuousClock.now
                try await follower.catchUp(on: connection)
                return start.duration(to: .now)
            }
            let seconds = Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
            print(String(format: "%.3f", seconds))
        }

        /// So many lines each, the last one fewer.
        private static func pages(of bytes: [UInt8], size: Int) -> [[UInt8]] {
            var pages: [[UInt8]] = []
            var (start, lines) = (0, 0)
            for (place, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
                lines += 1
                guard lines == size || place == bytes.count - 1 else { continue }
                pages.append(Array(bytes[start...place]))
                (start, lines) = (place + 1, 0)
            }
            return pages
        }
    }
}
