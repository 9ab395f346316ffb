import Charters
import Foundation
import Postgres
import Schema

/// Reads the observations of a population. The place of a structure is the one that the directory told last, also for
/// the past: figures of a release will keep theirs.
struct ObservationRepository: Sendable {
    let pool: Pool
    let charters: CharterSet

    func standing() async throws -> DataStanding {
        try await pool.withTransaction(readOnly: true) { try await Self.standing(in: $0) }
    }

    /// - Parameters:
    ///   - periods: a whole year of what happened, or the periods at whose ends a state is read.
    ///   - today: while a period runs, its state is that of this day.
    func read(
        _ population: any Population.Type, region: String, in periods: [Period], on today: CalendarDate
    ) async throws -> Reading {
        try await pool.withTransaction(isolation: .repeatableRead, readOnly: true, timeout: .seconds(60)) {
            transaction in
            // Of tables that have just been filled the planner knows nothing, and would join them row by row. Its
            // estimate of what is left of that would set off a compilation.
            transaction.queue("set local enable_nestloop = off")
            transaction.queue("set local jit = off")
            let standing = try await Self.standing(in: transaction)
            var observations: [Observation] = []
            var persons = PersonNumbers()
            for period in periods {
                let scope = PopulationScope(region, charters, period, on: today)
                let rows = try await transaction.query(population.query(scope))
                let reader = ObservationReader(population, at: population.isOfMoments ? period : nil)
                for row in rows { observations.append(try reader.read(row, &persons)) }
            }
            return Reading(standing: standing, observations: observations)
        }
    }

    /// Structures that count at the end of the period, and those of them that told of a reception or took part in a
    /// referral in it (of coverage: that say where they offer something); and how far the facts had come then.
    func completeness(
        of definition: IndicatorDefinition, region: String, in period: Period, on today: CalendarDate
    ) async throws -> (Completeness, DataStanding) {
        let told: Query =
            !definition.isAboutPersons
            ? "zones <> '{}' or territories <> '{}'"
            : """
            exists (select from receptions r where r.structure = s.structure
                and r.received_at >= \(period.start) and r.received_at < \(period.end))
            or exists (select from referrals f where f.sender = s.structure
                and f.submitted_at >= \(period.start) and f.submitted_at < \(period.end))
            or exists (select from referrals f where f.recipient = s.structure
                and f.submitted_at >= \(period.start) and f.submitted_at < \(period.end))
            """
        let scope = PopulationScope(region, charters, period, on: today)
        return try await pool.withTransaction(isolation: .repeatableRead, readOnly: true, timeout: .seconds(30)) {
            transaction in
            let standing = try await Self.standing(in: transaction)
            let rows = try await transaction.query(
                """
                select count(*), count(*) filter (where \(told)) from (\(scope.counted)) s
                """)
            let (expected, reporting) = try rows[0].decode((Int, Int).self)
            return (Completeness(expected: expected, reporting: reporting), standing)
        }
    }

    private static func standing(in transaction: Transaction) async throws -> DataStanding {
        let row = try await transaction.query(
            """
            select string_agg(format('%s.%s', rebuilds, pages), '-' order by source) || '-'
                    || (select string_agg(position::text, '.' order by kind) from contribution_kinds) as position,
                case when bool_and(was_read_to_end) then date_trunc('minute', min(end_reached_at)) end as through,
                bool_or(is_rebuilding) as is_rebuilding
            from feeds
            """)[0]
        return DataStanding(
            position: try row["position", as: String.self], through: try row["through", as: Date?.self],
            isRebuilding: try row["is_rebuilding", as: Bool.self])
    }
}
