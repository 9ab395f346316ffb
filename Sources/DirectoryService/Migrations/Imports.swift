import Postgres

extension Migration {
    /// Files that regions import over HTTP.
    static let imports = Migration(
        number: 17, name: "imports",
        sql: """
            create table imports (
                id uuid primary key,
                region text not null,
                client text not null,
                format text not null check (format in ('lines', 'table', 'inclusion')),
                is_dry_run boolean not null,
                state text not null check (state in ('receiving', 'waiting', 'running', 'done', 'refused', 'failed')),
                received_at timestamptz not null default now(),
                ended_at timestamptz,
                -- Of the file: how many there are, and how many were read.
                bytes bigint not null default 0,
                bytes_read bigint not null default 0,
                -- How often somebody has begun to read it.
                attempts bigint not null default 0,
                -- What was found, once it has ended.
                report jsonb
            );
            create unique index one_import_of_a_region on imports (region) where state in ('waiting', 'running');
            create index imports_by_region on imports (region, id);
            -- The file, until the import has ended: any replica may read it.
            create table import_pieces (
                import_id uuid not null references imports on delete cascade,
                number bigint not null,
                bytes bytea not null,
                primary key (import_id, number)
            );
            """)
}
