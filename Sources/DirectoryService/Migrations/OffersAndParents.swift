import Postgres

extension Migration {
    /// Whose an offer is, and who is whose parent.
    static let offersAndParents = Migration(
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
            """)
}
