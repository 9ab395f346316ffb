import Foundation
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

/// Every test here asks production and the oracle the same questions and wants the same structures in the same order.
///
/// One after the other and with pauses: they compute without end, and the tests beside them need a thread, too.
@Suite("Search, beside brute force", .serialized)
struct SearchOracleTests {
    private static let isFull = ProcessInfo.processInfo.environment["SPRO_FULL"] != nil

    @Test("finds the same in the same order, page by page", arguments: 0..<(isFull ? 20 : 4))
    func inMemory(round: Int) async throws {
        var random = SeededGenerator(seed: UInt64(7_000 + round))
        let land = Land.random(communes: 120, &random)
        let maker = SketchMaker(land: land)
        let sketches = maker.sketches(Self.isFull ? 5000 : 1200, &random)
        let snapshot = try Self.snapshot(of: sketches, maker, land, &random)
        let oracle = SearchOracle(sketches, land: land)
        for _ in 0..<(Self.isFull ? 1000 : 200) {
            await Task.yield()
            let question = Question.random(of: maker, &random)
            let expected = oracle.answer(question, day: 20_000)
            let limit = max(Int.random(in: 1...100, using: &random), min(100, expected.count / 6))
            let pages = try Self.pages(question, limit: limit, in: snapshot, day: 20_000)
            Agreement(expected).check(pages, question.path)
            try Self.checkFacets(question, of: oracle, in: snapshot)
        }
        Self.tally.tell("round \(round), \(sketches.count) structures")
    }

    @Test("answers as the directory stands at one moment, whoever edits it meanwhile")
    func edits() async throws {
        var random = SeededGenerator(seed: 1515)
        let land = Land.random(communes: 60, &random)
        let maker = SketchMaker(land: land)
        let edited = EditedDirectory(maker.sketches(250, &random), of: maker)
        let steps = Self.isFull ? 2000 : 60
        try await withThrowingTaskGroup(of: Int.self) { group in
            let seed = random.next()
            group.addTask {
                var random = SeededGenerator(seed: seed)
                for _ in 0..<steps {
                    try edited.edit(&random)
                    await Task.yield()
                }
                edited.end()
                return 0
            }
            for reader in 0..<3 {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(reader))
                    var asked = 0
                    while !edited.hasEnded || asked < 20 {
                        let moment = edited.moment
                        let oracle = SearchOracle(moment.sketches, land: land)
                        for _ in 0..<5 {
                            let question = Question.random(of: maker, &random)
                            let limit = Int.random(in: 10...100, using: &random)
                            let pages = try Self.pages(question, limit: limit, in: moment.snapshot, day: 20_000)
                            Agreement(oracle.answer(question, day: 20_000)).check(pages, question.path)
                            try Self.checkFacets(question, of: oracle, in: moment.snapshot)
                            asked += 1
                            await Task.yield()
                        }
                    }
                    return asked
                }
            }
            let asked = try await group.reduce(0, +)
            #expect(asked >= 60)
        }
        Self.tally.tell("\(steps) edits, \(edited.removals) removals, \(edited.rebuilds) bases")
        #expect(edited.removals > 5 && edited.rebuilds > 1)
        let moment = edited.moment
        let whole = Snapshot(
            geography: land.geography, base: Segment(of: Array(moment.structures.values), in: land.geography),
            overlay: .empty)
        #expect(moment.snapshot.fingerprint == whole.fingerprint && moment.snapshot.count == whole.count)
    }

    @Test("over the demo data")
    func demo() async throws {
        let demo = try DemoData()
        let geography = demo.land.geography
        let base = Segment(of: try demo.sketches.map { try $0.structure() }, in: geography, from: Self.day)
        let snapshot = Snapshot(geography: geography, base: base, overlay: Segment(of: [], in: geography))
        #expect(snapshot.count == demo.sketches.count)
        let oracle = SearchOracle(demo.sketches, land: demo.land)
        var random = SeededGenerator(seed: 52)
        var maker = SketchMaker(land: demo.land)
        maker.networks = Set(demo.sketches.flatMap(\.networks)).sorted()
        maker.kinds = Vocabulary.serviceKind.codes
        for _ in 0..<200 {
            await Task.yield()
            let question = Question.random(of: maker, &random)
            let pages = try Self.pages(question, limit: 20, in: snapshot, day: 20_001)
            Agreement(oracle.answer(question, day: 20_001)).check(pages, question.path)
            try Self.checkFacets(question, of: oracle, in: snapshot)
        }
        Self.tally.tell("the demo data")
    }

    /// A base and an overlay that together are these structures: of those in the overlay the base has either nothing
    /// or an older version, which looked quite different.
    private static func snapshot(
        of sketches: [Sketch], _ maker: SketchMaker, _ land: Land, _ random: inout SeededGenerator
    ) throws -> Snapshot {
        let geography = land.geography
        let older = maker.sketches(200, &random)
        var (base, overlay): ([Structure], [Structure]) = ([], [])
        for sketch in sketches {
            guard random.oneIn(9) else {
                base.append(try sketch.structure())
                continue
            }
            overlay.append(try sketch.structure(version: 2))
            if random.oneIn(3) { continue }
            let before = try random.pick(older).structure()
            base.append(Structure(id: sketch.id, draft: before.draft, version: 1, updatedAt: before.updatedAt))
        }
        let snapshot = Snapshot(
            geography: geography, base: Segment(of: base, in: geography, from: Self.day),
            overlay: Segment(of: overlay, in: geography, from: Self.day))
        #expect(snapshot.count == sketches.count)
        return snapshot
    }

    private static func checkFacets(_ question: Question, of oracle: SearchOracle, in snapshot: Snapshot) throws {
        guard !question.facets.isEmpty else { return }
        let search = try SearchParameters(
            QueryReader(question.parameters), geography: snapshot.geography, networks: .test(), cursors: cursors,
            now: ParisTime.midnight(20_000))
        let counts = snapshot.facets(search.query)
        #expect(Set(counts.keys.map(\.rawValue)) == Set(question.facets))
        for (facet, counts) in counts {
            let expected = oracle.counts(facet.rawValue, question)
            #expect(counts == expected, "\(facet) of \(question.path)")
        }
        tally.count(facets: counts.count)
    }

    /// Follows the cursors to the end. Midnight comes after the first page: the cursor keeps its day.
    private static func pages(
        _ question: Question, limit: Int, in snapshot: Snapshot, day: Int
    ) throws -> [SegmentSearch.Hit] {
        let subject = try #require(SearchQuery.Subject(rawValue: question.subject))
        var found: [SegmentSearch.Hit] = []
        var (cursor, count) = (String?.none, 0)
        repeat {
            count += 1
            var items = question.parameters + [("limit", String(limit))]
            if let cursor { items.append(("cursor", cursor)) }
            let search = try SearchParameters(
                QueryReader(items), of: subject,
                geography: snapshot.geography, networks: .test(), cursors: cursors,
                now: ParisTime.midnight(cursor == nil ? day : day + 1))
            let hits = snapshot.search(search.query)
            let page = hits.prefix(search.query.limit)
            #expect(hits.count <= limit + 1)
            found += page
            cursor = hits.count > page.count ? page.last.map { search.cursor(after: $0.key, cursors) } : nil
        } while cursor != nil && found.count <= 10 * snapshot.count
        tally.count(questions: 1, pages: count, found: found.count)
        return found
    }

    /// What was asked, told where the tests are told: a battery that asked nothing would agree with everybody.
    private static let tally = OracleTally()

    /// 15 October 2026: most times that questions ask for are among the exceptions reckoned beforehand, some are not.
    private static let day = 20_741

    private static let cursors = CursorCoder(
        Settings(environment: ["SPRO_CURSOR_KEY": Data((0..<32).map(UInt8.init)).base64EncodedString()]))
}
