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
        let hidden = Sketch(
            id: UUID(uuidString: "019B76DA-A800-7725-8E42-000000000006")!, name: "Accueil de jour", commune: "44109",
            point: Example.office.point, isConfidential: true)
        let all = Example.all + [hidden]
        try await withDirectory(all) { directory in
            let told = try await directory.told { $0.count >= 6 }
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
                // Of a confidential address no more than everybody is shown: the commune's centroid.
                #expect(change.location == shown.point)
                let written = all.first { $0.id == change.id }?.point
                #expect((change.location?.latitude == written?.latitude) == (change.id != hidden.id))
                let offers = shown["services"]?.array ?? []
                #expect(change.offers.map(\.id.text) == offers.compactMap { $0["id"]?.string })
                #expect(change.offers.map(\.serviceKind) == offers.compactMap { $0["kind"]?.string })
            }
            #expect(told.contains { $0.subject.hasSuffix(Example.mission.id.text) })
        }
    }

    @Test("an offer's own hours are told as half-days")
    func halfDays() async throws {
        var mission = Example.mission
        mission.openingHours = "Mo-Fr 09:00-17:00"
        mission.offers.append(mission.offers[0])
        mission.offers[0].openingHours = "Mo-Fr 09:00-12:00; PH off"
        let body = mission.body
        try await withDirectory { directory in
            let created = try await directory.create(body, token: try await DirectoryFixture.region())
            try #require(created.status == 201, "\(created.text)")
            let told = try await directory.told { !$0.isEmpty }
            guard case .structureChanged(let change)? = told.first?.data else { throw NothingTold() }
            #expect(change.offers.map(\.halfDays) == [5, nil])
        }
    }

    private struct NothingTold: Error {}

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

    @Test("an import that moves communes tells the structures that lie there, at their next version, and no others")
    func moves() async throws {
        try await withDirectory(Example.all) { directory in
            let report = try await load(.territories, Self.territories(giving: "44184"), into: directory.database)
            #expect(report.changed == 2)
            let told = try await directory.told { $0.count >= 7 }
            #expect(told.count == 7)
            for (sketch, keys) in [(Example.mission, "52-01"), (Example.townHall, "52-01"), (Example.office, "52-01")] {
                let own = told.filter { $0.subject == "structures/\(sketch.id.text)" }
                #expect(own.map(\.sequence) == (sketch.commune == "44184" ? [1, 2] : [1]))
                // What is told may be ahead of what is shown: territories are read anew beside.
                try await eventually {
                    let places = try await directory.places(of: sketch.id)
                    return own.last?.locatedIn == places && places.contains("territoire-spro:\(keys)")
                }
            }
            // The same again, and what moves nobody, tells nothing.
            try await load(.territories, Self.territories(giving: "44184"), into: directory.database)
            try await load(.communes, try DemoData.bytes("communes.csv"), into: directory.database)
            #expect(try await directory.told { $0.count >= 7 }.count == 7)
        }
    }

    @Test("where a commune has merged, what is told is what the directory shows, at once and with a later write")
    func mergers() async throws {
        var sketch = Example.office
        (sketch.commune, sketch.point) = ("44210", nil)
        let trignac = sketch
        try await withDirectory([trignac]) { directory in
            try await load(.territories, Self.territories(giving: "44210"), into: directory.database)
            let history =
                CommuneChangeImport.columns.joined(separator: ",")
                + "\n32,2026-01-01,COM,44210,Trignac,COM,44184,Saint-Nazaire\n"
            try await load(.communeChanges, Array(history.utf8), into: directory.database)
            let told = try await directory.told { $0.count >= 3 }
            #expect(
                told.map { $0.locatedIn?.filter { $0.hasPrefix("territoire") } } == [
                    ["territoire-spro:52-02"], ["territoire-spro:52-01"], ["territoire-spro:52-02"],
                ])
            var renamed = trignac
            renamed.name = "Autre nom"
            try await load(.structures, Array(renamed.line.utf8), into: directory.database)
            let more = try await directory.told { $0.count >= 4 }
            #expect(more.map(\.sequence) == [1, 2, 3, 4])
            let places = try await directory.places(of: trignac.id)
            #expect(more.last?.locatedIn == places && places.contains("territoire-spro:52-02"))
        }
    }

    @Test("an import waits for who is just writing a structure, and tells it after")
    func meeting() async throws {
        try await withDirectory([Example.mission]) { directory in
            let id = Example.mission.id
            let (wrote, mayCommit) = (AsyncStream.makeStream(of: Void.self), AsyncStream.makeStream(of: Void.self))
            let pool = directory.database.pool(for: .runtime)
            let writing = Task {
                try await pool.withTransaction { transaction in
                    try await transaction.query(
                        """
                        update structures set version = version + 1, changed_xid = pg_current_xact_id()
                        where id = \(id)
                        """)
                    try await DirectoryEventRepository(transaction: transaction).tellStructures()
                    wrote.continuation.finish()
                    for await _ in mayCommit.stream {}
                }
            }
            for await _ in wrote.stream {}
            let importing = Task {
                try await load(.territories, Self.territories(giving: "44184"), into: directory.database)
            }
            try await Task.sleep(for: .milliseconds(300))
            mayCommit.continuation.finish()
            try await writing.value
            _ = try await importing.value
            let told = try await directory.told { $0.count >= 3 }
            #expect(told.map(\.sequence) == [1, 2, 3])
            #expect(told.map { $0.locatedIn?.contains("territoire-spro:52-01") } == [false, false, true])
        }
    }

    /// The demo data's, with a commune of 52-02 (Saint-Nazaire) in 52-01 (Nantes).
    private static func territories(giving commune: String) throws -> [UInt8] {
        let lines = String(decoding: try DemoData.bytes("territories.csv"), as: UTF8.self).split(separator: "\n")
        let moved = lines.map(String.init).map { line in
            if line.hasPrefix("52-02,") { return line.replacing(" \(commune)", with: "") }
            return line.hasPrefix("52-01,") ? line + " \(commune)" : line
        }
        return Array(moved.joined(separator: "\n").utf8)
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

    @Test("a directory from before points were told tells the structures with an address anew when it starts, once")
    func points() async throws {
        try await withDirectoryDatabase(Example.all) { database in
            for count in [5, 9, 9] {
                try await withService(.directory, on: database, settings: DirectoryFixture.settings) { service in
                    let directory = DirectoryFixture(service: service, database: database)
                    let told = try await directory.told { $0.count >= count }
                    #expect(told.count == count)
                    for event in told.dropFirst(5) {
                        let shown = try await directory.get("/v1/\(event.subject)").json
                        #expect(event.sequence == 2 && shown["version"]?.int == 2 && event.point == shown.point)
                        #expect(event.point != nil)
                    }
                }
                // As the migration left it.
                if count == 5 { try await database.pool(for: .owner).query("update commune_locations set shown = ''") }
            }
        }
    }
}

extension JSONValue {
    fileprivate var point: Coordinate? {
        guard let point = self["location"], let latitude = point["latitude"]?.double,
            let longitude = point["longitude"]?.double
        else { return nil }
        return Coordinate(latitude: latitude, longitude: longitude)
    }
}

extension Event {
    fileprivate var locatedIn: [String]? {
        if case .structureChanged(let change) = data { change.locatedIn } else { nil }
    }

    fileprivate var point: Coordinate? {
        if case .structureChanged(let change) = data { change.location } else { nil }
    }
}

extension DirectoryFixture {
    /// Keys of the territories in which the directory shows a structure, once it has seen what was imported.
    fileprivate func places(of id: UUID) async throws -> [String] {
        let version = try await Connection.with(database.superuserConfiguration) { connection in
            try await connection.query("select version from structures where id = \(id)")[0].decode(Int.self)
        }
        var places: [String] = []
        try await eventually {
            let shown = try await get("/v1/structures/\(id.text)").json
            places = shown["located_in"]?.array?.map { "\($0["kind"]?.string ?? ""):\($0["code"]?.string ?? "")" } ?? []
            return shown["version"]?.int == version
        }
        return places
    }

    /// What is told of structures, as soon as it is enough: transactions of other tests on the server hold it back.
    fileprivate func told(until isEnough: ([Event]) -> Bool) async throws -> [Event] {
        let isOfStructure = { (event: Event) in event.type == .structureChanged }
        return try await everythingTold { isEnough($0.filter(isOfStructure)) }.filter(isOfStructure)
    }

    func everythingTold(until isEnough: ([Event]) -> Bool) async throws -> [Event] {
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
