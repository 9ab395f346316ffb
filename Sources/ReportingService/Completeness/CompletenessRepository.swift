import Charters
import Foundation
import Postgres
import Schema

/// How many structures could have told something, how many did, and when last: of the region and of each network. And
/// until when the sources have been read.
struct CompletenessRepository: Sendable {
    let pool: Pool
    let charters: CharterSet

    func read(_ region: String, in period: Period, on today: CalendarDate) async throws -> RegionCompleteness {
        let scope = PopulationScope(region, charters, period, on: today)
        return try await pool.withTransaction(isolation: .repeatableRead, readOnly: true, timeout: .seconds(30)) {
            transaction in
            let sources = try await transaction.query(
                """
                select source, date_trunc('day', data_through, 'Europe/Paris') as data_through,
                    date_trunc('minute', end_reached_at) as read_at
                from feeds order by source
                """)
            let networks = try await transaction.query(
                """
                select network, grouping(network) = 1 as is_all, count(*) as expected,
                    count(*) filter (where last_told is not null) as reporting,
                    to_char(max(last_told) at time zone 'Europe/Paris', 'YYYY-MM') as last_told_in
                from (select s.network, greatest(
                        (select max(r.received_at) from receptions r where r.structure = s.structure
                            and r.received_at >= \(period.start) and r.received_at < \(period.end)),
                        (select max(f.submitted_at) from referrals f where f.sender = s.structure
                            and f.submitted_at >= \(period.start) and f.submitted_at < \(period.end)),
                        (select max(f.submitted_at) from referrals f where f.recipient = s.structure
                            and f.submitted_at >= \(period.start) and f.submitted_at < \(period.end))) as last_told
                    from (\(scope.counted)) s) told
                group by grouping sets ((), (network)) order by is_all desc, network collate "C"
                """)
            return RegionCompleteness(
                sources: try sources.map { row in
                    RegionCompleteness.Source(
                        source: try row["source", as: FeedSource.self],
                        dataThrough: try row["data_through", as: Date?.self],
                        readAt: try row["read_at", as: Date.self])
                },
                networks: try networks.map { row in
                    RegionCompleteness.Network(
                        code: try row["network", as: String?.self], isAll: try row["is_all", as: Bool.self],
                        expected: try row["expected", as: Int.self], reporting: try row["reporting", as: Int.self],
                        lastToldIn: try row["last_told_in", as: String?.self])
                })
        }
    }
}

struct RegionCompleteness: Sendable {
    struct Source: Sendable {
        let source: FeedSource
        /// The beginning of the day of Paris on which the latest event that was taken in had happened: of a reception, the
        /// instant would be that of a person.
        let dataThrough: Date?
        /// When the feed's end was last reached.
        let readAt: Date
    }

    struct Network: Sendable {
        /// Nil of structures without a network, and of all together.
        let code: String?
        let isAll: Bool
        /// Structures that count at the period's end.
        let expected: Int
        /// Those of them that told of a reception or took part in a referral in it.
        let reporting: Int
        /// A month of Paris (ISO 8601): of one structure, a day would be that of a person.
        let lastToldIn: String?
    }

    let sources: [Source]
    let networks: [Network]
}
