import ArgumentParser
import Charters
import Foundation
import Postgres
import Schema
import Web

extension App {
    /// `import communes|territories|structures FILE`: all or nothing, and the same file twice changes nothing.
    struct Import: AsyncParsableCommand {
        enum Subject: String, ExpressibleByArgument, CaseIterable {
            case communes, territories, structures
        }

        static let configuration = CommandConfiguration(
            abstract: "Load reference data or structures from a file, all or nothing, with a report line by line.",
            discussion: """
                communes: CSV insee_code,name,department,region,latitude,longitude,population
                territories: CSV code,name,region,kind,communes (INSEE codes separated by blanks)
                structures: NDJSON, one structure a line
                """)

        @Argument(help: "What the file holds.")
        var subject: Subject

        @Argument(help: "The file.")
        var file: String

        @Flag(help: "Read and judge, store nothing.")
        var dryRun = false

        func run() async throws {
            let settings = Settings(environment: ProcessInfo.processInfo.environment)
            let database = DatabaseConfiguration(settings, service: "directory", role: .runtime)
            let charters = settings.value("charters", .text(1...1000), default: "charters")
            try settings.finish(refusingUnknown: false)
            guard let data = FileManager.default.contents(atPath: file) else {
                throw ValidationError("\(file) cannot be read")
            }
            let importing = Importing(subject: subject, charters: charters, isDryRun: dryRun)
            let report = try await Connection.with(database) { connection in
                try await importing.run(Array(data), on: connection)
            }
            print(report.text(isDryRun: dryRun))
            if !report.isClean { throw ExitCode.failure }
        }
    }
}

/// One import, from bytes to report, in one transaction.
struct Importing {
    let subject: App.Import.Subject
    let charters: String
    let isDryRun: Bool

    /// Thrown to roll back what must not stay.
    private struct NothingStored: Error { let report: ImportReport }

    func run(_ bytes: [UInt8], on connection: Connection) async throws -> ImportReport {
        do {
            let report = try await connection.withTransaction(TransactionOptions(timeout: .seconds(120))) {
                transaction in
                var report = ImportReport(subject: subject.rawValue)
                do {
                    report.changed = try await load(bytes, &report, in: transaction)
                } catch let failure as CSVReader.Failure {
                    let flaw = Flaw("not-csv", fr: failure.reason.fr, en: failure.reason.en)
                    report.complain(line: failure.line, [Violation(flaw, at: "")])
                }
                guard report.isClean, !isDryRun else { throw NothingStored(report: report) }
                try await tell(in: transaction)
                return report
            }
            // Replicas look each second; this one tells them now.
            try await connection.query("notify directory_changes")
            return report
        } catch let nothing as NothingStored {
            return nothing.report
        }
    }

    /// In the transaction of what it tells.
    private func tell(in transaction: Transaction) async throws {
        let events = DirectoryEventRepository(transaction: transaction)
        switch subject {
        case .communes: break
        case .territories: try await events.tellTerritories()
        case .structures: try await events.tellStructures()
        }
    }

    /// - Returns: how many were inserted or changed; 0 where the report has complaints.
    private func load(_ bytes: [UInt8], _ report: inout ImportReport, in transaction: Transaction) async throws -> Int {
        switch subject {
        case .communes:
            let communes = try CommuneImport.read(bytes, &report)
            return report.isClean ? try await CommuneImport.store(communes, in: transaction) : 0
        case .territories:
            let geography = try await GeographyRepository().load(in: transaction)
            let territories = try TerritoryImport.read(bytes, in: geography, &report)
            guard report.isClean else { return 0 }
            return try await GeographyRepository().replace(territories, in: transaction)
        case .structures:
            let rules = StructureRules(
                geography: try await GeographyRepository().load(in: transaction),
                networks: NetworkRules(charters: try CharterSet.load(from: charters), today: { ParisClock.today }))
            let lines = StructureImport.read(bytes, rules: rules, &report)
            guard report.isClean else { return 0 }
            return try await StructureImport.store(lines, by: "import", &report, in: transaction)
        }
    }
}
