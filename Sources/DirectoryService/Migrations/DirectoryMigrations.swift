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
        Migration(
            number: 6, name: "structure constraints",
            sql: """
                -- 200 characters as people count them may be four times as many code points.
                alter table structures drop constraint structures_name_check;
                alter table structures add constraint name_length check (length(name) between 1 and 800);
                alter table structures rename constraint structures_siret_check to siret_format;
                alter table structures rename constraint structures_version_check to version_positive;
                """),
        Migration(
            number: 7, name: "offers and parents",
            sql: """
                create table structure_offers (
                    offer_id uuid constraint offer_taken primary key,
                    structure_id uuid not null constraint structure_of_offer references structures
                );
                create index structure_offers_by_structure on structure_offers (structure_id);
                -- Of an id that two had, the one who had it first keeps it; the other gets a new one when it is written.
                insert into structure_offers (offer_id, structure_id)
                select (offer ->> 'id')::uuid, id
                from structures, jsonb_array_elements(document -> 'services') offer
                order by id
                on conflict do nothing;

                create index structures_by_parent on structures (parent_id) where parent_id is not null;
                create function may_have_parent_elsewhere(status text) returns boolean language sql immutable
                    as $$ select status in ('partenaire-ressource', 'service-dematerialise') $$;
                -- Guards that no constraint can be: they speak by a constraint's name all the same.
                create function guard_parents() returns trigger language plpgsql as $$
                begin
                    if tg_op = 'UPDATE' and (new.parent_id, new.region, new.status)
                        is not distinct from (old.parent_id, old.region, old.status) then
                        return null;
                    end if;
                    if new.parent_id is null and tg_op = 'INSERT' then
                        return null;
                    end if;
                    -- Two who make each other their parent at the same time would each see nothing wrong.
                    perform pg_advisory_xact_lock(7309940799211499603);
                    if exists (
                        with recursive above (id) as (
                            select new.parent_id
                            union
                            select s.parent_id from structures s join above on above.id = s.id
                        )
                        select from above where id = new.id
                    ) then
                        raise exception using errcode = 'check_violation', constraint = 'no_parent_cycle',
                            message = 'a structure is above itself';
                    end if;
                    if not may_have_parent_elsewhere(new.status) and exists (
                        select from structures p where p.id = new.parent_id and p.region <> new.region
                    ) then
                        raise exception using errcode = 'check_violation', constraint = 'parent_in_region',
                            message = 'the parent is in another region';
                    end if;
                    if exists (
                        select from structures c where c.parent_id = new.id and c.region <> new.region
                            and not may_have_parent_elsewhere(c.status)
                    ) then
                        raise exception using errcode = 'check_violation', constraint = 'antennes_in_region',
                            message = 'antennes are in another region';
                    end if;
                    return null;
                end
                $$;
                create constraint trigger parents_are_sound
                    after insert or update of parent_id, region, status on structures
                    deferrable initially deferred for each row execute function guard_parents();
                """),
        Migration(
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
                """),
        Migration(
            number: 9, name: "commune locations",
            sql: """
                -- Of every code of a commune, of today or of the past, the territories that it lies in, derived from
                -- communes, their history and territories (`LocationRepository`).
                create table commune_locations (
                    commune text primary key,
                    -- Keys kind:code, in the order of their bytes.
                    territories text[] not null
                );
                -- Whoever writes a structure, before it locks any row: so that the structure is told with the locations
                -- that stay, and nobody derives others until it is. «sproplac» in ASCII.
                create function hold_locations() returns trigger language plpgsql as $$
                begin
                    perform pg_advisory_xact_lock_shared(8318274334706393443);
                    return null;
                end $$;
                create trigger hold_locations before insert or update on structures
                    for each statement execute function hold_locations();
                """),
        .structureLife,
        Migration(
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
                """),
    ]
}
