import Schema
import Support
import Testing

@testable import DemoActivity
@testable import DirectoryService

@Suite("Structures made up in any number")
struct CrowdTests {
    private func lines(_ count: Int, seed: UInt64) throws -> [[UInt8]] {
        var author = CrowdAuthor(places: try CrowdPlace.read(try DemoData.bytes("communes.csv")), seed: seed)
        return (0..<count).map { _ in author.structure() }
    }

    @Test("are taken by the import, every one, whatever the seed", arguments: [1, 2026] as [UInt64])
    func imported(seed: UInt64) async throws {
        let rules = StructureRules(geography: try DemoData().land.geography, networks: try .test())
        var report = ImportReport(subject: "structures")
        let lines = LineReader(Array(try lines(2000, seed: seed).joined(separator: [UInt8(ascii: "\n")])))
        var reader = StructureImport.reader(lines, rules: rules)
        let read = try await reader.rest(&report)
        #expect(report.complaints == [])
        #expect(read.count == 2000)
        // Of every kind that makes a search differ: with and without a place, a parent, zones.
        #expect(read.contains { $0.draft.location == nil } && read.contains { $0.draft.parentID != nil })
        #expect(read.contains { $0.draft.services[0].zones.isEmpty } && Set(read.map(\.region)).count == 5)
    }

    @Test("are the same for the same seed, the first ones of more")
    func seeded() throws {
        let some = try lines(50, seed: 7)
        #expect(try Array(lines(200, seed: 7).prefix(50)) == some)
        #expect(try lines(50, seed: 8) != some)
    }
}
