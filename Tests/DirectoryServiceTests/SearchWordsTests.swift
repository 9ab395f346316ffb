import Foundation
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("Words of a search")
struct SearchWordsTests {
    @Test(
        "are folded as people type them",
        arguments: [
            ("Mission locale de Saint-Nazaire", "mission locale de saint nazaire"), ("ST NAZ", "saint naz"),
            ("Ste-Anne", "sainte anne"), ("L’Haÿ-les-Roses", "l hay les roses"), ("l'Œuvre", "l oeuvre"),
            ("ŒUVRE — æquo", "oeuvre aequo"), ("E\u{301}tape", "etape"), ("Étape", "etape"), ("ﬁn", "fin"),
            ("ＣＩＯ", "cio"), ("n° 2 (bis)", "n 2 bis"), ("Straße", "strasse"), ("Žďár Ł", "zdar ł"), ("…", ""),
            ("\u{301} a\u{301}", "a"),
        ])
    func folded(_ text: String, _ words: String) {
        #expect(FoldedWords.words(of: text).joined(separator: " ") == words)
    }

    @Test("that are typed may be a saint's, and the beginnings of others")
    func saints() throws {
        #expect(FoldedWords.typed("ST. Ste-Anne station") == ["st", "ste", "anne", "station"])
        #expect(FoldedWords.meanings(ofTyped: "st") == ["st", "saint"])
        #expect(FoldedWords.meanings(ofTyped: "ste") == ["ste", "sainte"])
        #expect(FoldedWords.meanings(ofTyped: "sta") == ["sta"])
        let names = ["Station F", "Mission de St-Nazaire", "Foyer Sainte-Anne", "Stephenson", "Nantes"]
        var random = SeededGenerator(seed: 4)
        let sketches = names.map { Sketch(id: .random(&random), name: $0, region: "52") }
        let base = Segment(of: try sketches.map { try $0.structure() }, in: .empty)
        let snapshot = Snapshot(geography: .empty, base: base, overlay: .empty)
        for (text, found) in [
            ("st", [0, 1, 2, 3]), ("ste", [2, 3]), ("saint", [1, 2]), ("sta", [0]), ("st naz", [1]), ("sainte", [2]),
            ("st f", [0, 2]), ("s", [0, 1, 2, 3]), ("stx", []),
        ] as [(String, Set<Int>)] {
            let search = try SearchParameters(
                QueryReader([(name: "q", value: text)]), geography: .empty, networks: .test(),
                cursors: CursorCoder.test, now: Date())
            let ids = Set(snapshot.search(search.query).map { $0.segment.ids[$0.ordinal] })
            #expect(ids == Set(found.map { sketches[$0].id }), "\(text)")
        }
    }

    @Test("begin the words of names, networks and communes, in any order")
    func index() throws {
        let geography = try DemoData().land.geography
        var builder = WordIndex.Builder()
        for sketch in Example.all { builder.append(try sketch.structure(), in: geography) }
        let index = builder.index(in: Array(Example.all.indices))
        func found(_ prefix: String) -> [String] {
            let words = index.words(beginning: prefix)
            let ordinals = Set(index.ordinals(with: words).map(Int.init)).sorted()
            #expect(index.count(of: words) == index.ordinals(with: words).count)
            #expect(Example.all.indices.allSatisfy { index.has($0, words) == ordinals.contains($0) })
            return ordinals.map { Example.all[$0].name }
        }
        let (mission, bretonne) = (Example.mission.name, Example.bretonne.name)
        #expect(found("mission") == [mission, bretonne])
        #expect(found("mi") == [mission, bretonne])
        #expect(found("naz") == [mission, Example.townHall.name])
        #expect(found("nant") == [Example.office.name])
        #expect(found("rennes") == [bretonne] && found("renness").isEmpty && found("ennes").isEmpty)
        #expect(found("cio") == [Example.office.name])
        #expect(found("").count == Example.all.count)
        #expect(found("zzz").isEmpty && found("0").isEmpty)
    }
}

@Suite("A box of a map")
struct BoundingBoxTests {
    @Test(
        "is read strictly",
        arguments: [
            ("", "wrong-format"), ("1,2,3", "wrong-format"), ("1,2,3,4,5", "wrong-format"), ("NaN,0,1,1", "wrong-type"),
            ("0,inf,1,1", "wrong-type"), ("1e0,0,2,1", "wrong-type"), (" 0,0,1,1", "wrong-type"),
            ("0,0,0,1", "empty-box"), ("0,0,1,0", "empty-box"), ("1,0,0,1", "empty-box"), ("0,1,1,0", "empty-box"),
            ("-181,0,1,1", "out-of-range"), ("0,-91,1,1", "out-of-range"), ("0,0,1,90.1", "out-of-range"),
        ])
    func wrong(text: String, code: String) {
        do throws(Flaw) {
            _ = try BoundingBox.rule.read(text)
            Issue.record("\(text) was read")
        } catch {
            #expect(error.code == code, "\(text)")
        }
    }

    @Test("holds its edges, and lies within its circle")
    func circle() throws {
        let box = try BoundingBox.rule.read("-2.5,47,-1,48.25")
        for (latitude, longitude, isInside) in [
            (47.0, -2.5, true), (48.25, -1.0, true), (47.5, -1.5, true), (46.9999, -1.5, false), (47.5, -0.9999, false),
        ] {
            let point = try #require(Coordinate(latitude: latitude, longitude: longitude))
            #expect(box.contains(point) == isInside)
        }
        var random = SeededGenerator(seed: 3)
        for _ in 0..<300 {
            let (west, south) = (
                Double.random(in: -180..<179, using: &random), Double.random(in: -90..<89, using: &random)
            )
            let box = BoundingBox(
                west: west, south: south, east: Double.random(in: west...180, using: &random).nextUp,
                north: Double.random(in: south...90, using: &random).nextUp)
            guard let center = box.center else { continue }
            for _ in 0..<50 {
                let drawn = Coordinate(
                    latitude: Double.random(in: box.south...min(box.north, 90), using: &random),
                    longitude: Double.random(in: box.west...min(box.east, 180), using: &random))
                let point = try #require(drawn)
                #expect(point.squaredChord(to: center) <= box.squaredChordLimit)
            }
        }
    }
}
