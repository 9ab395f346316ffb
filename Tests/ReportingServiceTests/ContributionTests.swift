import Foundation
import Postgres
import Schema
import Support
import Testing
import Web

@testable import ReportingService

@Suite("Contributions of reference populations")
struct ContributionTests {
    private func errors(_ answer: RunningService.Answer) throws -> [String] {
        (try answer.json.object?["errors"]?.array ?? []).compactMap(\.object).map { error in
            "\(error["pointer"]?.string ?? "") \(error["code"]?.string ?? "")"
        }
    }

    /// Everything that is stored, but who sent it and when.
    private func stored(_ reporting: Reporting) async throws -> [String] {
        try await Connection.with(reporting.database.superuserConfiguration) { connection in
            try await connection.query(
                """
                select concat_ws(' ', region, external_id, commune, year, department, territories, population)
                from reference_populations order by 1
                """
            ).decode(String.self)
        }
    }

    private func counts(_ answer: RunningService.Answer) throws -> [Int?] {
        let json = try #require(try answer.json.object)
        return ["received", "created", "updated", "unchanged"].map { json[$0]?.int }
    }

    private func line(
        _ id: String = "a", commune: String = "44109", year: Int = 2025, population: String = "320000",
        department: String = "44", region: String = "52", territories: String = #"["territoire-spro:52-01"]"#
    ) -> String {
        #"{"external_id":"\#(id)","commune":"\#(commune)","year":\#(year),"population":\#(population),"#
            + #""department":"\#(department)","region":"\#(region)","territories":\#(territories)}"#
    }

    @Test("are the same as JSON lines, as an array and as CSV, and change nothing when sent again")
    func formats() async throws {
        let lines = Inhabitants.lines(2025, factor: 7)
        let bodies: [(String, String)] = [
            (lines.joined(separator: "\n"), "application/x-ndjson"),
            ("[" + lines.joined(separator: ",") + "]", "application/json"),
            (Inhabitants.csv(2025, factor: 7), "text/csv"),
            (lines.joined(separator: "\r\n") + "\r\n\r\n", "Application/X-NDJSON; charset=utf-8"),
        ]
        var stores: [[String]] = []
        for (body, type) in bodies {
            stores.append(
                try await withReporting { reporting in
                    let first = try await reporting.contribute(body, type: type)
                    #expect(first.status == 200, "\(first.text.prefix(400))")
                    #expect(try counts(first) == [62, 62, 0, 0])
                    for (again, type) in bodies {
                        #expect(try counts(try await reporting.contribute(again, type: type)) == [62, 0, 0, 62])
                    }
                    return try await stored(reporting)
                })
        }
        #expect(stores[0].count == 62 && Set(stores).count == 1)
    }

    @Test("take the place of an earlier record of the same external id, also where two exchange their communes")
    func updates() async throws {
        try await withReporting { reporting in
            let two = [line("a"), line("b", commune: "44184")].joined(separator: "\n")
            let first = try await reporting.contribute(two)
            #expect(try counts(first) == [2, 2, 0, 0])
            #expect(try counts(try await reporting.contribute(line("a", population: "1"))) == [1, 0, 1, 0])
            let exchanged = [line("b"), line("a", commune: "44184"), line("c", year: 2026)].joined(separator: "\n")
            #expect(try counts(try await reporting.contribute(exchanged)) == [3, 1, 2, 0])
            #expect(
                try await stored(reporting).map { String($0.prefix(15)) } == [
                    "52 a 44184 2025", "52 b 44109 2025", "52 c 44109 2026",
                ])
        }
    }

    @Test("name the line and the field of everything that is wrong, and store nothing of such a file")
    func violations() async throws {
        try await withReporting { reporting in
            let file = [
                line("a"), "", line("b", commune: "44", population: "-1"), "{", line("a", commune: "44184"),
                #"{"external_id":"c","surprise":1}"#, "[]",
                line("d", commune: "49007", territories: #"["territoire-spro:1","territoire-spro:2","x"]"#),
                line("e", commune: "49008", year: 1800, population: "1.5"),
            ].joined(separator: "\n")
            let answer = try await reporting.contribute(file)
            #expect(answer.status == 422)
            #expect(
                try errors(answer) == [
                    "/3/commune wrong-format", "/3/population out-of-range", "/4 wrong-format", "/6/commune required",
                    "/6/year required", "/6/population required", "/6/department required", "/6/region required",
                    "/6/territories required", "/6/surprise unknown-member", "/7 wrong-type",
                    "/8/territories/2 wrong-format", "/8/department wrong-format", "/9/year out-of-range",
                    "/9/population wrong-type", "/9/department wrong-format",
                ])
            let elsewhere = [
                line("a", commune: "35238", department: "35"), line("b", commune: "75056", department: "75"),
                line("c", commune: "97105", department: "97"), line("d", commune: "98735", department: "98"),
                line("e", commune: "97105", department: "971"),
            ].joined(separator: "\n")
            #expect(
                try errors(try await reporting.contribute(elsewhere)) == [
                    "/1/region wrong-format", "/2/region wrong-format", "/3/department wrong-format",
                    "/3/region wrong-format", "/4/department wrong-format", "/4/region wrong-format",
                    "/5/region wrong-format",
                ])
            let twice = [line("a"), line("a", commune: "44184"), line("b")].joined(separator: "\n")
            #expect(
                try errors(try await reporting.contribute(twice)) == [
                    "/2/external_id duplicate-item", "/3/commune duplicate-item",
                ])
            let kinds = line("a", territories: #"["territoire-spro:1","territoire-spro:2"]"#)
            #expect(try errors(try await reporting.contribute(kinds)) == ["/1/territories two-of-a-kind"])
            // In an array the first part of the pointer is the index.
            let array = "[\(line("a")),\(line("b", population: "\"many\""))]"
            let refused = try await reporting.contribute(array, type: "application/json")
            #expect(try errors(refused) == ["/1/population wrong-type"])
            #expect(try await stored(reporting).isEmpty)
        }
    }

    @Test("refuse a CSV by its lines, where they can be told apart")
    func table() async throws {
        try await withReporting { reporting in
            let header = "external_id,commune,year,population,department,region,territories\n"
            let answer = try await reporting.contribute(
                header
                    + "a,44109,2025,x,44,52,\nb,44184\n\"c\",44143,2025,5,44,52,territoire-spro:52-01 epci:1\n,44035,,1,44,52,\n",
                type: "text/csv")
            #expect(answer.status == 422)
            #expect(
                try errors(answer) == [
                    "/2/population wrong-type", "/3 wrong-count", "/5/external_id required", "/5/year required",
                ])
            for body in ["", "a,b\n", header.replacing("year", with: "annee") + "a\n", header + "\"a,1\n"] {
                let refused = try await reporting.contribute(body, type: "text/csv")
                #expect(refused.status == 400, "\(body)")
            }
            #expect(try await reporting.contribute(header, type: "text/csv").status == 200)
            #expect(try await stored(reporting).isEmpty)
        }
    }

    @Test("are refused where another record has the commune in that year")
    func taken() async throws {
        try await withReporting { reporting in
            #expect(try await reporting.contribute(line("a")).status == 200)
            let before = try await stored(reporting)
            let answer = try await reporting.contribute(
                [line("x", commune: "44184"), line("b")].joined(separator: "\n"))
            #expect(answer.status == 422)
            #expect(try errors(answer) == ["/2/commune population-taken"])
            #expect(try await stored(reporting) == before)
            // Two at once, each with records of its own for the same communes: one of them wins.
            let statuses = try await withThrowingTaskGroup(of: Int.self) { tasks in
                for sender in 0..<8 {
                    tasks.addTask {
                        let lines = (0..<50).map { line("\(sender)-\($0)", commune: "\(49100 + $0)", department: "49") }
                        return try await reporting.contribute(lines.joined(separator: "\n")).status
                    }
                }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [200] + [Int](repeating: 422, count: 7))
            #expect(try await stored(reporting).count == 51)
        }
    }

    @Test("come from the region itself, for its own communes")
    func access() async throws {
        try await withReporting { reporting in
            func status(_ token: String) async throws -> Int {
                try await reporting.contribute(line(), token: token).status
            }
            let scopes: [Scope] = [.reportingContribute]
            let issuer = TestIssuer.shared
            #expect(try await status(try await issuer.token(scopes: scopes)) == 403)
            #expect(try await status(try await issuer.token(scopes: scopes, region: "53")) == 403)
            #expect(try await status(try await issuer.token(scopes: scopes, region: "52", structures: [UUID()])) == 403)
            #expect(try await status(try await issuer.token(scopes: scopes, region: "52", networks: ["cio"])) == 403)
            let coordinator = try await issuer.token(
                scopes: scopes, region: "52", territories: ["territoire-spro:52-01"])
            #expect(try await status(coordinator) == 403)
            #expect(try await status(try await issuer.token(scopes: [.reportingRead], region: "52")) == 403)
            #expect(try await stored(reporting).isEmpty)
            #expect(try await status(try await issuer.token(scopes: scopes, region: "52")) == 200)
            #expect(try await reporting.contribute(line(), kind: "surveys").status == 404)
            for type in ["text/plain", "application/x-ndjson; charset=latin1", "application/json, text/csv", ""] {
                #expect(try await reporting.contribute(line(), type: type).status == 415, "\(type)")
            }
            #expect(try await reporting.contribute("{", type: "application/json").status == 400)
            #expect(try await reporting.contribute("5", type: "application/json").status == 422)
        }
    }
}
