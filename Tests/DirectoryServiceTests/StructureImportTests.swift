import Foundation
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("Imports of structures")
struct StructureImportTests {
    @Test("of some members do not undo what is written while the file is read")
    func overtaken() async throws {
        let (office, mission) = (Example.office, Example.mission)
        try await withDirectoryDatabase([office, mission]) { database in
            try await Connection.with(database.configuration(for: .runtime)) { connection in
                var staging = StructureStaging(connection: connection)
                try await staging.begin()
                for (number, sketch) in [office, mission].enumerated() {
                    let draft = try sketch.structure().draft
                    try await staging.append(
                        StructureImport.Line(number: number + 1, id: sketch.id, draft: draft, region: "52"))
                }
                try await staging.finish()
                _ = try await StructureRepository(pool: database.pool(for: .runtime)).update(
                    mission.id, to: try mission.structure().draft, region: "52", from: 1, by: Author(client: "editor"))
                for (format, lines) in [(StructureFormat.table, [2]), (.inclusion, [2]), (.lines, [])] {
                    var report = ImportReport(subject: "structures")
                    try await connection.withTransaction(TransactionOptions()) { transaction in
                        _ = try await StructureImport.store(
                            format, by: Author(client: "import"), in: .empty, &report, in: transaction)
                    }
                    #expect(report.complaints.map(\.line) == lines)
                    #expect(report.complaints.allSatisfy { $0.code == "overtaken" })
                }
            }
        }
    }

    @Test("name the line of an offer, a parent or a region that cannot be")
    func relations() async throws {
        var (parent, child) = (Example.office, Example.mission)
        child.parent = parent.id
        try await withDirectoryDatabase([parent, child, Example.bretonne]) { database in
            let before = try await importedCounts(database)
            func report(_ sketches: [Sketch]) async throws -> [Complaint] {
                complaints(try await importText(.structures, sketches.map(\.line).joined(separator: "\n"), database))
            }
            var loop = parent
            loop.parent = child.id
            #expect(try await report([loop]) == [Complaint(1, "/parent_id", "parent-cycle")])
            var (one, two, three) = (Example.townHall, Example.crowd(2)[0], Example.crowd(2)[1])
            (one.parent, two.parent, three.parent) = (two.id, three.id, one.id)
            #expect(try await report([one, two, three]).map(\.code) == Array(repeating: "parent-cycle", count: 3))
            var thief = Example.townHall
            (thief.networks, thief.offers) = (child.networks, child.offers)
            #expect(try await report([thief]) == [Complaint(1, "/services/0/id", "offer-taken")])
            var (giver, taker) = (child, thief)
            (giver.offers, taker.offers) = ([], child.offers)
            #expect(try await report([taker, child]) == [Complaint(2, "/services/0/id", "offer-taken")])
            #expect(try await importedCounts(database) == before)
            // An offer may pass from one to the other in one file; a remote service may have its parent elsewhere.
            #expect(try await report([taker, giver]) == [])
            var distant = Example.bretonne
            distant.parent = parent.id
            #expect(try await report([distant]) == [Complaint(1, "/parent_id", "parent-in-another-region")])
            distant.status = "partenaire-ressource"
            #expect(try await report([distant]) == [])
            distant.status = "membre"
            #expect(try await report([distant]) == [Complaint(1, "/parent_id", "parent-in-another-region")])
            var moved = parent
            (moved.commune, moved.point) = ("35238", Example.bretonne.point)
            #expect(try await report([moved]) == [Complaint(1, "/region", "antennes-in-another-region")])
        }
    }

    @Test("of structures name the line of whatever is wrong")
    func structures() async throws {
        try await withDirectoryDatabase(Example.all) { database in
            let before = try await importedCounts(database)
            var (unknown, orphan, twin, other) = (Example.office, Example.townHall, Example.mission, Example.bretonne)
            unknown.commune = "44999"
            orphan.parent = UUID.v7()
            (twin.siret, other.siret) = ("35600000000048", "35600000000048")
            func report(_ lines: [String]) async throws -> [Complaint] {
                complaints(try await importText(.structures, lines.joined(separator: "\n"), database))
            }
            #expect(
                try await report([
                    Example.mission.line, "", "{", Example.mission.line, unknown.line, #"{"name":"x"}"#, "[]",
                    Example.office.line.replacing("\"name\"", with: "\"nom\""),
                ]) == [
                    Complaint(3, "", "wrong-format"), Complaint(4, "/id", "duplicate-item"),
                    Complaint(5, "/address/commune", "unknown-commune"), Complaint(6, "/id", "required"),
                    Complaint(6, "/status", "required"), Complaint(6, "/region", "required"),
                    Complaint(7, "", "wrong-type"), Complaint(8, "/name", "required"),
                    Complaint(8, "/nom", "unknown-member"),
                ])
            #expect(
                try await report([Example.mission.line, orphan.line]) == [
                    Complaint(2, "/parent_id", "unknown-structure")
                ])
            #expect(try await report([twin.line, other.line]) == [Complaint(2, "/siret", "siret-taken")])
            #expect(try await importedCounts(database) == before)
            // A siège may follow its antenne.
            var crowd = Example.crowd(2)
            crowd[0].parent = crowd[1].id
            #expect(try await report(crowd.map(\.line)) == [])
            #expect(try await report([twin.line]) == [])
            #expect(try await report(["", other.line]) == [Complaint(2, "/siret", "siret-taken")])
            #expect(try await importedCounts(database)[3...] == [7, 8])
        }
    }
}
