import Postgres

/// Imports that are past their time.
struct ImportRetentionRepository: Sendable {
    let pool: Pool
    /// How many one transaction forgets at most.
    var chunk = 100

    /// Ends what nobody has carried out, unless somebody is at it, and forgets its file.
    ///
    /// - Parameter days: since it began to arrive.
    /// - Returns: how many there were.
    func giveUp(olderThan days: Int) async throws -> Int {
        let ended = try await pool.query(
            """
            with late as (
                select id from imports
                where ended_at is null and received_at < now() - make_interval(days => \(days)::integer)
                    and pg_try_advisory_xact_lock(\(StructuresFileRepository.lock), hashtext(id::text))
                for update skip locked
            ), ended as (
                update imports i set state = 'failed', ended_at = now() from late where i.id = late.id returning i.id
            ), gone as (
                delete from import_pieces p using ended where p.import_id = ended.id
            )
            select count(*) from ended
            """)
        return try ended[0].decode(Int.self)
    }

    /// Forgets ends of so many days ago, the oldest first, but what another replica is forgetting.
    ///
    /// - Returns: how many were forgotten: 0 once there are no more.
    func deleteReports(olderThan days: Int) async throws -> Int {
        try await pool.query(
            """
            delete from imports where id in (
                select id from imports where ended_at < now() - make_interval(days => \(days)::integer)
                order by ended_at limit \(chunk) for update skip locked)
            """
        ).affected
    }
}
