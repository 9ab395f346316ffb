import Foundation
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DemoActivity
@testable import ReportingService

/// A year of a region for the independent computation: what both feeds tell, and what two clients of the region
/// contribute, who have the same references for different persons.
struct ToldYear: Sendable {
    let region: String
    let directory: [Event]
    let referral: [Event]
    let contributed: [Oracle.Contributed]

    private static let days = CalendarDate(text: "2025-01-01")!...CalendarDate(text: "2026-10-31")!
    /// For how many days the second client has said nothing.
    private static let silence = 150
    private static let kindsOfSecond = ["actions", "cep-episodes", "user-surveys"]

    /// By which the neighbour's territory is known to be its own.
    private static let commune = #"""
        {"external_id":"18033","commune":"18033","year":2023,"population":64000,"department":"18","region":"24",\#
        "territories":["territoire-spro:24-01"]}
        """#

    var events: [Event] { directory + referral }

    /// Of Pays de la Loire.
    init(seed: UInt64, demands: Int, answers: Int) throws {
        let year = try RegionYear(seed: seed, demands: demands)
        (region, directory, referral) = (RegionYear.region, year.directory, year.referral)
        let places = Self.places(year)
        let territories = RegionYear.territories.map(\.key)
        let first = ContributedYear(
            seed: seed + 1, places: places, territories: territories, days: Self.days, size: answers)
        let second = ContributedYear(
            seed: seed + 2, places: places, territories: territories, days: Self.days, size: answers / 3)
        // Another region invites and lists this one's structures.
        let neighbour = ContributedYear(
            seed: seed + 4, places: places, territories: ["territoire-spro:24-01"], days: Self.days, size: answers / 3)
        contributed =
            first.records.keys.sorted().flatMap { kind in
                first.lines(kind).map { Oracle.Contributed(kind: kind, client: "region", record: $0) }
            }
            + Self.reports(of: places, seed: seed + 3)
            + Self.kindsOfSecond.flatMap { kind in
                second.lines(kind).map {
                    Oracle.Contributed(kind: kind, client: "second", record: $0, daysAgo: Self.silence)
                }
            }
            + [("reference-population", Self.commune)].map {
                Oracle.Contributed(kind: $0, client: "neighbour", region: "24", record: $1)
            }
            + neighbour.lines("actions").map {
                Oracle.Contributed(kind: "actions", client: "neighbour", region: "24", record: $0)
            }
    }

    /// What of the same had been told by a day, as if it had happened in Normandie, whose charter asks for a label and
    /// for reports.
    init(movedToNormandie year: ToldYear, by today: CalendarDate) throws {
        region = "28"
        let now = ParisClock.start(of: today)
        directory = try year.directory.filter { $0.time < now }.map(Self.moved).filter { event in
            // There are few conventions.
            if case .conventionChanged(let change) = event.data { change.convention.text < "4" } else { true }
        }
        referral = try year.referral.filter { $0.time < now }.map(Self.moved)
        contributed = year.contributed.map { one in
            var record = Self.moved(one.record)
            for (code, other) in [
                ("cio", "mission-locale"), ("crefop", "region"), ("groupe-technique-regional", "carif-oref"),
            ] { record = record.replacing("\"\(code)\"", with: "\"\(other)\"") }
            // Structures keep the networks that they have there.
            if one.kind == "web-statistics", record.contains("\"structure\":\"") {
                record = record.replacing(/"network":"[^"]*"/, with: "\"network\":null")
            }
            return Oracle.Contributed(
                kind: one.kind, client: one.client, region: one.region == year.region ? "28" : one.region,
                record: record, daysAgo: one.daysAgo)
        }
    }

    /// Posts everything: out of order, in several files, some of it twice.
    func contribute(to reporting: Reporting) async throws {
        var random = SeededGenerator(seed: 1)
        for (client, own) in Dictionary(grouping: contributed, by: \.client) {
            let token = try await TestIssuer.shared.token(
                scopes: [.reportingContribute], clientID: client, region: own[0].region)
            // Places ahead of what happened there.
            for (kind, records) in Dictionary(grouping: own, by: \.kind).sorted(by: { $0.key > $1.key }) {
                let lines = records.map(\.record).shuffled(using: &random)
                for start in stride(from: 0, to: lines.count, by: 1500) {
                    let part = lines[start..<min(start + 1500, lines.count)]
                    for text in [part, part.prefix(70)] {
                        let answer = try await reporting.contribute(
                            text.joined(separator: "\n"), token: token, kind: kind)
                        #expect(answer.status == 200, "\(kind) \(answer.text.prefix(600))")
                    }
                }
            }
        }
        _ = try await Connection.with(reporting.database.superuserConfiguration) { connection in
            try await connection.query(
                """
                update cep_episodes set contributed_at = contributed_at - \(Self.silence)::int * interval '1 day'
                where contributed_by = 'second'
                """)
        }
    }

    /// What most structures file about their year.
    private static func reports(of places: [ContributedYear.Place], seed: UInt64) -> [Oracle.Contributed] {
        var random = SeededGenerator(seed: seed)
        return places.filter { _ in random.chance(70) }.map { place in
            let filed = random.oneIn(5) ? "" : #","filed_on":"2026-0\#(random.int(2...4))-\#(random.int(10...28))""#
            let due = random.oneIn(6) ? "" : #","due_on":"2026-03-31""#
            let state = random.chance(40) ? "accepted" : random.pick(Vocabulary.reportState.codes)
            return Oracle.Contributed(
                kind: "plans-and-reports", client: "region",
                record: #"{"external_id":"\#(place.id.text)","kind":"report","scope":"structure","#
                    + #""subject":"\#(place.id.text)","year":2026,"state":"\#(state)""#
                    + filed + due + "}")
        }
    }

    private static func places(_ year: RegionYear) -> [ContributedYear.Place] {
        var last: [UUID: StructureChange] = [:]
        for case .structureChanged(let change) in year.directory.map(\.data)
        where change.region == RegionYear.region && change.version >= last[change.id]?.version ?? 0 {
            last[change.id] = change
        }
        return last.values.sorted { $0.id < $1.id }.map { change in
            ContributedYear.Place(
                id: change.id, network: CountedUnder.network(among: change.networks),
                territory: CountedUnder.territory(among: change.locatedIn))
        }
    }

    private static func moved(_ event: Event) throws -> Event {
        var json = JSONWriter(reservingCapacity: 512)
        event.write(.reporting, to: &json)
        let text = moved(String(decoding: json.bytes, as: UTF8.self))
        return try ObjectReader.read(try JSONValue(parsing: Array(text.utf8)), Event.init)
    }

    /// Codes of regions, departments, communes and territories in JSON.
    private static func moved(_ text: String) -> String {
        let departments = ["44": "14", "49": "27", "53": "50", "72": "61", "85": "76", "52": "28"]
        func other(_ code: Substring) -> String { departments[String(code)] ?? String(code) }
        return text.replacing(/"(44|49|52|53|72|85)(\d\d\d)?"/) { "\"\(other($0.1))\($0.2 ?? "")\"" }
            .replacing(/"departement:(\d\d)"/) { "\"departement:\(other($0.1))\"" }
            .replacing("territoire-spro:52-", with: "territoire-spro:28-")
            .replacing("\"region:52\"", with: "\"region:28\"")
            // Those that have the label are to serve a part of the region.
            .replacing(/"type":"(region|departement)","code":"\d\d"/, with: #""type":"commune","code":"14101""#)
    }
}
