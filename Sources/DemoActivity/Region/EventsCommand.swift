import ArgumentParser
import Foundation
import Schema

extension App {
    /// `events`: a region's year of guidance as a feed tells it, on standard output.
    struct Events: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "The events of a fictional year of a region, as NDJSON of the directory’s or the broker’s feed.",
            discussion: "The same number of demands and seed give the same events, in the same order."
        )

        enum Feed: String, ExpressibleByArgument, CaseIterable {
            case directory, referral
        }

        @Argument(help: "Whose feed.")
        var feed: Feed
        @Option(help: "Of how many demands: 70,000 make some 230,000 events.")
        var demands = 7000
        @Option(help: "Of the generator.")
        var seed: UInt64 = 2026

        func run() throws {
            let year = try RegionYear(seed: seed, demands: demands)
            let events = feed == .directory ? year.directory : year.referral
            for start in stride(from: 0, to: events.count, by: 1000) {
                var lines: [UInt8] = []
                for event in events[start..<min(start + 1000, events.count)] {
                    var json = JSONWriter(reservingCapacity: 1024)
                    event.write(feed == .directory ? .plain : .reporting, to: &json)
                    lines += json.bytes
                    lines.append(UInt8(ascii: "\n"))
                }
                try FileHandle.standardOutput.write(contentsOf: Data(lines))
            }
        }
    }
}
