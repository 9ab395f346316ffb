import Postgres
import Schema
import Support
import Testing
import Web

@testable import ReportingService

@Suite("Indicators about indicators")
struct DefinitionStateTests {
    @Test("GOV7 of a year is what had become of the definitions at its end")
    func replay() async throws {
        try await withReportingDatabase { database in
            try await Connection.with(database.superuserConfiguration) { connection in
                try await connection.script(
                    """
                    create function pg_temp.version(code text, version text, state text, variadic steps text[])
                    returns void language plpgsql as $$
                    begin
                        insert into definition_versions
                            (region, code, version, document, digest, state, changed_at, changed_by)
                        values ('52', code, version, '{}', sha256('{}'), state, now(), 'test');
                        insert into definition_steps
                            (region, code, version, number, digest, step, body, session_date, client, at)
                        select '52', code, version, number, sha256('{}'), split_part(told, ' ', 1),
                            case when told like 'validated%' then 'crefop' end,
                            case when told like 'validated%' then date '2023-12-01' end, 'test',
                            split_part(told, ' ', 2)::timestamp at time zone 'Europe/Paris'
                        from unnest(steps) with ordinality s (told, number);
                    end $$;
                    select pg_temp.version('ACC1', '2.0.0', 'superseded', 'written 2023-12-31T23:59',
                        'proposed 2024-01-02', 'validated 2024-02-01', 'superseded 2025-06-01');
                    select pg_temp.version('ACC1', '2.0.1', 'validated', 'written 2025-03-01', 'proposed 2025-04-01',
                        'validated 2025-06-01');
                    select pg_temp.version('ACC2', '1.0.0', 'draft', 'written 2024-01-01', 'proposed 2024-01-02',
                        'validated 2024-12-31T23:59', 'voided 2025-01-01', 'written 2025-01-01');
                    select pg_temp.version('CON1', '1.1.0', 'proposed', 'written 2025-03-01', 'proposed 2025-04-01');
                    """)
            }
            let repository = ObservationRepository(pool: database.pool(for: .runtime), charters: try .shipped)
            for (year, validated, taken) in [("2022", 0, 0), ("2023", 0, 1), ("2024", 2, 2), ("2025", 1, 3)] {
                let period = try #require(Period(text: year))
                let reading = try await repository.read(
                    DefinitionStates.self, region: "52", in: [period], on: ParisClock.today)
                #expect(reading.observations.count == taken, "\(year)")
                #expect(reading.observations.count { $0.values.contains(.flag(true)) } == validated, "\(year)")
            }
        }
    }
}
