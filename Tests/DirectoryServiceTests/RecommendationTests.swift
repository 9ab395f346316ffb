import Foundation
import NIOHTTP1
import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("Recommendations")
struct RecommendationTests {
    private static let now = ParisTime.wall(at: Date(timeIntervalSince1970: 1_790_000_000))

    /// A land with structures of every kind, in a base and an overlay.
    private struct World {
        let land: Land
        let sketches: [Sketch]
        let snapshot: Snapshot
        let oracle: RecommendationOracle

        init(_ random: inout SeededGenerator, change: (Sketch) -> Sketch = { $0 }) throws {
            land = Land.random(communes: 60, &random)
            var maker = SketchMaker(land: land)
            maker.kinds = ["cep-conseil", "accueil-information"]
            sketches = maker.sketches(160, &random).map { Self.detailed($0, &random) }
            let shown = sketches.map(change)
            snapshot = Snapshot(
                geography: land.geography,
                base: Segment(
                    of: try shown.prefix(120).map { try $0.structure() }, in: land.geography,
                    from: RecommendationTests.now.day),
                overlay: Segment(
                    of: try shown.dropFirst(120).map { try $0.structure() }, in: land.geography,
                    from: RecommendationTests.now.day))
            oracle = RecommendationOracle(land: land, sketches: sketches)
        }

        private static func detailed(_ sketch: Sketch, _ random: inout SeededGenerator) -> Sketch {
            var sketch = sketch
            (sketch.closure, sketch.openingHours) = (nil, random.pick(["24/7", "off", nil]))
            sketch.offers = sketch.offers.map { offer in
                var offer = offer
                offer.openingHours = random.oneIn(4) ? random.pick(["24/7", "off"]) : nil
                offer.situations = random.some(
                    max(0, random.int(-2...2)), of: ["handicap", "illettrisme", "jeune-16-30"])
                if random.oneIn(3) { offer.ageMin = random.int(14...30) }
                if random.oneIn(3) { offer.ageMax = random.int(30...99) }
                if random.oneIn(2) { offer.leadTime = random.int(0...20) }
                return offer
            }
            return sketch
        }

        func need(_ random: inout SeededGenerator) -> Need {
            var need = Need()
            let place = random.pick(land.places)
            if !random.oneIn(5) { need.commune = place.code }
            if need.commune == nil || random.oneIn(3) { need.near = .random(around: place.point, within: 0.1, &random) }
            if random.oneIn(2) { need.radius = random.pick([3, 15, 80]) }
            need.service = random.pick(["cep-conseil", "accueil-information"])
            need.audiences = random.some(random.int(0...2), of: SketchMaker.audiences)
            need.situations = random.some(random.int(0...2), of: ["handicap", "illettrisme", "parent"])
            if random.oneIn(2) { need.age = random.int(12...70) }
            need.channels = random.some(random.int(0...2), of: SketchMaker.channels)
            need.urgency = random.pick([nil, "normale", "haute", "immediate"])
            if random.oneIn(3) { need.excludedNetworks = ["mission-locale"] }
            if random.oneIn(3) { need.excludedStructures = random.some(5, of: sketches.map(\.id)) }
            return need
        }

        func recommending(_ need: Need, on wall: ParisTime.Wall = RecommendationTests.now) throws -> Recommending {
            Recommending(
                try need.draft, for: need.commune.flatMap(snapshot.geography.commune), in: snapshot,
                excluding: Set(need.excludedStructures), now: wall)
        }
    }

    @Test("are in the order of brute force, and so are the alternatives", arguments: 0..<10)
    func order(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed) + 7_000)
        let world = try World(&random)
        var (suited, other) = (0, Set<String>())
        for _ in 0..<60 {
            let need = world.need(&random)
            let recommending = try world.recommending(need)
            let expected = world.oracle.suited(need, day: Self.now.day)
            for count in [0, 1, 3, 1000] {
                let found = recommending.suited(upTo: count)
                #expect(found.best.map(\.plain) == Array(expected.prefix(count)), "\(count) \(need.json)")
                #expect(found.count == expected.count, "\(need.json)")
            }
            suited += expected.isEmpty ? 0 : 1
            let known = Set(expected.map(\.structure))
            for count in [1, 5, 40] {
                let alternatives = recommending.alternatives(beside: known, upTo: count)
                #expect(
                    alternatives.map(\.plain)
                        == world.oracle.alternatives(need, day: Self.now.day, beside: known, upTo: count),
                    "\(count) \(need.json)")
                other.formUnion(alternatives.flatMap(\.unmet))
            }
        }
        #expect(suited > 20 && other == ["other-channel", "beyond-radius"], "\(suited) \(other)")
    }

    @Test("cannot be bought: what says nothing of suitability changes no rank")
    func neutrality() throws {
        for seed in 0..<6 {
            var (random, again) = (
                SeededGenerator(seed: 8_000 + UInt64(seed)), SeededGenerator(seed: 8_000 + UInt64(seed))
            )
            let plain = try World(&random)
            let decorated = try World(&again) { sketch in
                var sketch = sketch
                sketch.name = "AAA " + sketch.name
                if sketch.status != "point-de-contact" { sketch.status = "signataire" }
                sketch.networks = ["apec", "cio"] + sketch.networks.filter { !["apec", "cio"].contains($0) }
                (sketch.label, sketch.languages, sketch.accessibility) = (
                    "accorde", ["fr", "en", "ar"], SketchMaker.accessibility
                )
                return sketch
            }
            for _ in 0..<40 {
                var need = plain.need(&random)
                need.excludedNetworks = []
                #expect(
                    try plain.recommending(need).suited(upTo: .max).best.map(\.plain)
                        == decorated.recommending(need).suited(upTo: .max).best.map(\.plain), "\(need.json)")
            }
        }
    }

    @Test("let equals take turns from day to day, and say the same all day")
    func turns() throws {
        var random = SeededGenerator(seed: 9_000)
        let land = Land.random(communes: 10, &random)
        let place = land.places[0]
        let equals = (0..<5).map { number in
            var sketch = Sketch(id: .random(&random), name: "Pareille \(number)")
            (sketch.commune, sketch.point) = (place.code, place.point)
            sketch.offers = [
                Sketch.Offer(id: .random(&random), kind: "cep-conseil", channels: ["presentiel"], zones: [])
            ]
            return sketch
        }
        let snapshot = Snapshot(
            geography: land.geography, base: Segment(of: try equals.map { try $0.structure() }, in: land.geography),
            overlay: .empty)
        var first: Set<UUID> = []
        for day in 0..<60 {
            let orders = try [3_600.0, 40_000].map { second in
                let instant = Date(timeIntervalSince1970: 1_790_035_200 + Double(day) * 86_400 + second)
                return Recommending(
                    try Need(commune: place.code).draft, for: snapshot.geography.commune(place.code), in: snapshot,
                    excluding: [], now: ParisTime.wall(at: instant)
                ).suited(upTo: .max).best.map(\.structure)
            }
            #expect(orders[0] == orders[1] && orders[0].count == 5)
            first.formUnion(orders[0].prefix(1))
        }
        #expect(first.count == 5)
    }

    @Test("every part of a need tells: each changes what is recommended")
    func everyMember() throws {
        var random = SeededGenerator(seed: 9_100)
        let world = try World(&random)
        let changes: [(String, (inout Need) -> Void)] = [
            ("commune", { $0.commune = world.land.places[5].code }), ("near", { $0.near = world.land.places[9].point }),
            ("radius_km", { $0.radius = 200 }), ("service", { $0.service = "accueil-information" }),
            ("audiences", { $0.audiences = ["scolaire"] }), ("situations", { $0.situations = ["handicap"] }),
            ("age", { $0.age = 16 }), ("channels", { $0.channels = ["visio"] }),
            ("urgency", { $0.urgency = "haute" }), ("networks", { $0.excludedNetworks = ["cio"] }),
        ]
        for (name, change) in changes {
            let isFelt = try world.land.places.contains { place in
                let need = Need(commune: place.code, radius: 60)
                var changed = need
                change(&changed)
                return try world.recommending(need).suited(upTo: .max).best.map(\.plain)
                    != world.recommending(changed).suited(upTo: .max).best.map(\.plain)
            }
            #expect(isFelt, "\(name)")
        }
    }
}

extension Recommendation {
    var plain: RecommendationOracle.Found {
        RecommendationOracle.Found(structure: structure, offer: suitability.offer, unmet: unmet.first)
    }
}
