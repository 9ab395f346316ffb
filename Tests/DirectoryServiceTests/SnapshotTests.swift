import Foundation
import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("A snapshot")
struct SnapshotTests {
    private let land: Land
    private let sketches: [Sketch]

    init() {
        var random = SeededGenerator(seed: 11)
        land = Land.random(communes: 20, &random)
        sketches = SketchMaker(land: land).sketches(40, &random)
    }

    private func snapshot(base: [Structure], overlay: [Structure]) -> Snapshot {
        let geography = land.geography
        return Snapshot(
            geography: geography, base: Segment(of: base, in: geography), overlay: Segment(of: overlay, in: geography))
    }

    private func name(of id: UUID, in snapshot: Snapshot) throws -> String? {
        guard let (segment, ordinal) = snapshot.find(id) else { return nil }
        return try JSONValue(parsing: Array(segment.encoded(at: ordinal, includingServices: true)) + [0x7D])["name"]?
            .string
    }

    @Test("has other tags where a release forms its answers otherwise, on whatever data")
    func form() throws {
        let geography = land.geography
        let base = Segment(of: [try sketches[0].structure()], in: geography)
        let snapshots = [0, 1, 2].map {
            Snapshot(geography: geography, base: base, overlay: Segment(of: [], in: geography), form: $0)
        }
        #expect(Set(snapshots.map(\.fingerprint)).count == 3)
        #expect(Set(snapshots.map { StructuresRoutes.tag(1, in: $0) }).count == 3)
        #expect(snapshots[0].ground == geography.fingerprint)
    }

    @Test("shows of a structure in base and overlay only the overlay's version")
    func overlay() throws {
        var renamed = sketches[0]
        renamed.name = "Renamed"
        renamed.commune = nil
        renamed.point = nil
        renamed.region = "28"
        renamed.status = sketches[0].status == "membre" ? "signataire" : "membre"
        let added = sketches[39]
        let snapshot = snapshot(
            base: try sketches.prefix(39).map { try $0.structure() },
            overlay: [try renamed.structure(version: 2), try added.structure()])
        #expect(snapshot.count == 40)
        #expect(try name(of: renamed.id, in: snapshot) == "Renamed")
        #expect(try name(of: sketches[1].id, in: snapshot) == sketches[1].name)
        #expect(try name(of: added.id, in: snapshot) == added.name)
        #expect(snapshot.find(UUID()) == nil)
        var query = SearchQuery(day: 1)
        query.limit = 100
        let ids = snapshot.search(query).map { $0.segment.ids[$0.ordinal] }
        #expect(ids.count == 40 && Set(ids).count == 40)
        // The base's version has another status; it must not answer for the structure any more.
        query.filters = [SearchQuery.Filter(trait: .status, values: [sketches[0].status])]
        #expect(!snapshot.search(query).contains { $0.segment.ids[$0.ordinal] == renamed.id })
    }

    @Test("shows nothing of what is no more, and tells what stands for it")
    func tombstones() throws {
        let structures = try sketches.map { try $0.structure() }
        let ids = structures.map(\.id)
        let end = Date(timeIntervalSince1970: 1_790_000_000)
        let tombstones = [
            Tombstone(id: ids[0], version: 2, removedAt: end, successor: ids[1]),
            Tombstone(id: ids[1], version: 2, removedAt: end, successor: ids[2]),
            Tombstone(id: ids[3], version: 2, removedAt: end, successor: nil),
        ]
        let snapshot = Snapshot(
            geography: land.geography, base: Segment(of: structures, in: land.geography),
            overlay: Segment(of: [], in: land.geography),
            tombstones: Dictionary(uniqueKeysWithValues: tombstones.map { ($0.id, $0) }))
        #expect(snapshot.count == 37)
        var query = SearchQuery(day: 1)
        query.limit = 100
        let found = Set(snapshot.search(query).map { $0.segment.ids[$0.ordinal] })
        #expect(found == Set(ids).subtracting(tombstones.map(\.id)))
        #expect(snapshot.absence(of: ids[0]) == .gone(tombstones[0], successor: ids[2]))
        #expect(snapshot.absence(of: ids[3]) == .gone(tombstones[2], successor: nil))
        #expect(snapshot.absence(of: UUID()) == Refusal(.notFound))
        // As a base that was read later has it.
        let later = Snapshot(
            geography: land.geography,
            base: Segment(of: structures.filter { found.contains($0.id) }, in: land.geography),
            overlay: Segment(of: [], in: land.geography), tombstones: snapshot.tombstones)
        #expect(later.fingerprint == snapshot.fingerprint && later.count == 37)
    }

    @Test("has a fingerprint that depends on what it holds, not on how")
    func fingerprint() throws {
        let old = try sketches.map { try $0.structure() }
        let new = try sketches.map { try $0.structure(version: 2) }
        let split = snapshot(base: old, overlay: Array(new.prefix(5)))
        let whole = snapshot(base: (Array(new.prefix(5)) + old.dropFirst(5)).reversed(), overlay: [])
        #expect(split.fingerprint == whole.fingerprint)
        let others = [
            snapshot(base: old, overlay: []), snapshot(base: old, overlay: Array(new.prefix(4))),
            snapshot(base: Array(old.dropLast()), overlay: Array(new.prefix(5))),
        ]
        #expect(Set(others.map(\.fingerprint) + [split.fingerprint]).count == 4)
    }
}
