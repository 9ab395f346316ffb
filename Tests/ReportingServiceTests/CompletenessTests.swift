import Foundation
import Postgres
import Schema
import Support
import Testing

@testable import ReportingService

@Suite("Completeness and freshness")
struct CompletenessTests {
    @Test("Each network has its structures, those that told of anything, and the last month in which one did")
    func networks() async throws {
        let history = try History(seed: 61, demands: 6)
        try await withReporting(after: { try await $0.takeIn(history) }) { reporting in
            let answer = try await reporting.get("/v1/completeness?region=52&period=2026")
            #expect(answer.status == 200, "\(answer.text.prefix(300))")
            let json = try #require(try answer.json.object)
            let rows = try #require(json["networks"]?.array).compactMap(\.object)
            #expect(rows.first?["all"] == true && rows.dropFirst().allSatisfy { $0["all"] == false })
            let raw = try await RawEvents(history.directory + history.referral, into: reporting.database)
            let expected = try await raw.completeness(of: 2026)
            #expect(rows.count == expected.count && rows.count > 2)
            for row in rows {
                let key = row["all"] == true ? "*" : row["network"]?.string ?? ""
                let (structures, told, last) = try #require(expected[key], "\(key)")
                #expect(row["expected_structures"]?.int == structures, "\(key)")
                #expect(row["reporting_structures"]?.int == told, "\(key)")
                #expect(row["last_told_in"]?.string == last, "\(key)")
            }
            #expect(expected.values.contains { $0.1 > 0 && $0.1 < $0.0 })
            let sources = try #require(json["sources"]?.array).compactMap(\.object)
            #expect(sources.map { $0["source"]?.string } == ["directory", "referral"])
            let latest = try #require(history.referral.map(\.time).max())
            // The day, not the instant at which somebody was received.
            let day = ParisClock.day(of: latest)
            let told = try #require(sources[1]["data_through"]?.string.flatMap(RFC3339.parse))
            #expect(told <= latest && ParisClock.day(of: told) == day && told < latest.addingTimeInterval(-1))
        }
    }

    @Test("A region without anything has one row of nobody, an unknown one and a period to come are refused")
    func nothing() async throws {
        try await withReporting { reporting in
            let answer = try await reporting.get("/v1/completeness?region=53&period=2025-05")
            let rows = try #require(try answer.json.object?["networks"]?.array).compactMap(\.object)
            #expect(rows.count == 1 && rows[0]["expected_structures"] == 0 && rows[0]["last_told_in"] == .null)
            for query in [
                "region=99&period=2025", "region=52&period=2198", "region=52", "period=2025", "region=52&x=1",
            ] {
                #expect(try await reporting.get("/v1/completeness?\(query)").status == 400, "\(query)")
            }
            let none = try await reporting.service.get("/v1/completeness?region=52&period=2025", token: nil)
            #expect(none.status == 401)
        }
    }
}

extension RawEvents {
    /// By network (`*` for all together): structures that count at the year's end, those of them that told of anything
    /// in it, and the last month of it in which one did.
    fileprivate func completeness(of year: Int) async throws -> [String: (Int, Int, String?)] {
        let connection = try await Connection.open(database.superuserConfiguration)
        let rows = try await connection.query(
            """
            with latest as (
                select distinct on (data ->> 'id') data ->> 'id' as id, data, type
                from raw.events where type like 'fr.spro.directory.structure.%'
                    and at < make_timestamptz(\(year)::int + 1, 1, 1, 0, 0, 0, 'Europe/Paris')
                order by data ->> 'id', (data ->> 'version')::int desc),
            counted as (
                select id, (select min(n collate "C") from jsonb_array_elements_text(data -> 'networks') n) as network
                from latest where type = 'fr.spro.directory.structure.changed.v1' and data ->> 'region' = '52'
                    and data ->> 'status' not in ('point-de-contact', 'partenaire-ressource')),
            told as (
                select data ->> 'structure' as id, (data ->> 'received_at')::timestamptz as at
                from raw.events where type = 'fr.spro.reception.opened.v1'
                union all
                select data -> side ->> 'structure', first.at
                from (select distinct on (data ->> 'referral') data, at from raw.events
                    where type = 'fr.spro.referral.submitted.v1' order by data ->> 'referral', at, id) first,
                    unnest(array['sender', 'recipient']) side),
            each as (
                select c.network, (select max(at) from told t where t.id = c.id
                    and extract(year from t.at at time zone 'Europe/Paris') = \(year)) as last
                from counted c)
            select case when grouping(network) = 1 then '*' else coalesce(network, '') end, count(*),
                count(last), to_char(max(last) at time zone 'Europe/Paris', 'YYYY-MM')
            from each group by grouping sets ((), (network))
            """
        ).decode((String, Int, Int, String?).self)
        await connection.close()
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.0, ($0.1, $0.2, $0.3)) })
    }
}
