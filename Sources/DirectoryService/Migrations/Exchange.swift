import Postgres

extension Migration {
    /// What a copy kept by a partner depends on.
    static let exchange = Migration(
        number: 16, name: "exchange",
        sql: """
            -- What structures show of a place beside its territories' codes: where it changes, so do they.
            alter table commune_locations
                -- The code that stands for this one today.
                add column present text,
                -- Names and numbers, in an order of their own.
                add column shown text;
            -- The region of an address is its commune's, and said nowhere else: what is written twice differs some day.
            update structures set document = jsonb_set(document, '{region}', 'null')
            where commune is not null and removed_at is null and document ->> 'region' is not null;
            """)
}
