import Charters
import Foundation
import Postgres
import Schema
import Support
import Testing
import Web

@testable import ReportingService

/// Every indicator of the catalogue against plain SQL over what was told, to the last digit.
@Suite("Agreement of every indicator")
struct IndicatorAgreementTests {
    private static let year = Period(text: "2026")!
    /// What cannot be computed, and what the raw events do not tell.
    private static let notThere: Set<String> = ["TRA1", "GOV7"]
    /// What the charter of Pays de la Loire does not ask for, and what all of its communes have.
    private static let silent: Set<String> = ["ACC1", "ACC5", "GOV3", "GOV5"]

    @Test("Every cell of every table is what an independent computation says, and no other cell is there")
    func everyIndicator() async throws {
        let year = try ToldYear(seed: 81, demands: runs(7000, full: 70_000), answers: runs(2000, full: 6000))
        #expect(year.events.count >= runs(20_000, full: 200_000))
        try await compare(year, Oracle.Rules(region: "52")) { definition, cells in
            if !Self.silent.contains(definition.code) { Self.judge(definition, cells) }
        }
    }

    @Test("Neither is there in a region that asks structures for a label, and for reports, while the year runs")
    func labelledRegion() async throws {
        let today = try #require(CalendarDate(text: "2026-11-15"))
        let year = try ToldYear(movedToNormandie: try ToldYear(seed: 84, demands: 3000, answers: 900), by: today)
        let rules = Oracle.Rules(region: "28", asksLabel: true, reportScope: "structure", today: today)
        try await compare(year, rules) { definition, cells in
            if Self.silent.union(["ACC4"]).contains(definition.code) { Self.judge(definition, cells) }
        }
    }

    private func compare(
        _ year: ToldYear, _ rules: Oracle.Rules,
        _ judge: @Sendable @escaping (IndicatorDefinition, Oracle.Cells) -> Void
    ) async throws {
        try await withReporting { reporting in
            try await reporting.database.takeIn(.directory, TestFeed(year.directory))
            try await reporting.database.takeIn(.referral, TestFeed(year.referral))
            try await year.contribute(to: reporting)
            let clock = ContinuousClock()
            let beginning = clock.now
            let raw = try await Oracle(
                rules, year.events, year.contributed.filter { $0.region == rules.region }, on: ParisClock.today,
                into: reporting.database)
            let prepared = clock.now
            var compared = 0
            for definition in Catalogue.shipped.definitions where !Self.notThere.contains(definition.code) {
                let expected = try await raw.cells(of: definition)
                let found = try await Self.cells(of: definition, by: rules, reporting)
                Self.compare(definition, expected, found)
                judge(definition, expected)
                compared += expected.count
            }
            print(
                "Region \(rules.region): \(year.events.count) events, \(year.contributed.count) contributions;",
                "\(compared) cells; views in \(prepared - beginning), compared in \(clock.now - prepared)")
            #expect(compared > 5000)
        }
    }

    /// What the service's tables say, of which nothing is hidden where nobody is in fewer than one.
    private static func cells(
        of definition: IndicatorDefinition, by rules: Oracle.Rules, _ reporting: Reporting
    ) async throws -> Oracle.Cells {
        let repository = ObservationRepository(
            pool: reporting.database.pool(for: .runtime), charters: try .shipped)
        var cells: Oracle.Cells = [:]
        let begun = ParisClock.start(of: rules.today)
        for part in definition.parts {
            let lengths: [Period.Length?] =
                part.population.isOfMoments
                ? Period.Length.allCases.filter(definition.plan.map(\.length).contains) : [nil]
            for length in lengths {
                let periods = length.map { year.parts($0).filter { $0.start <= begun } } ?? [year]
                let reading = try await repository.read(
                    part.population, region: rules.region, in: periods, on: rules.today)
                let table = FigureTable(
                    part, plan: definition.plan, reading.observations, each: length, threshold: 1)
                for shape in definition.plan where length == nil || shape.length == length {
                    for figure in table.figures(of: shape, in: year.parts(shape.length))
                    where figure.key.period.start <= begun {
                        guard case .shown(let value, let numerator, let denominator) = figure.content else {
                            Issue.record("\(definition.code) hides \(figure.key)")
                            continue
                        }
                        let key = Oracle.key(figure.measure.name, figure.key.period.text) { figure.key.place[$0] }
                        cells[key] = Oracle.Cell(value: value?.text, numerator: numerator, denominator: denominator)
                    }
                }
            }
        }
        return cells
    }

    private static func compare(_ definition: IndicatorDefinition, _ expected: Oracle.Cells, _ found: Oracle.Cells) {
        let nothing = Oracle.Cell(value: nil, numerator: nil, denominator: nil)
        let different = Set(expected.keys).union(found.keys).sorted().filter { key in
            let (one, other) = (expected[key] ?? nothing, found[key] ?? nothing)
            return one != other && !(one.isEmpty && other.isEmpty && (expected[key] == nil || found[key] == nil))
        }
        guard !different.isEmpty else { return }
        let shown = different.prefix(12).map { key in
            "\(key): \(expected[key]?.description ?? "no cell") told, \(found[key]?.description ?? "no cell") served"
        }
        Issue.record(
            """
            \(definition.code): \(different.count) of \(expected.count) cells
            \(shown.joined(separator: "\n"))
            """)
    }

    /// Agreement about nothing would be none: every measure has values, and shares are neither nothing nor all.
    private static func judge(_ definition: IndicatorDefinition, _ cells: Oracle.Cells) {
        for measure in definition.measures {
            let own = cells.filter { $0.key.hasPrefix(measure.name + "|") }.values
            let told = own.filter { $0.value != nil }
            #expect(
                !own.isEmpty && told.count * 2 >= own.count,
                "\(definition.code) \(measure.name): \(told.count) of \(own.count)")
            if own.count > 3 {
                let values = Set(told.map(\.value))
                #expect(values.count > 2, "\(definition.code) \(measure.name): \(values)")
            }
            guard case .ratio = measure.formula else { continue }
            let shares = told.filter { cell in cell.numerator ?? 0 > 0 && cell.numerator ?? 0 < cell.denominator ?? 0 }
            #expect(!shares.isEmpty, "\(definition.code) \(measure.name)")
        }
    }
}
