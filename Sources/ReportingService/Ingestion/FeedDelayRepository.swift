import Postgres

/// How far the facts of one source are behind, in seconds.
struct FeedDelay: Sendable {
    let source: FeedSource
    /// Since the feed's end was last reached: there was nothing that had not been taken in.
    let sinceEnd: Double
    /// Since the newest event that was taken in had happened; nil before the first.
    let sinceNewest: Double?
    /// Events that could not be read.
    let unread: Int
}

/// When the end of each feed was reached, written by the replica that follows it and read by all.
struct FeedDelayRepository: Sendable {
    let pool: Pool

    func list() async throws -> [FeedDelay] {
        let rows = try await pool.query(
            """
            select source, extract(epoch from now() - end_reached_at)::double precision,
                extract(epoch from now() - data_through)::double precision, unread
            from feeds order by source
            """)
        return try rows.decode((FeedSource, Double, Double?, Int).self).map {
            FeedDelay(source: $0.0, sinceEnd: $0.1, sinceNewest: $0.2, unread: $0.3)
        }
    }

    /// The end was reached again, with nothing new: written once a second at most.
    static func noteEnd(of source: FeedSource, on connection: Connection) async throws {
        try await connection.query(
            """
            update feeds set end_reached_at = now(), was_read_to_end = true
            where source = \(source) and (not was_read_to_end or end_reached_at < now() - interval '1 second')
            """)
    }
}
