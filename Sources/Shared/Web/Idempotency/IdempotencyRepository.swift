package import Postgres
import Schema

/// The first answers of creations, kept in the service's own database so that they commit with the row they created.
package struct IdempotencyRepository: Sendable {
    /// What a repeated request is answered: the first answer's status and body, which hold nothing of a person.
    package struct Answer: Sendable, Equatable {
        package let status: Int
        package let location: String
        package let body: [UInt8]

        package init(status: Int, location: String, body: [UInt8]) {
            self.status = status
            self.location = location
            self.body = body
        }
    }

    package init() {}

    /// Returns the answer that the first request got, or takes the key for this transaction.
    ///
    /// A second request with the key waits neither here nor in the index: it is refused while the first is in flight.
    /// - Throws: ``Refusal`` `idempotency-key-in-flight` or `idempotency-key-reused`.
    package func claim(_ key: IdempotencyKey, in transaction: Transaction) async throws -> Answer? {
        let results = try await transaction.pipeline([
            "select pg_try_advisory_xact_lock(hashtextextended(\(key.client + " " + key.key), 7)) as taken",
            // After it, as a statement of its own: the first request may have ended since anything that was read before.
            Self.stored(key),
        ])
        let isTaken = try results[0].first?["taken", as: Bool.self] == true
        // Who else has the key may be repeating it, too.
        let earlier = try Self.answer(results[1], to: key)
        guard isTaken || earlier != nil else { throw Refusal(.idempotencyKeyInFlight, retryAfter: 1) }
        return earlier
    }

    /// The answer that the first request got, where it has ended.
    /// - Throws: ``Refusal`` `idempotency-key-reused`.
    package func find(_ key: IdempotencyKey, in pool: Pool) async throws -> Answer? {
        try Self.answer(try await pool.query(Self.stored(key)), to: key)
    }

    private static func stored(_ key: IdempotencyKey) -> Query {
        """
        select operation, fingerprint, status, location, body from idempotency_keys
        where client_id = \(key.client) and key = \(key.key) and created_at > now() - interval '7 days'
        """
    }

    private static func answer(_ rows: Rows, to key: IdempotencyKey) throws -> Answer? {
        guard let row = rows.first else { return nil }
        guard try row["operation", as: String.self] == key.operation,
            try row["fingerprint", as: [UInt8].self] == key.fingerprint
        else {
            throw Refusal(
                .idempotencyKeyReused, fr: "Cette clé a déjà servi pour une autre requête.",
                en: "This key was already used for another request.")
        }
        return Answer(
            status: try row["status", as: Int.self], location: try row["location", as: String.self],
            body: try row["body", as: [UInt8].self])
    }

    package func store(_ answer: Answer, for key: IdempotencyKey, in transaction: Transaction) {
        transaction.queue(
            """
            insert into idempotency_keys (client_id, key, operation, fingerprint, status, location, body)
            values (\(key.client), \(key.key), \(key.operation), \(key.fingerprint), \(answer.status),
                \(answer.location), \(answer.body))
            on conflict (client_id, key) do update set operation = excluded.operation,
                fingerprint = excluded.fingerprint, status = excluded.status, location = excluded.location,
                body = excluded.body, created_at = now()
            """)
    }

    /// Forgets what is past its seven days, the oldest first, unless another transaction is doing so.
    ///
    /// - Returns: how many were forgotten; nil where another is at it.
    package func deleteExpired(atMost limit: Int, in transaction: Transaction) async throws -> Int? {
        let turn = try await transaction.query("select pg_try_advisory_xact_lock(\(Self.expiryLock)) as taken")
        guard try turn.first?["taken", as: Bool.self] == true else { return nil }
        // A key that is being used again stays, whoever comes first.
        return try await transaction.query(
            """
            delete from idempotency_keys where (client_id, key) in (
                select client_id, key from idempotency_keys where created_at < now() - interval '7 days'
                order by created_at limit \(limit) for update skip locked)
            """
        ).affected
    }

    /// «sproidem» in ASCII; advisory locks are numbers that applications agree on.
    private static let expiryLock: Int64 = 0x7370_726F_6964_656D
}
