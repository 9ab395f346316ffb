import Events
import Postgres
import Web

/// The directory's schema, step by step. A step that has run anywhere is never edited: add another.
enum DirectoryMigrations {
    static let all: [Migration] = [
        Migration(
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
                """),
        Migration(
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
                """),
        .idempotencyKeys(number: 3),
        .events(number: 4),
        Migration(
            number: 5, name: "told territories",
            sql: """
                -- What was last told of each territory, and how often something was; it outlives the territory, whose
                -- events stay numbered without gaps.
                create table told_territories (
                    kind text not null,
                    code text not null,
                    state text not null,
                    sequence bigint not null default 1,
                    primary key (kind, code)
                );
                """),
    ]
}
