import Postgres

extension Migration {
    /// Structures and their history.
    static let structures = Migration(
        number: 2, name: "structures",
        sql: """
            create table structures (
                id uuid primary key,
                parent_id uuid constraint parent_exists references structures deferrable initially deferred
                    constraint not_its_own_parent check (parent_id <> id),
                region text not null,
                name text not null check (length(name) between 1 and 200),
                status text not null,
                commune text constraint commune_exists references communes,
                siret text constraint siret_taken unique check (siret ~ '^[0-9]{14}$'),
                document jsonb not null,
                version bigint not null default 1 check (version > 0),
                updated_at timestamptz not null default now(),
                changed_xid xid8 not null default pg_current_xact_id(),
                constraint site_of_its_own check (commune is not null or document -> 'location' = 'null')
            );
            create index structures_by_change on structures (changed_xid);
            -- Every version of every structure, with who made it.
            create table structure_versions (
                structure_id uuid not null references structures,
                version bigint not null,
                document jsonb not null,
                changed_by text not null,
                changed_at timestamptz not null default now(),
                primary key (structure_id, version)
            );
            """)
}
