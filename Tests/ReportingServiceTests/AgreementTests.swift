import Foundation
import Postgres
import Schema
import Support
import Testing
import Web

@testable import ReportingService

/// The indicators against plain SQL over the raw events, to the last digit.
@Suite("Agreement with the raw events")
struct AgreementTests {
    private static let year = Period(text: "2026")!

    @Test("CON1, CON5 and PAR4 are what the raw events say, cell by cell")
    func persons() async throws {
        let history = try History(seed: 41, demands: 7000)
        #expect(history.referral.count >= 20_000)
        try await withReportingDatabase { database in
            try await database.takeIn(history)
            let raw = try await RawEvents(history.directory + history.referral, into: database)
            let pool = database.pool(for: .runtime)
            for (code, all) in [
                ("CON1", try await raw.con1()), ("CON5", try await raw.con5()), ("PAR4", try await raw.par4()),
            ] {
                // What happened on either side of the year is told, too.
                let expected = all.filter { $0.key.contains("|2026") }
                #expect(expected.count < all.count)
                let definition = try #require(Catalogue.shipped.definition(code))
                let reading = try await ObservationRepository(pool: pool, charters: try .shipped).read(
                    definition.parts[0].population, region: "52", in: [Self.year], on: ParisClock.today)
                // Nobody is in fewer than one: nothing is hidden.
                let table = FigureTable(definition, reading.observations, threshold: 1)
                var found: [String: RawEvents.Cell] = [:]
                for shape in definition.plan {
                    for figure in table.figures(of: shape, in: Self.year.parts(shape.length)) {
                        guard case .shown(let value, let numerator, let denominator) = figure.content else { continue }
                        let key = figure.rawKey
                        found[key] = RawEvents.Cell(
                            value: value?.text, numerator: numerator, denominator: denominator,
                            groups: expected[key]?.groups ?? [])
                    }
                }
                #expect(found.count > 50 && found.count == expected.count, "\(code)")
                for (key, cell) in expected { #expect(found[key] == cell, "\(code) \(key)") }
            }
        }
    }

    @Test("What is served is what the raw events say, and shows no group of one to ten persons")
    func served() async throws {
        let history = try History(seed: 42, demands: 1200)
        try await withReporting(after: { try await $0.takeIn(history) }) { reporting in
            let raw = try await RawEvents(history.directory + history.referral, into: reporting.database)
            for (code, expected) in [
                ("CON1", try await raw.con1()), ("CON5", try await raw.con5()), ("PAR4", try await raw.par4()),
            ] {
                let definition = try #require(Catalogue.shipped.definition(code))
                var (shown, hidden) = (0, 0)
                for shape in definition.plan {
                    let by = shape.dimensions.map(\.rawValue).sorted() + [shape.length.name].filter { $0 != "year" }
                    let path =
                        "/v1/indicators/\(code)/data?region=52&period=2026"
                        + (by.isEmpty ? "" : "&by=\(by.joined(separator: ","))")
                    let json = try await reporting.get(path)
                    #expect(json.status == 200, "\(path) \(json.text.prefix(300))")
                    let rows = try #require(try json.json.object?["items"]?.array).compactMap(\.object)
                    #expect(!rows.isEmpty, "\(path)")
                    let csv = try await reporting.get(path + "&format=csv")
                    #expect(csv.text == Self.csv(rows), "\(path)")
                    for row in rows {
                        let key = [
                            "measure", "period", "department", "territory", "network", "recipient_network",
                        ].map { row[$0]?.string ?? "" }.joined(separator: "|")
                        let cell = try #require(expected[key], "\(code) \(key)")
                        if row["status"] == "c" {
                            hidden += 1
                            #expect(row["value"] == .null && row["numerator"] == .null && row["denominator"] == .null)
                            continue
                        }
                        shown += 1
                        #expect(cell.groups.allSatisfy { $0 == 0 || $0 >= 11 }, "\(code) \(key)")
                        #expect(Self.text(row["value"]) == cell.value, "\(code) \(key)")
                        #expect(row["numerator"]?.int == cell.numerator && row["denominator"]?.int == cell.denominator)
                    }
                }
                #expect(shown > 20 && hidden > 20, "\(code): \(shown) shown, \(hidden) hidden")
            }
        }
    }

    @Test("No sum of too few persons can be computed from all the tables together that are served")
    func attack() async throws {
        let history = try History(seed: 44, demands: 900)
        try await withReporting(after: { try await $0.takeIn(history) }) { reporting in
            let raw = try await RawEvents(history.directory + history.referral, into: reporting.database)
            let cells = try await raw.con1().filter { $0.key.contains("|2026") }
            let leaves = try await raw.leavesOfDemands().filter { $0.month.hasPrefix("2026") }
            let definition = try #require(Catalogue.shipped.definition("CON1"))
            var shown: [[Int]] = []
            var secrets: [[Int]] = []
            for shape in definition.plan {
                let by = shape.dimensions.map(\.rawValue).sorted() + [shape.length.name].filter { $0 != "year" }
                let path = "/v1/indicators/CON1/data?region=52&period=2026&by=\(by.joined(separator: ","))"
                let answer = try await reporting.get(by.isEmpty ? String(path.dropLast(4)) : path)
                for row in try #require(try answer.json.object?["items"]?.array).compactMap(\.object) {
                    guard row["measure"] == "within_limit" else { continue }
                    func fits(_ name: String, _ value: String?) -> Bool {
                        row[name] == .null || row[name]?.string == value
                    }
                    let sum = leaves.indices.filter { index in
                        let leaf = leaves[index]
                        let period = row["period"]?.string ?? ""
                        return [leaf.month, leaf.quarter, String(leaf.month.prefix(4))].contains(period)
                            && fits("department", leaf.department) && fits("territory", leaf.territory)
                            && fits("network", leaf.network)
                    }
                    if row["status"] == .null { shown.append(sum) }
                    let key = ["measure", "period", "department", "territory", "network", "recipient_network"]
                        .map { row[$0]?.string ?? "" }.joined(separator: "|")
                    if cells[key]?.groups.contains(where: { (1..<11).contains($0) }) == true { secrets.append(sum) }
                }
            }
            #expect(shown.count > 10 && secrets.count > 50)
            #expect(!Span(shown, leaves.count).reachesAny(of: secrets))
        }
    }

    @Test("ACC1 is what the raw structures and populations say, at the end of each period")
    func coverage() async throws {
        let history = try History(seed: 43, demands: 10)
        try await withReporting(after: { try await $0.takeIn(.directory, TestFeed(history.directory)) }) { reporting in
            let raw = try await RawEvents(history.directory, into: reporting.database)
            #expect(try await reporting.contribute(Inhabitants.csv(2023, factor: 90), type: "text/csv").status == 200)
            let later = Inhabitants.lines(2026, factor: 100).prefix(40).joined(separator: "\n")
            #expect(try await reporting.contribute(later).status == 200)
            for (year, factor, count) in [(2023, 90, Inhabitants.communes.count), (2026, 100, 40)] {
                for (place, commune) in Inhabitants.communes.prefix(count).enumerated() {
                    try await raw.populate(commune, year, (place + 3) * factor)
                }
            }
            var values: Set<String> = []
            for text in ["2025", "2025-Q1", "2025-Q3", "2026-01", "2026-03", "2026-06", "2026-Q1", "2026-Q2"] {
                let period = try #require(Period(text: text))
                let expected = try await raw.acc1(text, until: period.end)
                var seen = 0
                for by in ["", "&by=department", "&by=territory"] {
                    let answer = try await reporting.get("/v1/indicators/ACC1/data?region=52&period=\(text)\(by)")
                    let rows = try #require(try answer.json.object?["items"]?.array).compactMap(\.object)
                    for row in rows {
                        let key =
                            "coverage|\(text)|\(row["department"]?.string ?? "")|\(row["territory"]?.string ?? "")||"
                        let cell = try #require(expected[key], "\(key)")
                        #expect(Self.text(row["value"]) == cell.value, "\(key)")
                        #expect(row["numerator"]?.int == cell.numerator && row["denominator"]?.int == cell.denominator)
                        #expect(row["status"] == .null)
                        values.insert(cell.value ?? "")
                        seen += 1
                    }
                }
                #expect(seen == expected.count && seen == 9, "\(text)")
            }
            #expect(values.count > 8, "\(values)")
        }
    }

    private static func text(_ value: JSONValue?) -> String? {
        if case .number(let number)? = value { number.text } else { nil }
    }

    private static func csv(_ rows: [JSONObject]) -> String {
        let header = rows[0].members.map(\.name).joined(separator: ",")
        return
            ([header]
            + rows.map { row in
                row.members.map { _, value -> String in
                    switch value {
                    case .string(let text): text
                    case .number(let number): number.text
                    case .bool(let flag): "\(flag)"
                    default: ""
                    }
                }.joined(separator: ",")
            }).map { $0 + "\r\n" }.joined()
    }
}

extension Figure {
    fileprivate var rawKey: String {
        let place = key.place
        return [
            measure.name, key.period.text, place[.department], place[.territory], place[.network],
            place[.recipientNetwork],
        ].map { $0 ?? "" }.joined(separator: "|")
    }
}
