import Postgres

extension Migration {
    /// What became of communes, and where they lie.
    static let communeHistory = Migration(
        number: 8, name: "commune history and contours",
        sql: """
            -- What became a commune of INSEE's history, from a commune or a part of one.
            create table commune_changes (
                effective_date date not null,
                code_before text not null,
                was_commune boolean not null,
                code_after text not null,
                primary key (effective_date, code_before, was_commune, code_after)
            );
            -- Outlines by the commune codes of their own year; the history tells what these are today.
            create table commune_contours (
                insee_code text primary key,
                outline bytea not null
            );
            """)
}
