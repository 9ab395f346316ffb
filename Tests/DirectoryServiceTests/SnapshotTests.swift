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
        query.filters = [SearchQuery.Filter(name: "status", values: [sketches[0].status])]
        #expect(!snapshot.search(query).contains { $0.segment.ids[$0.ordinal] == renamed.id })
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
