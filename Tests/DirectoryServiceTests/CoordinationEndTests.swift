import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("Coordinators and committees whose structures end")
struct CoordinationEndTests {
    private static let keys = ["territoire-spro:52-01", "territoire-spro:52-02", "departement:44"]

    @Test("a merger puts the successor in every place, once; a removal leaves them empty; both are told and dated")
    func ends() async throws {
        try await withDirectory(Example.all) { directory in
            let region = try await DirectoryFixture.region()
            let both = [Example.mission.id, Example.office.id]
            for key in Self.keys {
                let body = CoordinationBody.text(Example.mission.id, committee: both)
                #expect(try await directory.coordinate(key, body, token: region).status == 204)
            }
            #expect(try await directory.merge(Example.mission, into: Example.office, token: region).status == 204)
            for key in Self.keys {
                // Seen at once by whoever wrote it.
                let shown = try await directory.coordination(of: key).json
                #expect(shown["coordinator"]?["structure_id"] == .string(Example.office.id.text))
                #expect(shown["coordinator"]?["structure_name"] == "CIO de Nantes")
                #expect(shown["committee"]?.array?.count == 1 && shown["version"] == 3)
            }
            #expect(try await directory.remove(Example.office, token: region).status == 204)
            for key in Self.keys {
                let shown = try await directory.coordination(of: key).json
                #expect(shown["coordinator"] == JSONValue.null && shown["committee"]?.array == [])
                let history = try await directory.service.get(
                    "/v1/territories/\(key)/coordination/history", token: region
                ).json["items"]?.array
                #expect(
                    history?.compactMap { $0["operation"]?.string } == ["member-removed", "member-merged", "updated"])
                #expect(history?.allSatisfy { $0["changed_for"] == "region:52" } == true)
            }
            let told = try await directory.territoriesTold { changes in
                Self.keys.allSatisfy { changes[$0]?.coordinatorDesignated == false }
            }
            #expect(Self.keys.allSatisfy { told[$0]?.committeeStructures == [] })
            let events = try await directory.everythingTold { _ in true }
            // A department is told of since somebody wrote of it.
            let own = events.filter { $0.subject == "territories/departement:44" }
            #expect(own.map(\.sequence) == [1, 2, 3])
        }
    }

    @Test("a merger into another region's structure leaves the places empty, so that the coordinator goes on writing")
    func abroad() async throws {
        try await withDirectory(Example.all) { directory in
            let region = try await DirectoryFixture.region()
            let key = Self.keys[0]
            let body = CoordinationBody.text(Example.mission.id, committee: [Example.mission.id, Example.office.id])
            #expect(try await directory.coordinate(key, body, token: region).status == 204)
            #expect(try await directory.merge(Example.mission, into: Example.bretonne, token: region).status == 204)
            let shown = try await directory.coordination(of: key).json
            #expect(shown["coordinator"] == JSONValue.null)
            #expect(shown["committee"]?.array?.compactMap { $0["structure_id"]?.string } == [Example.office.id.text])
            let next = CoordinationBody.text(Example.office.id, committee: [Example.office.id])
            #expect(try await directory.coordinate(key, next, token: region).status == 204)
        }
    }

    @Test("whoever designates a structure while it is removed is refused, or it is taken out again", arguments: 0..<6)
    func race(_ turn: Int) async throws {
        try await withDirectory(Example.all) { directory in
            let region = try await DirectoryFixture.region()
            let statuses = try await withThrowingTaskGroup(of: (String, Int).self) { group in
                group.addTask {
                    let body = CoordinationBody.text(Example.office.id)
                    let answer = try await directory.coordinate(
                        Self.keys[0], body, token: region, ifMatch: "\"v1\"")
                    return ("written", answer.status)
                }
                group.addTask {
                    let answer = try await directory.remove(Example.office, token: region)
                    return ("removed", answer.status)
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            #expect([204, 422].contains(statuses["written"]) && statuses["removed"] == 204, "\(statuses)")
            let shown = try await directory.coordination(of: Self.keys[0]).json
            #expect(shown["coordinator"] == JSONValue.null, "\(statuses)")
        }
    }
}
