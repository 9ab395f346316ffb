import Postgres

extension Migration {
    static let conventions = Migration(
        number: 13, name: "conventions",
        sql: """
            alter table listings drop constraint listings_list_check, add constraint listings_list_check
                check (list in ('agenda', 'schemes', 'resources', 'conventions'));
            """)

    /// Who coordinates a territory, whom its committee represents, and its dossier.
    static let territoryCoordinations = Migration(
        number: 14, name: "territory coordinations",
        sql: """
            -- By key (kind:code), apart from the territories: an import of these, and departments, which are no rows,
            -- leave it alone. A territory without a row has version 1, which nobody wrote.
            create table territory_coordinations (
                territory text primary key,
                document jsonb not null,
                version bigint not null constraint coordination_version_positive check (version > 1),
                updated_at timestamptz not null default now(),
                changed_xid xid8 not null default pg_current_xact_id()
            );
            create index territory_coordinations_by_change on territory_coordinations (changed_xid);
            -- Every version, with who made it, for whom and why.
            create table territory_coordination_versions (
                territory text not null constraint coordination_of_version references territory_coordinations,
                version bigint not null,
                document jsonb not null,
                operation text not null constraint coordination_operation_known
                    check (operation in ('updated', 'member-merged', 'member-removed')),
                changed_by text not null,
                changed_for text,
                changed_at timestamptz not null default now(),
                primary key (territory, version)
            );
            """)
}
