import Foundation
import Schema
import Support
import Testing

@testable import ReportingService

@Suite("Definitions")
struct CatalogueTests {
    private static let seeds = URL(filePath: Repository.path("")).appending(path: "../shared/seeds")

    // The specifications are no part of this repository: where they do not lie beside it, this is skipped.
    @Test(
        "carry a passage of the region's specification, word for word",
        .enabled(if: FileManager.default.fileExists(atPath: seeds.path), "../shared/seeds is not there"))
    func quotes() throws {
        let order = ["24", "52", "28", "53", "93"]
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.seeds.path).sorted()
        for definition in Catalogue.definitions {
            let place = try #require(order.firstIndex(of: definition.quote.region))
            let name = try #require(names.first { $0.hasPrefix("00\(place)_") })
            let text = try String(contentsOf: Self.seeds.appending(path: name), encoding: .utf8)
            #expect(words(text).contains(words(definition.quote.text)), "\(definition.code)")
        }
    }

    private func words(_ text: String) -> String {
        text.precomposedStringWithCanonicalMapping.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test("are of the catalogue, have a total and no table twice, and name each measure once")
    func shape() {
        #expect(Set(Catalogue.definitions.map(\.code)).count == Catalogue.definitions.count)
        for definition in Catalogue.definitions {
            #expect(Vocabulary.indicator.contains(definition.code))
            #expect(definition.plan.first == TableShape(.year))
            #expect(Set(definition.plan).count == definition.plan.count)
            #expect(Set(definition.measures.map(\.name)).count == definition.measures.count)
            #expect(definition.measures.filter(\.hasTarget).count == 1)
            #expect(Period.Length.allCases.allSatisfy { definition.plan.contains(TableShape($0)) })
        }
        #expect(Catalogue.definition("CON1")?.reference == "CON1@1.0.0")
        for definition in Catalogue.definitions
        where definition.plan.contains(where: { $0.dimensions.contains(.network) }) {
            #expect(definition.formula.en.contains("counts for the first of them by code"), "\(definition.code)")
        }
        #expect(Catalogue.definition("con1") == nil)
    }

    @Test("count nobody in a numerator who is not in its denominator")
    func ratios() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<5000 {
            let observation = Observation.random(&random)
            for definition in Catalogue.definitions {
                for measure in definition.measures {
                    guard case .ratio(let numerator, let denominator) = measure.formula else { continue }
                    #expect(!numerator.holds(for: observation) || denominator.holds(for: observation))
                    let coordinates = observation.coordinates
                    #expect(!numerator.holds(for: observation) || numerator.canHold(at: coordinates))
                    for group in measure.groups where group.contains(observation) {
                        #expect(group.canContain(coordinates))
                    }
                }
            }
        }
    }
}

extension Observation {
    /// Anything at all, in a small country in 2026.
    static func random(_ random: inout SeededGenerator, networks: Int = 3, territories: Int = 5) -> Observation {
        func some<Value>(_ value: Value, _ random: inout SeededGenerator) -> Value? { random.oneIn(12) ? nil : value }
        let territory = Int.random(in: 0..<territories, using: &random)
        let month = Period(text: "2026")?.parts(.month).randomElement(using: &random)
        let person: Person =
            switch Int.random(in: 0..<20, using: &random) {
            case 0: .unlinkable
            case 1: .erased
            default: .linked(Int.random(in: 0..<400, using: &random))
            }
        return Observation(
            coordinates: Coordinates(
                period: month, department: "D\(territory / 2)", territory: some("T\(territory)", &random),
                network: some("n\(Int.random(in: 0..<networks, using: &random))", &random),
                recipientNetwork: some("n\(Int.random(in: 0..<networks, using: &random))", &random)),
            person: person, outcome: random.pick(Vocabulary.outcome.codes),
            structures: Int.random(in: 1...4, using: &random), isAccepted: !random.oneIn(3),
            contactDelay: some(Int.random(in: 0..<2_000_000, using: &random), &random), isServed: random.oneIn(2))
    }
}
