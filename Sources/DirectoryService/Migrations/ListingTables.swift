import Postgres

extension Migration {
    /// The lists beside the structures.
    static let listings = Migration(
        number: 11, name: "listings",
        sql: """
            -- What is listed beside structures: agenda, schemes, resources.
            create table listings (
                id uuid primary key,
                list text not null check (list in ('agenda', 'schemes', 'resources')),
                -- Null once the entry was deleted.
                document jsonb,
                version bigint not null default 1 check (version > 0),
                updated_at timestamptz not null default now(),
                changed_xid xid8 not null default pg_current_xact_id()
            );
            create index listings_by_change on listings (changed_xid);
            -- Every version of every entry, with who made it.
            create table listing_versions (
                listing_id uuid not null references listings deferrable initially deferred,
                version bigint not null,
                document jsonb,
                changed_by text not null,
                changed_at timestamptz not null default now(),
                primary key (listing_id, version)
            );
            """)
}
