import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("How territories are coordinated")
struct CoordinationTests {
    @Test("Centre-Val de Loire: a local coordinator and a committee of all signatories in each territory, and told")
    func centre() async throws {
        try await withDemoDirectory { directory in
            let region = try await DirectoryFixture.region("24")
            let keys = try await directory.territories(of: "24")
            #expect(keys.count == 8)
            var committees: [String: [UUID]] = [:]
            for key in keys {
                let signatories = try await directory.structures(in: key, "signataire")
                try #require(signatories.count > 3)
                committees[key] = signatories
                let body = CoordinationBody.text(signatories[0], committee: signatories)
                #expect(try await directory.coordinate(key, body, token: region).status == 204)
            }
            for key in keys {
                let shown = try await directory.get("/v1/territories/\(key)").json["coordination"]
                let sheet = try await directory.coordination(of: key).json
                #expect(shown == sheet)
                #expect(shown?["coordinator"]?["structure_id"]?.string == committees[key]?[0].text)
                #expect(shown?["coordinator"]?["role"] == "coordinateur-local" && shown?["version"] == 2)
                let members = shown?["committee"]?.array ?? []
                #expect(members.compactMap { $0["structure_id"]?.string } == committees[key]?.map(\.text))
                for member in members {
                    let id = try #require(member["structure_id"]?.string)
                    let structure = try await directory.get("/v1/structures/\(id)").json
                    #expect(member["structure_name"] == structure["name"])
                }
            }
            let told = try await directory.territoriesTold { changes in
                keys.allSatisfy { changes[$0]?.coordinatorDesignated == true }
            }
            for key in keys { #expect(told[key]?.committeeStructures == committees[key]) }
            // Nobody has written of the others: the directory does not know.
            #expect(told["territoire-spro:52-01"]?.coordinatorDesignated == nil)
        }
    }

    @Test("Pays de la Loire: 17 territories with a coordinator each, which an import of territories leaves alone")
    func paysDeLaLoire() async throws {
        try await withDemoDirectory { directory in
            let region = try await DirectoryFixture.region()
            let keys = try await directory.territories(of: "52")
            #expect(keys.count == 17)
            for key in keys {
                let first = try #require(try await directory.structures(in: key).first)
                let body = CoordinationBody.text(first, role: "coordinateur-territoire")
                #expect(try await directory.coordinate(key, body, token: region).status == 204)
            }
            let bytes = try DemoData.bytes("territories.csv")
            try await load(.territories, bytes, into: directory.database)
            let renamed = String(decoding: bytes, as: UTF8.self).replacing(",Pornic,", with: ",Retz,")
            let report = try await load(.territories, Array(renamed.utf8), into: directory.database)
            #expect(report.changed == 1)
            try await eventually {
                try await directory.get("/v1/territories/territoire-spro:52-05").json["name"] == "Retz"
            }
            for key in keys {
                let shown = try await directory.coordination(of: key).json
                #expect(shown["coordinator"]?["role"] == "coordinateur-territoire", "\(key)")
                #expect(shown["version"] == 2)
            }
            func count(_ events: [Event], _ key: String) -> Int { events.count { $0.subject == "territories/\(key)" } }
            let events = try await directory.everythingTold { count($0, "territoire-spro:52-05") >= 3 }
            for key in keys { #expect(count(events, key) == (key == "territoire-spro:52-05" ? 3 : 2), "\(key)") }
            let told = try await directory.territoriesTold { _ in true }
            #expect(told.values.count { $0.coordinatorDesignated == true } == 17)
        }
    }

    @Test("a territory that is coordinated does not go with an import, not even when told to; an emptied one does")
    func replacement() async throws {
        try await withDemoDirectory { directory in
            let region = try await DirectoryFixture.region()
            let key = "bassin-vie:essai"
            let file = "code,name,region,kind,communes\nessai,Essai,52,bassin-vie,44184\n"
            let none = "code,name,region,kind,communes\nautre,Autre,52,bassin-vie,44184\n"
            try await load(.territories, Array(file.utf8), into: directory.database)
            try await eventually { try await directory.get("/v1/territories/\(key)").status == 200 }
            let body = CoordinationBody.text(try await directory.structures(in: key).first)
            #expect(try await directory.coordinate(key, body, token: region).status == 204)
            let report = try await importReport(
                .territories, Array(none.utf8), into: directory.database, replaces: true)
            #expect(report.text(isDryRun: false).contains("territory-coordinated"))
            #expect(try await directory.get("/v1/territories/\(key)").status == 200)
            #expect(try await directory.coordinate(key, "{}", token: region).status == 204)
            let clean = try await importReport(
                .territories, Array(none.utf8), into: directory.database, replaces: true)
            #expect(clean.isClean && clean.removed == 1)
        }
    }

    @Test("Provence-Alpes-Côte d’Azur: a territory answers with its dossier, of one or two actions")
    func paca() async throws {
        try await withDemoDirectory { directory in
            let key = "territoire-spro:93-03"
            let coordinator = try await DirectoryFixture.coordinator(of: key)
            let partners = try await directory.structures(in: key)
            for count in [0, 3] {
                let body = CoordinationBody.text(
                    committee: partners, dossier: CoordinationBody.dossier(actions: count))
                try expectProblem(
                    try await directory.coordinate(key, body, token: coordinator), 422, "invalid-body",
                    at: ["/dossier/actions"])
            }
            for count in [1, 2] {
                let body = CoordinationBody.text(
                    committee: partners, dossier: CoordinationBody.dossier(actions: count))
                #expect(try await directory.coordinate(key, body, token: coordinator).status == 204)
                let dossier = try await directory.get("/v1/territories/\(key)").json["coordination"]?["dossier"]
                #expect(dossier?["perimeter"] == "Le pays d’Arles" && dossier?["actions"]?.array?.count == count)
                #expect(dossier?["diagnosis"] == "Une mission locale,\nun CIO.")
            }
            // What its specification asks is not asked of others.
            let elsewhere = CoordinationBody.text(dossier: CoordinationBody.dossier(actions: 3))
            let other = try await directory.coordinate(
                "territoire-spro:52-01", elsewhere, token: DirectoryFixture.region())
            #expect(other.status == 204)
        }
    }

    @Test("the region writes all of it, the territory’s coordinator all but who coordinates; nobody else anything")
    func policy() async throws {
        try await withDirectory(Example.all) { directory in
            let key = "territoire-spro:52-02"
            let designated = CoordinationBody.text(Example.mission.id)
            let region = try await DirectoryFixture.region()
            let own = try await DirectoryFixture.coordinator(of: key, region: "52")
            try expectProblem(
                try await directory.coordinate(key, designated, token: own), 403, "forbidden", at: ["/coordinator"])
            #expect(try await directory.coordinate(key, designated, token: region).status == 204)
            let committee = CoordinationBody.text(Example.mission.id, committee: [Example.office.id])
            for token in [
                try await DirectoryFixture.region("53"), try await DirectoryFixture.partner(Example.mission.id),
                try await DirectoryFixture.coordinator(of: "territoire-spro:52-01"),
                try await DirectoryFixture.coordinator(of: key, region: "53"),
            ] {
                try expectProblem(try await directory.coordinate(key, committee, token: token), 403, "forbidden")
                let history = try await directory.service.get(
                    "/v1/territories/\(key)/coordination/history", token: token)
                try expectProblem(history, 403, "forbidden")
            }
            #expect(try await directory.coordinate(key, committee, token: own).status == 204)
            let vacant = CoordinationBody.text(committee: [Example.office.id])
            try expectProblem(
                try await directory.coordinate(key, vacant, token: own), 403, "forbidden", at: ["/coordinator"])
            let history = try await directory.service.get(
                "/v1/territories/\(key)/coordination/history?limit=1", token: own)
            let version = try history.json["items"]?[0]
            #expect(version?["version"] == 3 && version?["operation"] == "updated")
            #expect(version?["changed_by"] == "coordinator" && version?["changed_for"] == .string("territory:\(key)"))
            #expect(version?["changes"]?.array == ["committee"])
            let next = try #require(history.headers["link"].first?.split(separator: ">").first?.dropFirst())
            let first = try await directory.service.get(String(next), token: region).json
            #expect(first["items"]?[0]?["changed_for"] == "region:52" && first["next_cursor"] == JSONValue.null)
            #expect(first["items"]?[0]?["changes"]?.array == ["coordinator"])
        }
    }

    @Test("bad input is told all at once, and nothing is stored; a stale version is refused, of two writers one wins")
    func refusals() async throws {
        try await withDirectory(Example.all) { directory in
            let (key, region) = ("territoire-spro:52-02", try await DirectoryFixture.region())
            for (json, pointers) in [
                (
                    """
                    {"coordinator":{"structure_id":"x","role":"chef","name":"Camille","email":"a@b.example"},\
                    "committee":[{"structure_id":"\(Example.office.id.text)"},\
                    {"structure_id":"\(Example.office.id.text)"}],"dossier":{"actions":[{}]},"version":3}
                    """,
                    [
                        "/coordinator/structure_id", "/coordinator/role", "/coordinator/name", "/coordinator/email",
                        "/committee/1", "/dossier/perimeter", "/dossier/diagnosis", "/dossier/support_needs",
                        "/dossier/actions/0/title", "/version",
                    ]
                ),
                (
                    CoordinationBody.text(UUID.v7(), committee: [Example.bretonne.id, Example.office.id, UUID.v7()]),
                    ["/coordinator/structure_id", "/committee/0/structure_id", "/committee/2/structure_id"]
                ),
            ] as [(String, [String])] {
                try expectProblem(
                    try await directory.coordinate(key, json, token: region), 422, "invalid-body", at: Set(pointers))
            }
            let path = "/v1/territories/\(key)/coordination"
            try expectProblem(
                try await directory.send(.PUT, path, "{}", token: region), 428, "precondition-required")
            try expectProblem(
                try await directory.coordinate(key, "{}", token: region, ifMatch: "\"v2\""), 412,
                "precondition-failed")
            try expectProblem(
                try await directory.get("/v1/territories/territoire-spro:none/coordination"), 404, "not-found")
            let empty = try await directory.coordination(of: key)
            #expect(empty.json["version"] == 1 && empty.json["coordinator"] == JSONValue.null)
            #expect(try await directory.get(path, [("If-None-Match", empty.tag)]).status == 304)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await directory.coordinate(
                            key, CoordinationBody.text(Example.mission.id), token: region, ifMatch: empty.tag
                        ).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [204] + Array(repeating: 412, count: 7))
            #expect(try await directory.coordination(of: key).json["version"] == 2)
        }
    }
}

extension DirectoryFixture {
    /// Keys of the SPRO's territories of a region.
    fileprivate func territories(of region: String) async throws -> [String] {
        let answer = try await get("/v1/territories?region=\(region)&kind=territoire-spro&limit=100")
        return try (answer.json["items"]?.array ?? []).compactMap { $0["key"]?.string }
    }
}
