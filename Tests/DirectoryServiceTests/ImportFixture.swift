import Foundation
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

/// The first lines of files.
enum ImportText {
    static let communes = "insee_code,name,department,region,latitude,longitude,population\n"
    static let territories = "code,name,region,kind,communes\n"
}

/// Line, column or pointer, and code of each complaint.
struct Complaint: Equatable {
    let line: Int
    let pointer: String
    let code: String

    init(_ line: Int, _ pointer: String, _ code: String) {
        self.line = line
        self.pointer = pointer
        self.code = code
    }
}

func complaints(_ report: ImportReport) -> [Complaint] {
    report.complaints.map { Complaint($0.line, $0.pointer, $0.code) }
}

func importedCounts(_ database: Database) async throws -> [Int] {
    try await Connection.with(database.superuserConfiguration) { connection in
        let row = try await connection.query(
            """
            select (select count(*) from communes), (select count(*) from territories),
                (select count(*) from territory_communes), (select count(*) from structures),
                (select count(*) from structure_versions)
            """)[0].decode((Int, Int, Int, Int, Int).self)
        return [row.0, row.1, row.2, row.3, row.4]
    }
}

func withEmptyDirectory(_ body: (Database) async throws -> Void) async throws {
    try await withDatabase(service: "directory", migrations: DirectoryMigrations.all) { try await body($0) }
}

func importText(
    _ subject: App.Import.Subject, _ text: String, _ database: Database, isDryRun: Bool = false,
    replaces: Bool = false
) async throws -> ImportReport {
    try await importReport(subject, Array(text.utf8), into: database, isDryRun: isDryRun, replaces: replaces)
}
