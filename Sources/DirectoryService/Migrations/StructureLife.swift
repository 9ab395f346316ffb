import Postgres

extension Migration {
    /// How a structure ends, and what its history says of each version.
    static let structureLife = Migration(
        number: 10, name: "a structure's life",
        sql: """
            -- What is removed stays as a row: its id is never used again, and replicas see it as a change.
            alter table structures
                add column removed_at timestamptz,
                add column successor_id uuid constraint successor_exists references structures
                    constraint not_its_own_successor check (successor_id <> id),
                add constraint successor_of_removed check (successor_id is null or removed_at is not null),
                add constraint removed_is_bare check (removed_at is null or (parent_id is null and siret is null));
            create function guard_removed() returns trigger language plpgsql as $$
            begin
                raise exception using errcode = 'check_violation', constraint = 'structure_removed',
                    message = 'the structure was removed';
            end
            $$;
            create trigger removed_stays_removed before update on structures
                for each row when (old.removed_at is not null) execute function guard_removed();

            create or replace function guard_parents() returns trigger language plpgsql as $$
            begin
                if tg_op = 'UPDATE' and (new.parent_id, new.region, new.status, new.removed_at)
                    is not distinct from (old.parent_id, old.region, old.status, old.removed_at) then
                    return null;
                end if;
                if new.parent_id is null and tg_op = 'INSERT' then
                    return null;
                end if;
                -- Two who make each other their parent, or an antenne of what another removes, at the same time would
                -- each see nothing wrong.
                perform pg_advisory_xact_lock(7309940799211499603);
                if new.removed_at is not null then
                    if exists (select from structures c where c.parent_id = new.id) then
                        raise exception using errcode = 'check_violation', constraint = 'antennes_remain',
                            message = 'antennes remain';
                    end if;
                    if exists (select from structures s where s.id = new.successor_id and s.removed_at is not null) then
                        raise exception using errcode = 'check_violation', constraint = 'successor_exists',
                            message = 'the successor was removed';
                    end if;
                    return null;
                end if;
                if exists (select from structures p where p.id = new.parent_id and p.removed_at is not null) then
                    raise exception using errcode = 'check_violation', constraint = 'parent_exists',
                        message = 'the parent was removed';
                end if;
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
            drop trigger parents_are_sound on structures;
            create constraint trigger parents_are_sound
                after insert or update of parent_id, region, status, removed_at on structures
                deferrable initially deferred for each row execute function guard_parents();

            -- Why a version is there, and for whom its author acted (`region:52`, `network:cio`, `structure:<id>`).
            alter table structure_versions add column operation text, add column changed_for text;
            update structure_versions set operation =
                case when changed_by = 'import' then 'imported' when version = 1 then 'created' else 'updated' end;
            alter table structure_versions alter column operation set not null,
                add constraint operation_known check (operation in
                    ('created', 'updated', 'imported', 'relocated', 'verified', 'moved', 'merged', 'removed'));
            """)
}
