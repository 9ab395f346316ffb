import Foundation
import Logging
import Postgres
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("The index in memory")
struct DirectoryIndexTests {
    private static func index(on pool: Pool, overlayLimit: Int) -> DirectoryIndex {
        DirectoryIndex(
            repository: ChangeRepository(pool: pool), logger: Logger(label: "test"), overlayLimit: overlayLimit)
    }

    @Test("builds a new base under constant writing, and never loses a change")
    func rebuild() async throws {
        let sketches = Example.crowd(60)
        try await withDirectoryDatabase(sketches) { database in
            let pool = database.pool(for: .runtime)
            let index = Self.index(on: pool, overlayLimit: 5)
            try await index.refresh()
            let repository = StructureRepository(pool: pool)
            let first = ObjectIdentifier(index.snapshot.base)
            var bases: Set<ObjectIdentifier> = [first]
            try await withThrowingTaskGroup(of: Set<ObjectIdentifier>.self) { group in
                for writer in 0..<4 {
                    group.addTask {
                        var bases: Set<ObjectIdentifier> = []
                        // Each writer has structures of its own, so that it knows their versions.
                        let own = sketches.enumerated().filter { $0.offset % 4 == writer }.map(\.element)
                        for turn in 0..<60 {
                            let (sketch, version) = (own[turn % own.count], turn / own.count + 1)
                            let draft = try sketch.structure().draft
                            let next = try await repository.update(
                                sketch.id, to: draft, region: "52", from: version,
                                by: Author(client: "writer"))
                            try await index.refresh()
                            let snapshot = index.snapshot
                            let (segment, ordinal) = try #require(snapshot.find(sketch.id))
                            #expect(segment.versions[ordinal] == next)
                            #expect(snapshot.count == sketches.count)
                            bases.insert(ObjectIdentifier(snapshot.base))
                        }
                        return bases
                    }
                }
                for try await seen in group { bases.formUnion(seen) }
            }
            #expect(bases.count >= 3, "new bases are taken while the writing goes on")
            // A base is built at low priority: on a busy machine it takes its time.
            try await eventually(within: .seconds(60)) { index.snapshot.overlaid <= 5 }
            for sketch in sketches {
                let (segment, ordinal) = try #require(index.snapshot.find(sketch.id))
                #expect(segment.versions[ordinal] == 5)
            }
        }
    }

    @Test("reads a change of more structures than an overlay holds as a new base at once")
    func manyAtOnce() async throws {
        try await withDirectoryDatabase(Example.all) { database in
            let pool = database.pool(for: .runtime)
            let index = Self.index(on: pool, overlayLimit: 5)
            try await index.refresh()
            let crowd = Example.crowd(6)
            try await load(.structures, Array(crowd.map(\.line).joined(separator: "\n").utf8), into: database)
            try await index.refresh()
            #expect(index.snapshot.count == Example.all.count + 6)
            #expect(index.snapshot.overlaid == 0)
        }
    }

    @Test("goes on showing what changes while a new base is read, and shows the rest with it")
    func background() async throws {
        try await withDirectoryDatabase(Example.all) { database in
            let pool = database.pool(for: .runtime)
            let index = Self.index(on: pool, overlayLimit: 5)
            try await index.refresh()
            let (first, before) = (ObjectIdentifier(index.snapshot.base), Example.all.count)
            let crowd = Example.crowd(6)
            try await load(.structures, Array(crowd.map(\.line).joined(separator: "\n").utf8), into: database)
            func change(_ query: Query) async throws {
                try await Connection.with(database.superuserConfiguration) { _ = try await $0.query(query) }
            }
            try await change("update geography_changes set changed_xid = pg_current_xact_id()")
            func version(of id: UUID) throws -> Int {
                let (segment, ordinal) = try #require(index.snapshot.find(id))
                return segment.versions[ordinal]
            }
            let draft = try Example.mission.structure().draft
            try await Connection.with(database.superuserConfiguration) { connection in
                try await connection.withTransaction { transaction in
                    // Who reads a base with its geography waits for this table; who follows the changes does not.
                    try await transaction.query("lock table commune_contours in access exclusive mode")
                    #expect(try await index.follow() == 1)
                    #expect(index.snapshot.count == before)
                    for turn in 1...3 {
                        let next = try await StructureRepository(pool: pool).update(
                            Example.mission.id, to: draft, region: "52", from: turn, by: Author(client: "writer"))
                        // Whoever asks may have changed one of those that are not shown yet.
                        #expect(try await index.follow() == 1)
                        #expect(try version(of: Example.mission.id) == next)
                    }
                    // Too much again, and behind what the base that waits has seen.
                    let ids = crowd.map(\.id)
                    try await change(
                        """
                        update structures set version = version + 1, changed_xid = pg_current_xact_id()
                        where id = any(\(ids))
                        """)
                    #expect(try await index.follow() == 2)
                    #expect(index.snapshot.count == before && ObjectIdentifier(index.snapshot.base) == first)
                    #expect(try version(of: Example.mission.id) == 4)
                }
            }
            try await eventually { index.snapshot.count == before + 6 }
            #expect(try version(of: Example.mission.id) == 4)
            try await eventually { try version(of: crowd[0].id) == 2 && index.snapshot.overlaid == 0 }
            #expect(try version(of: Example.mission.id) == 4)
        }
    }

    @Test("is not the present state, and says so, until it shows everything")
    func age() async throws {
        try await withDirectoryDatabase(Example.all) { database in
            let index = Self.index(on: database.pool(for: .runtime), overlayLimit: 5)
            try await index.refresh()
            try await Connection.with(database.superuserConfiguration) { connection in
                try await connection.withTransaction { transaction in
                    try await transaction.query("lock table commune_contours in access exclusive mode")
                    try await Connection.with(database.superuserConfiguration) { other in
                        _ = try await other.query("update geography_changes set changed_xid = pg_current_xact_id()")
                    }
                    let asked = ContinuousClock.now
                    try await index.follow()
                    try await index.follow()
                    #expect(index.age > ContinuousClock.now - asked)
                }
            }
            try await eventually {
                let asked = ContinuousClock.now
                try await index.follow()
                return index.age < ContinuousClock.now - asked
            }
        }
    }

    @Test("does not read again what it has")
    func still() async throws {
        try await withDirectoryDatabase(Example.all) { database in
            let index = Self.index(on: database.pool(for: .runtime), overlayLimit: 5)
            #expect(!index.isLoaded)
            try await index.refresh()
            #expect(index.isLoaded)
            let before = index.snapshot
            try await index.refresh()
            #expect(index.snapshot === before)
            #expect(index.age < .seconds(5))
        }
    }

    @Test("gives every caller a refresh that began after its call", arguments: [1, 7, 40])
    func refreshes(callers: Int) async throws {
        let refreshes = Refreshes<Void>()
        let begun = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<callers {
                group.addTask {
                    for _ in 0..<50 {
                        let before = await begun.value
                        try await refreshes.run { await begun.increment() }
                        #expect(await begun.value > before)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(await begun.value <= callers * 50)
        #expect(await begun.largestAtOnce == 1)
    }

    private actor Counter {
        private(set) var value = 0
        private(set) var largestAtOnce = 0
        private var atOnce = 0

        func increment() async {
            value += 1
            atOnce += 1
            largestAtOnce = max(largestAtOnce, atOnce)
            await Task.yield()
            atOnce -= 1
        }
    }
}
