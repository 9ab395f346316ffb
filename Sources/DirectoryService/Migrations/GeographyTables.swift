import Postgres

extension Migration {
    /// Communes, territories, and when they last changed.
    static let geography = Migration(
        number: 1, name: "geography",
        sql: """
            create table communes (
                insee_code text primary key check (insee_code ~ '^[0-9][0-9AB][0-9]{3}$'),
                name text not null,
                department text not null,
                region text not null,
                latitude double precision not null check (latitude between -90 and 90),
                longitude double precision not null check (longitude between -180 and 180),
                population bigint not null check (population >= 0)
            );
            create table territories (
                kind text not null
                    check (kind in ('territoire-spro', 'bassin-emploi', 'bassin-vie', 'epci')),
                code text not null,
                name text not null,
                region text not null,
                primary key (kind, code)
            );
            -- The key says that a commune lies in one territory of a kind.
            create table territory_communes (
                kind text not null,
                commune text not null references communes,
                code text not null,
                constraint commune_in_one_territory_of_a_kind primary key (kind, commune),
                constraint territory_exists foreign key (kind, code) references territories on delete cascade
            );
            -- One row: when the data above last changed, for replicas that hold it in memory.
            create table geography_changes (
                only_one boolean primary key default true check (only_one),
                changed_xid xid8 not null default pg_current_xact_id()
            );
            insert into geography_changes default values;
            """)
}
