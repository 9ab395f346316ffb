import ArgumentParser
import Foundation
import Postgres
import Schema
import Web

extension App {
    /// `import communes|commune-changes|contours|territories|structures|agenda|schemes|resources|conventions FILE`: all or
    /// nothing, and the same file twice changes nothing.
    struct Import: AsyncParsableCommand {
        enum Subject: String, ExpressibleByArgument, CaseIterable {
            case communes, territories, structures, contours, agenda, schemes, resources, conventions
            case communeChanges = "commune-changes"
        }

        static let configuration = CommandConfiguration(
            abstract: "Load reference data or structures from a file, all or nothing, with a report line by line.",
            discussion: """
                communes: CSV insee_code,name,department,region,latitude,longitude,population
                commune-changes: INSEE's history as CSV event,effective_date,type_before,code_before,name_before,\
                type_after,code_after,name_after
                contours: GeoJSON FeatureCollection of communes' outlines with the property code
                territories: CSV code,name,region,kind,communes (INSEE codes separated by blanks)
                structures: NDJSON, one structure a line; or, from a file.csv, columns of the CSV export, where what \
                has no column stays; or, from a file.json, structures and services of data.inclusion's schema, version 1
                agenda, schemes, resources, conventions: NDJSON, one entry a line with its id; those left out stay
                """)

        @Argument(help: "What the file holds.")
        var subject: Subject

        @Argument(help: "The file.")
        var file: String

        @Flag(help: "Read and judge, store nothing.")
        var dryRun = false

        @Flag(help: "Let territories go that the file leaves out of its kinds and regions.")
        var replace = false

        func run() async throws {
            let settings = Settings(environment: ProcessInfo.processInfo.environment)
            let database = DatabaseConfiguration(settings, service: "directory", role: .runtime)
            let charters = settings.value("charters", .text(1...1000), default: "charters")
            try settings.finish(refusingUnknown: false)
            guard FileManager.default.isReadableFile(atPath: file) else {
                throw ValidationError("\(file) cannot be read")
            }
            if replace, subject != .territories { throw ValidationError("--replace is for territories") }
            var importing = Importing(
                subject: subject, charters: charters, isDryRun: dryRun, replaces: replace)
            if subject == .structures { importing.format = StructureFormat(file: file) }
            let report = try await Connection.with(database) { [importing] connection in
                try await importing.run(.file(file), on: connection)
            }
            print(report.text(isDryRun: dryRun))
            if !report.isClean { throw ExitCode.failure }
        }
    }
}
