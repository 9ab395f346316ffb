package import Postgres

extension Migration {
    private static let idempotencyKeysName: StaticString = "idempotency keys"

    var makesIdempotencyKeys: Bool { name == Self.idempotencyKeysName.description }

    /// The table of ``IdempotencyRepository``, for each service's own list of migrations.
    package static func idempotencyKeys(number: Int) -> Migration {
        Migration(
            number: number, name: idempotencyKeysName,
            sql: """
                create table idempotency_keys (
                    client_id text not null,
                    key text not null check (length(key) between 1 and 128),
                    operation text not null,
                    fingerprint bytea not null check (length(fingerprint) = 32),
                    status bigint not null,
                    location text not null,
                    body bytea not null,
                    created_at timestamptz not null default now(),
                    primary key (client_id, key)
                );
                create index idempotency_keys_by_age on idempotency_keys (created_at);
                """)
    }
}
