import Schema
import Support
import Testing

@testable import ReportingService

/// The tables against a count of each cell by itself.
@Suite("Tables of figures")
struct FigureTableTests {
    private static let year = Period(text: "2026")!

    private func observations(
        _ count: Int, seed: UInt64, of population: any Population.Type = Episodes.self
    ) -> [Observation] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in .random(of: population, &random) }
    }

    private func inCell(
        _ key: CellKey, _ observation: Observation, of population: any Population.Type = Episodes.self
    ) -> Bool {
        guard let month = observation.period else { return false }
        return month.within(key.period.length) == key.period
            && Dimension.allCases.allSatisfy { dimension in
                key.place[dimension].map { observation.codes(of: dimension, in: population).contains($0) } ?? true
            }
    }

    @Test("add up what each cell holds, to the last digit", arguments: ["CON1", "CON5", "PAR4"])
    func sums(code: String) throws {
        let definition = try #require(Catalogue.shipped.definition(code))
        let all = observations(3000, seed: 3, of: definition.parts[0].population)
        // Nobody is in fewer than one: nothing is hidden.
        let table = FigureTable(definition, all, threshold: 1)
        var checked = 0
        for shape in definition.plan {
            for figure in table.figures(of: shape, in: Self.year.parts(shape.length)) {
                let members = all.filter { inCell(figure.key, $0, of: definition.parts[0].population) }
                guard case .shown(let value, let numerator, let denominator) = figure.content else {
                    Issue.record("hidden: \(figure.key)")
                    continue
                }
                switch figure.measure.formula {
                case .ratio(let part, let whole):
                    let counts = (
                        members.filter(part.condition.holds).count, members.filter(whole.condition.holds).count
                    )
                    #expect(numerator == counts.0 && denominator == counts.1)
                    #expect(value == Hundredths(percent: counts.0, of: counts.1))
                case .count(let count):
                    #expect(value == Hundredths(members.filter(count.condition.holds).count))
                case .median(let attribute, let condition):
                    #expect(numerator == nil && denominator == nil)
                    let numbers = members.filter(condition.holds).compactMap { $0.number(attribute) }
                    #expect(value == Hundredths(medianOf: numbers, scale: attribute.scale))
                default: Issue.record("\(figure.measure.name)")
                }
                checked += 1
            }
        }
        #expect(checked > 30)
    }

    @Test("show no group of one to ten persons", arguments: ["CON1", "CON5", "PAR4"])
    func primary(code: String) throws {
        let definition = try #require(Catalogue.shipped.definition(code))
        var (shown, hidden) = (0, 0)
        for count in [150, 900] {
            let all = observations(count, seed: 5, of: definition.parts[0].population)
            let table = FigureTable(definition, all, threshold: 11)
            for shape in definition.plan {
                for figure in table.figures(of: shape, in: Self.year.parts(shape.length)) {
                    guard case .shown = figure.content else {
                        hidden += 1
                        continue
                    }
                    shown += 1
                    for group in figure.measure.groups {
                        let people = all.filter {
                            inCell(figure.key, $0, of: definition.parts[0].population) && group.condition.holds(for: $0)
                        }.map(\.person)
                        let erased = people.contains(.erased) ? 1 : 0
                        let linked = Set(people.filter { $0 != .erased && $0 != .unlinkable }).count
                        let size = linked + people.filter { $0 == .unlinkable }.count + erased
                        #expect(size == 0 || size >= 11, "\(figure.key) \(figure.measure.name)")
                    }
                }
            }
        }
        #expect(shown > 5 && hidden > 5)
    }

    @Test("are the same whatever the order of what they count, and hide the same")
    func order() throws {
        let definition = try #require(Catalogue.shipped.definition("CON1"))
        let all = observations(1500, seed: 9)
        var random = SeededGenerator(seed: 1)
        func texts(_ observations: [Observation]) -> [String] {
            let table = FigureTable(definition, observations, threshold: 11)
            return definition.plan.flatMap { table.figures(of: $0, in: Self.year.parts($0.length)) }
                .map { "\($0.key) \($0.measure.name) \($0.content)" }
        }
        let first = texts(all)
        for _ in 0..<3 { #expect(texts(all.shuffled(using: &random)) == first) }
    }

    @Test("count an erased person as one with all other erased ones, so that an erasure uncovers nothing")
    func erasure() throws {
        let definition = try #require(Catalogue.shipped.definition("CON1"))
        let month = try #require(Period(text: "2026-05"))
        func demand(_ person: Observation.Person) -> Observation {
            .episode(in: month, network: "n", person)
        }
        func isShown(_ observations: [Observation]) throws -> Bool {
            let table = FigureTable(definition, observations, threshold: 11)
            let figure = try #require(table.figures(of: TableShape(.year), in: [Self.year]).first)
            if case .shown = figure.content { return true } else { return false }
        }
        // One person with twelve demands, before and after being forgotten; then twelve persons.
        #expect(try !isShown((0..<12).map { _ in demand(.linked(1)) }))
        #expect(try !isShown((0..<12).map { _ in demand(.erased) }))
        #expect(try isShown((0..<12).map { demand(.linked($0)) }))
        #expect(try isShown((0..<10).map { demand(.linked($0)) } + [demand(.erased), demand(.erased)]))
    }

    @Test("show no group of those whose network or department nobody knows by what is left of a total")
    func unknownCoordinates() throws {
        let definition = try #require(Catalogue.shipped.definition("CON1"))
        let month = try #require(Period(text: "2026-05"))
        func demands(_ count: Int, from first: Int, network: String?) -> [Observation] {
            (first..<first + count).map { number in
                .episode(in: month, network: network, .linked(number))
            }
        }
        func shown(_ unknown: Int) -> [Set<Dimension>] {
            let all = demands(30, from: 0, network: "n") + demands(unknown, from: 30, network: nil)
            let table = FigureTable(definition, all, threshold: 11)
            return definition.plan.filter { $0.length == .year }.filter { shape in
                table.figures(of: shape, in: [Self.year]).contains { figure in
                    guard figure.measure.name == "within_limit", case .shown = figure.content else { return false }
                    return true
                }
            }.map(\.dimensions)
        }
        let totals: [Set<Dimension>] = [[], [.department], [.territory]]
        // Four of a network that nobody knows: their network's figures give them away, where a total is shown.
        for dimensions in shown(4) { #expect(totals.contains(dimensions), "\(dimensions)") }
        #expect(shown(4).contains([]))
        for unknown in [0, 11] { #expect(shown(unknown).contains([.network]), "\(unknown)") }
    }

    @Test("show a table without a breakdown also where nothing happened")
    func empty() throws {
        let definition = try #require(Catalogue.shipped.definition("CON5"))
        let figures = FigureTable(definition, [], threshold: 11).figures(of: TableShape(.year), in: [Self.year])
        #expect(figures.count == 2)
        #expect(figures.allSatisfy { if case .shown(nil, _, _) = $0.content { true } else { false } })
    }
}
