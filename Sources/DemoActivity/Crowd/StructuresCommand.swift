import ArgumentParser
import Foundation

extension App {
    /// `structures`: as many fictional structures as are asked for, in real communes, on standard output.
    struct Structures: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Fictional structures in any number, as NDJSON for directory-service import structures.",
            discussion:
                "The same communes and seed give the same structures, in the same order."
        )

        @Option(help: "How many.")
        var count: Int
        @Option(help: "CSV of communes, as directory-service imports it.")
        var communes = "demo/communes.csv"
        @Option(help: "Of the generator.")
        var seed: UInt64 = 2026

        func run() throws {
            guard let data = FileManager.default.contents(atPath: communes) else {
                throw ValidationError("\(communes) cannot be read")
            }
            var author = CrowdAuthor(places: try CrowdPlace.read(Array(data)), seed: seed)
            var remaining = count
            while remaining > 0 {
                var lines: [UInt8] = []
                for _ in 0..<min(remaining, 1000) {
                    lines += author.structure()
                    lines.append(UInt8(ascii: "\n"))
                }
                try FileHandle.standardOutput.write(contentsOf: Data(lines))
                remaining -= 1000
            }
        }
    }
}
