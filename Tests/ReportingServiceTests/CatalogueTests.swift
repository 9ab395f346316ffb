import Charters
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
        for definition in Catalogue.shipped.definitions {
            let place = try #require(order.firstIndex(of: definition.quote.region))
            let name = try #require(names.first { $0.hasPrefix("00\(place)_") })
            let text = try String(contentsOf: Self.seeds.appending(path: name), encoding: .utf8)
            #expect(words(text).contains(words(definition.quote.text)), "\(definition.code)")
        }
    }

    private func words(_ text: String) -> String {
        text.precomposedStringWithCanonicalMapping.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test("are one of each indicator, with a total, and say which measure a charter's target is for")
    func shape() throws {
        let definitions = Catalogue.shipped.definitions
        #expect(definitions.map(\.code) == Vocabulary.indicator.codes)
        let charters = try CharterSet.shipped.charters.values
        for definition in definitions where definition.obstacle == nil {
            #expect(definition.plan.first == TableShape(.year), "\(definition.code)")
            let targeted = definition.measures.filter(\.hasTarget).count
            let isTargeted = charters.contains { $0.indicatorTargets[definition.code] != nil }
            #expect(isTargeted ? targeted == 1 : targeted <= 1, "\(definition.code)")
            for shape in definition.plan {
                #expect(
                    definition.parts.contains { shape.dimensions.isSubset(of: $0.population.dimensions) },
                    "\(definition.code) \(shape.name)")
            }
        }
        #expect(definitions.filter { $0.obstacle != nil }.map(\.code) == ["TRA1"])
        #expect(Catalogue.shipped.definition("CON1")?.reference == "CON1@1.1.0")
        #expect(Catalogue.shipped.definition("con1") == nil)
    }

    @Test("count nobody in a share of a whole who is not in the whole, of whatever is counted by weight")
    func ratios() {
        var random = SeededGenerator(seed: 11)
        // Shares of one source in another, of what is not the same people.
        let ofTwoSources = ["CEP2", "PRO2"]
        for definition in Catalogue.shipped.definitions where !ofTwoSources.contains(definition.code) {
            for part in definition.parts {
                for _ in 0..<300 {
                    let observation = Observation.random(of: part.population, &random)
                    for measure in part.measures {
                        guard case .ratio(let numerator, let denominator) = measure.formula else { continue }
                        let isInWhole = denominator.condition.holds(for: observation)
                        #expect(
                            !numerator.condition.holds(for: observation) || isInWhole,
                            "\(definition.code) \(measure.name)")
                    }
                }
            }
        }
    }

    @Test("judge what coordinates decide as they judge the whole")
    func coordinates() throws {
        var random = SeededGenerator(seed: 12)
        for definition in Catalogue.shipped.definitions {
            for part in definition.parts {
                let attributes = part.population.allAttributes
                let grid = Grid(shapes: definition.plan)
                for _ in 0..<200 {
                    let observation = Observation.random(of: part.population, &random)
                    guard let place = grid.coordinates(of: observation, attributes) else { continue }
                    for condition in part.measures.flatMap({ $0.sums + $0.groups.map(\.condition) }) {
                        let decided = condition.holds(at: place, telling: grid.dimensions)
                        #expect(decided == nil || decided == condition.holds(for: observation))
                    }
                }
            }
        }
    }
}
