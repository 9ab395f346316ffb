import Foundation
import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("What changed since the base was read")
struct OverlayTests {
    private let land: Land
    private let sketches: [Sketch]

    init() {
        var random = SeededGenerator(seed: 31)
        land = Land.random(communes: 20, &random)
        sketches = SketchMaker(land: land).sketches(600, &random)
    }

    private func changes(_ structures: [Structure], _ ended: [Tombstone] = []) -> ChangeRepository.Changes {
        ChangeRepository.Changes(
            structures: structures, tombstones: ended, unreadable: [], geographyChanged: false, moment: "")
    }

    private func version(of id: UUID, in snapshot: Snapshot) -> Int? {
        snapshot.find(id).map { $0.segment.versions[$0.ordinal] }
    }

    @Test("is built of few structures at each change, however many there are")
    func cost() throws {
        let geography = land.geography
        let base = Segment(of: try sketches.prefix(300).map { try $0.structure() }, in: geography)
        var overlay = Overlay.none
        var built = 0
        for sketch in sketches {
            let (earlier, latest) = (overlay.earlier, overlay.latest)
            overlay.take(changes([try sketch.structure(version: 2)]), over: base, in: geography)
            if overlay.earlier !== earlier { built += overlay.earlier.count }
            if overlay.latest !== latest { built += overlay.latest.count }
        }
        // Half of the latest at each change, and a part of all the others; anew each time it would be 180,300.
        #expect(built < 600 * (Overlay.latestLimit / 2 + 600 / Overlay.latestLimit), "\(built)")
        let snapshot = overlay.snapshot(over: base, in: geography, form: 0)
        #expect(snapshot.count == 600 && snapshot.overlaid == 600)
        #expect(sketches.allSatisfy { version(of: $0.id, in: snapshot) == 2 })
        let whole = Snapshot(
            geography: geography, base: Segment(of: try sketches.map { try $0.structure(version: 2) }, in: geography),
            overlay: .empty)
        #expect(snapshot.fingerprint == whole.fingerprint)
    }

    @Test("has the latest of each structure, in whatever order they are read, and nothing of what is no more")
    func order() throws {
        let geography = land.geography
        let base = Segment(of: try sketches.prefix(10).map { try $0.structure(version: 3) }, in: geography)
        var overlay = Overlay.none
        func take(_ sketch: Sketch, _ version: Int) throws {
            overlay.take(changes([try sketch.structure(version: version)]), over: base, in: geography)
        }
        func shown(_ sketch: Sketch) -> Int? {
            version(of: sketch.id, in: overlay.snapshot(over: base, in: geography, form: 0))
        }
        let (changed, new, ended) = (sketches[0], sketches[20], sketches[1])
        for version in [3, 2, 5, 4] { try take(changed, version) }
        try take(new, 1)
        #expect(shown(changed) == 5 && shown(new) == 1 && overlay.structures.count == 2)
        try take(ended, 4)
        let tombstone = Tombstone(id: ended.id, version: 5, removedAt: .distantPast, successor: nil)
        overlay.take(changes([], [tombstone]), over: base, in: geography)
        #expect(shown(ended) == nil && overlay.structures[ended.id] == nil)
        // Read again, from before its end.
        try take(ended, 4)
        #expect(shown(ended) == nil)
        #expect(overlay.snapshot(over: base, in: geography, form: 0).count == 10)
    }

    @Test("stays over a base that was read meanwhile where it is newer")
    func rebased() throws {
        let geography = land.geography
        let base = Segment(of: try sketches.prefix(10).map { try $0.structure() }, in: geography)
        var overlay = Overlay.none
        let ended = Tombstone(id: sketches[3].id, version: 2, removedAt: .distantPast, successor: nil)
        overlay.take(
            changes([try sketches[0].structure(version: 2), try sketches[1].structure(version: 3)], [ended]),
            over: base, in: geography)
        // It knows the first change, not the second, nor the end; and an end of its own.
        let versions = [2, 2]
        let next = Segment(
            of: try sketches.prefix(10).enumerated().filter { $0.offset != 4 }
                .map { try $0.element.structure(version: $0.offset < 2 ? versions[$0.offset] : 1) }, in: geography)
        let other = Tombstone(id: sketches[4].id, version: 2, removedAt: .distantPast, successor: nil)
        let later = overlay.over(next, [other], in: geography)
        let snapshot = later.snapshot(over: next, in: geography, form: 0)
        #expect(Set(later.structures.keys) == [sketches[1].id])
        #expect(version(of: sketches[0].id, in: snapshot) == 2 && version(of: sketches[1].id, in: snapshot) == 3)
        #expect(snapshot.count == 8 && Set(snapshot.tombstones.keys) == [ended.id, other.id])
    }
}
