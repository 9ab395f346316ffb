import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import ReportingService

@Suite("Reading indicators")
struct FiguresRoutesTests {
    /// The parameters that a refusal names.
    private func pointers(_ answer: RunningService.Answer) throws -> Set<String> {
        Set((try answer.json.object?["errors"]?.array ?? []).compactMap { $0.object?["pointer"]?.string })
    }

    private func rows(_ answer: RunningService.Answer) throws -> [JSONObject] {
        (try answer.json.object?["items"]?.array ?? []).compactMap(\.object)
    }

    @Test("names every parameter that is wrong, unknown or contradicts another")
    func refusals() async throws {
        try await withReporting { reporting in
            let year = ParisClock.today.year
            for (query, expected): (String, Set<String>) in [
                ("", ["region", "period"]), ("region=99&period=2026-13&x=1", ["region", "period", "x"]),
                ("region=52&period=2026&region=52", ["region"]), ("region=52&period=\(year + 1)", ["period"]),
                ("region=52&period=2025-02&by=quarter", ["by"]), ("region=52&period=2025-Q1&by=quarter", ["by"]),
                ("region=52&period=2025&by=quarter,month", ["by"]), ("region=52&period=2025&by=commune", ["by"]),
                ("region=52&period=2025&by=territory,department", ["by"]),
                ("region=52&period=2025&by=network,network", ["by"]),
                ("region=52&period=2025&by=department&territory=territoire-spro:52-01", ["by"]),
                ("region=52&period=2025&territory=epci:244400404", ["territory"]),
                ("region=52&period=2025&territory=52-01&network=CIO", ["territory", "network"]),
                // In no table of the plan: territory by network is published for years only.
                ("region=52&period=2025&by=territory,network,quarter", ["by"]),
                ("region=52&period=2025-01&by=territory", ["by"]),
                ("region=52&period=2025&by=recipient_network", ["by"]),
                ("region=52&period=2025&format=xml", ["format"]),
            ] {
                let answer = try await reporting.get("/v1/indicators/CON5/data?\(query)")
                #expect(answer.status == 400, "\(query)")
                #expect(try pointers(answer) == expected, "\(query)")
            }
            for code in ["con5", "QUA99", "X", "CON5%20"] {
                let answer = try await reporting.get("/v1/indicators/\(code)/data?region=52&period=2025")
                #expect(answer.status == 404, "\(code)")
                #expect(try await reporting.get("/v1/indicators/\(code)").status == 404)
            }
        }
    }

    @Test("answers every table of every plan, for filters and parts of a year, also without any data")
    func tables() async throws {
        try await withReporting { reporting in
            for definition in Catalogue.shipped.definitions {
                for shape in definition.plan {
                    let by = shape.dimensions.map(\.rawValue).sorted().joined(separator: ",")
                    let period = ["year": "2025", "quarter": "2025-Q2", "month": "2025-05"][shape.length.name] ?? ""
                    let answer = try await reporting.get(
                        "/v1/indicators/\(definition.code)/data?region=52&period=\(period)"
                            + (by.isEmpty ? "" : "&by=\(by)"))
                    #expect(answer.status == 200, "\(definition.code) \(shape.name)")
                    #expect(try rows(answer).count == (by.isEmpty ? definition.measures.count : 0))
                }
            }
            let months = try rows(try await reporting.get("/v1/indicators/CON1/data?region=52&period=2025&by=month"))
            #expect(months.count == 36 && months.allSatisfy { $0["value"] == .null || $0["unit"] == "count" })
            #expect(months.allSatisfy { $0["data_through"] == .null && $0["experimental"] == false })
        }
    }

    @Test("gives the target of the region's charter to the measure that it is meant for, and to no other region")
    func targets() async throws {
        try await withReporting { reporting in
            func targets(_ code: String, _ region: String) async throws -> [JSONValue?] {
                try rows(try await reporting.get("/v1/indicators/\(code)/data?region=\(region)&period=2025"))
                    .map { $0["target"] }
            }
            #expect(try await targets("CON1", "52") == [100, .null, .null])
            #expect(try await targets("CON1", "53") == [.null, .null, .null])
            #expect(try await targets("ACC1", "28") == [100])
            #expect(try await targets("ACC1", "52") == [.null])
            let list = try await reporting.get("/v1/indicators")
            let items = try #require(try list.json.object?["items"]?.array).compactMap(\.object)
            #expect(items.map { $0["code"]?.string } == Vocabulary.indicator.codes)
            let con1 = try #require(items.first { $0["code"] == "CON1" })
            #expect(try await reporting.get("/v1/indicators/CON1").json == .object(con1))
            #expect(con1["targets"]?.array?.compactMap { $0.object?["region"]?.string } == ["52"])
            #expect(con1["least_persons"] == 11 && items[0]["least_persons"] == .null)
            let trajectories = try #require(items.first { $0["code"] == "TRA1" })
            #expect(trajectories["not_computable"]?.object?["fr"]?.string != nil && con1["not_computable"] == .null)
            let data = try await reporting.get("/v1/indicators/TRA1/data?region=52&period=2025")
            #expect(data.status == 409 && data.text.contains("calculé"))
        }
    }

    @Test("filters rows of a table that is published, and shows of them what the table shows")
    func filters() async throws {
        let history = try History(seed: 51, demands: 1500)
        try await withReporting(after: { try await $0.takeIn(history) }) { reporting in
            let path = "/v1/indicators/CON5/data?region=52&period=2026"
            let all = try rows(try await reporting.get(path + "&by=territory,network"))
            let territory = try rows(try await reporting.get(path + "&by=network&territory=territoire-spro:52-02"))
            #expect(!territory.isEmpty && territory == all.filter { $0["territory"] == "territoire-spro:52-02" })
            let network = try rows(try await reporting.get(path + "&by=territory&network=cio"))
            #expect(!network.isEmpty && network == all.filter { $0["network"] == "cio" })
            let both = try rows(try await reporting.get(path + "&territory=territoire-spro:52-02&network=cio"))
            #expect(both == network.filter { $0["territory"] == "territoire-spro:52-02" })
            let matrix = try rows(try await reporting.get(path + "&by=network,recipient_network"))
            let sent = try rows(try await reporting.get(path + "&by=recipient_network&network=cio"))
            #expect(!sent.isEmpty && sent == matrix.filter { $0["network"] == "cio" })
            let quarters = try rows(try await reporting.get(path + "&by=quarter"))
            let third = try rows(try await reporting.get("/v1/indicators/CON5/data?region=52&period=2026-Q3"))
            let count = third[0]["denominator"]?.int
            #expect(count != nil && count == quarters.first { $0["period"] == "2026-Q3" }?["denominator"]?.int)
            #expect(try rows(try await reporting.get(path + "&territory=territoire-spro:52-99")).isEmpty)
        }
    }

    @Test("answers JSON or CSV as the parameter says, else as Accept prefers, and nothing else")
    func formats() async throws {
        try await withReporting { reporting in
            let path = "/v1/indicators/ACC1/data?region=52&period=2025"
            for (accept, type): (String?, String) in [
                (nil, "application/json"), ("*/*", "application/json"), ("text/csv", "text/csv; charset=utf-8"),
                ("text/*", "text/csv; charset=utf-8"), ("text/csv;q=0.5, application/json", "application/json"),
                ("application/json;q=0.1, text/csv", "text/csv; charset=utf-8"),
                ("text/html, application/xhtml+xml, */*;q=0.8", "application/json"),
            ] {
                let answer = try await reporting.get(path, accept.map { [("Accept", $0)] } ?? [])
                #expect(answer.status == 200 && answer.headers["content-type"] == [type], "\(accept ?? "none")")
                #expect(answer.headers["vary"].contains("Accept"))
            }
            let named = try await reporting.get(path + "&format=csv", [("Accept", "application/json")])
            #expect(named.headers["content-type"] == ["text/csv; charset=utf-8"])
            for accept in ["text/html", "text/csv;q=0, application/xml", "application/json;q=0"] {
                #expect(try await reporting.get(path, [("Accept", accept)]).status == 406, "\(accept)")
            }
        }
    }

    @Test("changes its entity tag with the data, the question and the format, and not otherwise")
    func entityTags() async throws {
        let history = try History(seed: 52, demands: 200)
        try await withReporting(after: { try await $0.takeIn(history) }) { reporting in
            let path = "/v1/indicators/CON1/data?region=52&period=2026"
            func tag(_ path: String) async throws -> String {
                try #require(try await reporting.get(path).headers["etag"].first)
            }
            let first = try await tag(path)
            #expect(try await tag(path) == first)
            #expect(try await tag("/v1/indicators/CON1/data?period=2026&region=52&format=json") == first)
            let others = [
                path + "&format=csv", path + "&by=quarter", path + "&by=network", path.replacing("2026", with: "2025"),
                path.replacing("52", with: "53"), path.replacing("CON1", with: "CON5"),
            ]
            var tags: Set<String> = [first]
            for other in others { tags.insert(try await tag(other)) }
            #expect(tags.count == others.count + 1)
            let same = try await reporting.get(path, [("If-None-Match", first)])
            #expect(same.status == 304 && same.body.isEmpty && same.headers["etag"] == [first])
            // One more page, then one more contribution.
            let more = try History(seed: 53, demands: 20)
            let feed = TestFeed(history.referral + more.referral)
            try await reporting.database.takeIn(.referral, feed)
            let second = try await tag(path)
            #expect(second != first)
            #expect(try await reporting.get(path, [("If-None-Match", first)]).status == 200)
            #expect(try await reporting.contribute(Inhabitants.lines(2025, factor: 1)[0]).status == 200)
            let third = try await tag(path)
            #expect(third != second)
            #expect(try await reporting.contribute(Inhabitants.lines(2025, factor: 1)[0]).status == 200)
            #expect(try await tag(path) == third)
        }
    }

    @Test("says how far the data go and who has told of anything")
    func completeness() async throws {
        let history = try History(seed: 54, demands: 300)
        try await withReporting(after: { try await $0.takeIn(history) }) { reporting in
            let answer = try await reporting.get("/v1/indicators/CON1/data?region=52&period=2026")
            let row = try #require(try rows(answer).first)
            // Both were read to their ends just now, whenever the last event of the quieter one was.
            let through = try #require(row["data_through"]?.string)
            let age = Date().timeIntervalSince(try #require(RFC3339.parse(through)))
            #expect(through.hasSuffix(":00Z") && (0..<180).contains(age), "\(through)")
            let (expected, reported) = (row["expected_structures"]?.int ?? 0, row["reporting_structures"]?.int ?? 0)
            #expect(expected > 20 && expected < 40 && reported > 10 && reported <= expected)
            let before = try rows(try await reporting.get("/v1/indicators/CON1/data?region=52&period=2025-01"))
            #expect(before[0]["reporting_structures"] == 0)
        }
    }

    @Test("shows nothing while a source is read anew")
    func rebuilding() async throws {
        let history = try History(seed: 55, demands: 200)
        try await withReporting(after: { try await $0.takeIn(history) }) { reporting in
            let path = "/v1/indicators/CON1/data?region=52&period=2026"
            let tag = try #require(try await reporting.get(path).headers["etag"].first)
            let connection = try await Connection.open(reporting.database.configuration(for: .runtime))
            let repository = FeedRepository()
            let standing = try await repository.standing(of: .referral, on: connection)
            try await repository.rebuild(.referral, after: standing, on: connection)
            await connection.close()
            let answer = try await reporting.get(path, [("If-None-Match", tag)])
            #expect(answer.status == 503 && answer.headers["retry-after"] == ["30"])
            try await reporting.database.takeIn(.referral, TestFeed(history.referral))
            #expect(try await reporting.get(path).status == 200)
        }
    }

    @Test("shows nothing before what it follows was read to its end, but goes on where it follows nobody")
    func firstReading() async throws {
        let history = try History(seed: 57, demands: 200)
        let path = "/v1/indicators/CON1/data?region=52&period=2026"
        let nobody = "http://127.0.0.1:9"
        let calls = [
            "SPRO_CLIENT_ID": "reporting-service", "SPRO_CLIENT_SECRET": "x", "SPRO_TOKEN_ENDPOINT": nobody + "/token",
            "SPRO_DIRECTORY_URL": nobody, "SPRO_REFERRAL_URL": nobody,
        ]
        try await withReporting(settings: calls) { reporting in
            let database = reporting.database
            try await database.takeIn(.directory, TestFeed(history.directory))
            let feed = TestFeed(history.referral, pageSize: 100)
            try await Connection.with(database.configuration(for: .runtime)) { connection in
                _ = try await database.follower(.referral, feed).takeNext(on: connection)
            }
            let answer = try await reporting.get(path)
            #expect(answer.status == 503 && answer.headers["retry-after"] == ["30"])
            try await database.takeIn(.referral, feed)
            #expect(try await reporting.get(path).status == 200)
        }
        try await withReporting { reporting in
            let answer = try await reporting.get(path)
            #expect(try rows(answer).first?["data_through"] == .null)
        }
    }

    @Test("says the same on two replicas, until when the data go included, also where nothing comes in")
    func replicas() async throws {
        let history = try History(seed: 59, demands: 200)
        let path = "/v1/indicators/CON1/data?region=52&period=2026"
        let nobody = "http://127.0.0.1:9"
        let calls = [
            "SPRO_CLIENT_ID": "reporting-service", "SPRO_CLIENT_SECRET": "x", "SPRO_TOKEN_ENDPOINT": nobody + "/token",
            "SPRO_DIRECTORY_URL": nobody, "SPRO_REFERRAL_URL": nobody,
        ]
        try await withReporting(settings: calls, after: { try await $0.takeIn(history) }) { first in
            try await withService(.reporting, on: first.database, settings: calls) { service in
                let second = Reporting(service: service, database: first.database)
                func note(_ change: Query) async throws {
                    _ = try await Connection.with(first.database.superuserConfiguration) { connection in
                        try await connection.query("update feeds set \(change)")
                    }
                }
                func told(_ replica: Reporting) async throws -> (tag: String, through: String?) {
                    let answer = try await replica.get(path)
                    #expect(answer.status == 200, "\(answer.text.prefix(200))")
                    let tag = try #require(answer.headers["etag"].first)
                    return (tag, try rows(answer).first?["data_through"]?.string)
                }
                try await note("end_reached_at = timestamptz '2026-11-20 10:00:30Z'")
                let morning = try await told(first)
                #expect(morning.through == "2026-11-20T10:00:00Z")
                // Nothing came in: the ends were reached again.
                try await note("end_reached_at = timestamptz '2026-11-20 10:05:10Z'")
                let (one, other) = (try await told(first), try await told(second))
                #expect(one == other && one.through == "2026-11-20T10:05:00Z" && one.tag != morning.tag)
                for replica in [first, second] {
                    #expect(try await replica.get(path, [("If-None-Match", one.tag)]).status == 304)
                    #expect(try await replica.get(path, [("If-None-Match", morning.tag)]).status == 200)
                }
                // What was computed before the ends had been reached is not less right once they have been.
                try await note("was_read_to_end = false, pages = pages + 1")
                #expect(try await first.get(path).status == 503)
                try await note("was_read_to_end = true")
                let (again, elsewhere) = (try await told(first), try await told(second))
                #expect(again == elsewhere)
            }
        }
    }

    @Test("reads the months of a state as one, whatever comes in meanwhile")
    func moments() async throws {
        try await withReporting { reporting in
            let communes = Inhabitants.communes.map(\.code)
            #expect(try await reporting.contribute(Inhabitants.csv(2023, factor: 1), type: "text/csv").status == 200)
            let begin = Date(timeIntervalSince1970: 1_735_000_000)  // 2024-12-24
            let feed = TestFeed([], pageSize: 1)
            let writing = Task {
                for commune in communes {
                    feed.append([.structure(serving: commune, since: begin)])
                    try await reporting.database.takeIn(.directory, feed)
                }
            }
            var served: Set<Int> = []
            for _ in 0..<40 {
                let answer = try await reporting.get("/v1/indicators/ACC1/data?region=52&period=2025&by=month")
                let numbers = Set(try rows(answer).compactMap { $0["numerator"]?.int })
                #expect(numbers.count <= 1, "\(numbers)")
                served.formUnion(numbers)
            }
            try await writing.value
            #expect(served.count > 3)
        }
    }

    @Test("keeps to the threshold that is set")
    func threshold() async throws {
        let history = try History(seed: 56, demands: 900)
        func hidden(_ settings: [String: String]) async throws -> Int {
            try await withReporting(settings: settings, after: { try await $0.takeIn(history) }) { reporting in
                let path = "/v1/indicators/CON1/data?region=52&period=2026&by=territory,network"
                return try rows(try await reporting.get(path)).filter { $0["status"] == "c" }.count
            }
        }
        let (low, usual, high) = (
            try await hidden(["SPRO_LEAST_PERSONS": "3"]), try await hidden([:]),
            try await hidden(["SPRO_LEAST_PERSONS": "1000"])
        )
        #expect(low < usual && usual < high)
    }
}

extension Event {
    /// A structure of Pays de la Loire that serves one commune.
    fileprivate static func structure(serving commune: String, since: Date) -> Event {
        let offer = StructureChange.Offer(
            id: .v7(), serviceKind: "accueil-information", modalities: [Modality(channel: "presentiel")],
            zones: [Zone(type: "commune", code: commune)],
            verifiedOn: nil, halfDays: nil)
        let change = StructureChange(
            id: .v7(), version: 1, region: "52", locatedIn: [], participatesIn: [], networks: [], status: "membre",
            labelState: "aucun", offers: [offer], accessibility: [], staff: nil, logoDisplayedOn: nil, closures: [],
            location: nil)
        return Event(time: since, sequence: 1, data: .structureChanged(change))
    }
}
