import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("Events of the directory")
struct DirectoryEventTests {
    @Test("an import tells each structure once, by its version; the same again tells nothing")
    func imports() async throws {
        try await withDirectory(Example.all) { directory in
            let told = try await directory.told { $0.count >= 5 }
            #expect(told.count == 5 && told.allSatisfy { $0.sequence == 1 })
            #expect(Set(told.map(\.subject)) == Set(Example.all.map { "structures/\($0.id.text)" }))
            var mission = Example.mission
            mission.name = "Nouveau nom"
            try await load(
                .structures, Array(Example.all.map(\.line).joined(separator: "\n").utf8), into: directory.database)
            try await load(.structures, Array(mission.line.utf8), into: directory.database)
            let more = try await directory.told { $0.count > 5 }
            #expect(more.count == 6 && more.last?.sequence == 2)
            #expect(more.last?.subject == "structures/\(Example.mission.id.text)")
        }
    }

    @Test("what is told is what the directory shows")
    func payload() async throws {
        try await withDirectory(Example.all) { directory in
            let told = try await directory.told { $0.count >= 5 }
            for event in told {
                guard case .structureChanged(let change) = event.data else { continue }
                let shown = try await directory.get("/v1/structures/\(change.id.text)").json
                #expect(change.version == shown["version"]?.int)
                #expect(change.region == shown["region"]?.string)
                #expect(change.networks == shown["networks"]?.array?.compactMap(\.string))
                #expect(change.status == shown["status"]?.string && change.labelState == "aucun")
                #expect(change.participatesIn == shown["participates_in"]?.array?.compactMap(\.string))
                let places = shown["located_in"]?.array?.map {
                    "\($0["kind"]?.string ?? ""):\($0["code"]?.string ?? "")"
                }
                #expect(change.locatedIn == places)
                let offers = shown["services"]?.array ?? []
                #expect(change.offers.map(\.id.text) == offers.compactMap { $0["id"]?.string })
                #expect(change.offers.map(\.serviceKind) == offers.compactMap { $0["kind"]?.string })
            }
            #expect(told.contains { $0.subject.hasSuffix(Example.mission.id.text) })
        }
    }

    @Test("creations and updates are told in their order, refused ones and dry runs are not")
    func writes() async throws {
        try await withDirectory([Example.office]) { directory in
            let region = try await DirectoryFixture.region()
            let created = try await directory.create(Example.townHall.body, token: region)
            try #require(created.status == 201)
            let id = try #require(try created.json["id"]?.string.flatMap { UUID(text: $0) })
            var renamed = Example.townHall
            for turn in 1...3 {
                renamed.name = "Mairie \(turn)"
                let tag = try #require(try await directory.get("/v1/structures/\(id.text)").headers["etag"].first)
                let answer = try await directory.update(id, renamed.body, token: region, ifMatch: tag)
                #expect(answer.status == 204)
                #expect(try await directory.update(id, renamed.body, token: region, ifMatch: tag).status == 412)
            }
            let report = try await importReport(
                .structures, Array(Example.mission.line.utf8), into: directory.database, isDryRun: true)
            #expect(report.isClean && report.changed == 1)
            let told = try await directory.told { $0.count >= 5 }
            #expect(told.count == 5)
            let own = told.filter { $0.subject == "structures/\(id.text)" }
            #expect(own.map(\.sequence) == [1, 2, 3, 4])
        }
    }

    @Test("an import of more structures than fit one page of the feed’s writer is told whole")
    func many() async throws {
        try await withDirectory(Example.crowd(1100)) { directory in
            let told = try await directory.told { $0.count >= 1100 }
            #expect(told.count == 1100 && Set(told.map(\.subject)).count == 1100)
        }
    }

    @Test("a territory is told when it is new or differs, with numbers of its own")
    func territories() async throws {
        try await withDirectoryDatabase { database in
            try await withService(.directory, on: database, settings: DirectoryFixture.settings) { service in
                let directory = DirectoryFixture(service: service, database: database)
                let all = try await directory.everythingTold { !$0.isEmpty }
                #expect(all.allSatisfy { $0.type == .territoryChanged && $0.sequence == 1 })
                let bytes = try DemoData.bytes("territories.csv")
                #expect(all.count == bytes.split(separator: UInt8(ascii: "\n")).count - 1)
                try await load(.territories, bytes, into: database)
                let changed = String(decoding: bytes, as: UTF8.self).replacing(",Saint-Nazaire,", with: ",Estuaire,")
                let report = try await load(.territories, Array(changed.utf8), into: database)
                try #require(report.changed > 0)
                let more = try await directory.everythingTold { $0.count > all.count }.dropFirst(all.count)
                #expect(more.count == report.changed && more.allSatisfy { $0.sequence == 2 })
            }
        }
    }

    @Test("a directory from before there were events tells everything it has when it starts, once")
    func beginning() async throws {
        try await withDirectoryDatabase(Example.all) { database in
            let owner = database.pool(for: .owner)
            try await owner.query("update structures set version = 7 where id = \(Example.office.id)")
            try await owner.query("truncate event_outbox, told_territories")
            for _ in 1...2 {
                try await withService(.directory, on: database, settings: DirectoryFixture.settings) { service in
                    let directory = DirectoryFixture(service: service, database: database)
                    let told = try await directory.told { $0.count >= 5 }
                    #expect(told.count == 5)
                    #expect(told.first { $0.subject.hasSuffix(Example.office.id.text) }?.sequence == 7)
                }
            }
        }
    }
}

extension DirectoryFixture {
    /// What is told of structures, as soon as it is enough: transactions of other tests on the server hold it back.
    fileprivate func told(until isEnough: ([Event]) -> Bool) async throws -> [Event] {
        let isOfStructure = { (event: Event) in event.type == .structureChanged }
        return try await everythingTold { isEnough($0.filter(isOfStructure)) }.filter(isOfStructure)
    }

    fileprivate func everythingTold(until isEnough: ([Event]) -> Bool) async throws -> [Event] {
        let token = try await TestIssuer.shared.token(scopes: [.eventsRead])
        var events: [Event] = []
        try await eventually {
            let answer = try await service.get("/v1/events?limit=10000", token: token)
            try #require(answer.status == 200, "\(answer.text)")
            events = try answer.body.split(separator: UInt8(ascii: "\n")).map { line in
                try ObjectReader.read(try JSONValue(parsing: Array(line)), Event.init)
            }
            return isEnough(events)
        }
        return events
    }
}
