import Postgres

/// How persons are forgotten, and how that outlives a restored backup.
extension ReferralMigrations {
    static let forgetting = Migration(
        number: 17, name: "erasure, retention, ledger",
        sql: """
            -- Whatever hangs on a person goes with them: each foreign key that leads to persons deletes in cascade. What
            -- referrals hold of contents (a column `sealed` beside `referral_id`) the owner's functions may delete. A
            -- migration that adds such a table after this one runs it again.
            create function prepare_forgetting() returns void language plpgsql as $$
            declare
                link record;
                content record;
            begin
                for link in
                    with recursive reached (name, constraint_name, of_table, definition, cascades) as (
                        select conrelid, conname, conrelid, pg_get_constraintdef(oid), confdeltype = 'c'
                        from pg_constraint where contype = 'f' and confrelid = 'persons'::regclass
                        union
                        select conrelid, conname, conrelid, pg_get_constraintdef(pg_constraint.oid), confdeltype = 'c'
                        from pg_constraint join reached on confrelid = reached.name where contype = 'f'
                    )
                    select of_table::regclass::text as relation, constraint_name, definition from reached
                    where not cascades
                loop
                    execute format('alter table %s drop constraint %I, add constraint %I %s on delete cascade',
                        link.relation, link.constraint_name, link.constraint_name, link.definition);
                end loop;
                for content in
                    select relation from tables_of_contents() where not exists (select from pg_policy
                        where polrelid = relation and polname = 'keeper')
                loop
                    execute format('create policy keeper on %s to referral_owner using (true)', content.relation);
                end loop;
            end $$;
            create function tables_of_contents() returns table (relation regclass) language sql stable as $$
                select sealed.attrelid::regclass from pg_attribute as sealed
                    join pg_attribute as referral on referral.attrelid = sealed.attrelid
                    join pg_class on pg_class.oid = sealed.attrelid
                where sealed.attname = 'sealed' and referral.attname = 'referral_id' and relkind in ('r', 'p')
                    and relnamespace = 'public'::regnamespace
                    and not sealed.attisdropped and not referral.attisdropped
            $$;
            revoke execute on function prepare_forgetting() from referral_runtime, referral_worker;
            select prepare_forgetting();

            -- Who was asked to forget: by an erasure (everybody to whom the person was passed on) or by a withdrawal
            -- (to whom this referral went). Nothing in it says who the person was.
            create table erasures (
                id uuid primary key,
                -- Who kept the person.
                structure_id uuid not null,
                cause text not null check (cause in ('erasure', 'withdrawal', 'retention')),
                requested_by text not null check (requested_by in ('person', 'structure', 'charter')),
                -- Of its events; 0: it has not been told yet.
                sequence bigint not null default 0,
                requested_at timestamptz not null default clock_timestamp()
            );
            create index erasures_by_structure on erasures (structure_id, id);
            create index erasures_untold on erasures (id) where sequence = 0;
            create table erasure_tasks (
                erasure_id uuid not null references erasures,
                structure_id uuid not null,
                -- The structure that kept the person.
                asked_by uuid not null,
                -- How the recipient knows the person, until it has answered.
                pseudonym text,
                referral_ids uuid[] not null,
                answer text check (answer in ('deleted', 'retained')),
                basis text,
                retained_until date,
                answered_by text,
                answered_at timestamptz,
                primary key (erasure_id, structure_id),
                check ((answer is null) = (answered_at is null) and (answer is null) = (answered_by is null)),
                check ((answer is null) = (pseudonym is not null)),
                constraint retained_with_reason check (
                    (answer is not distinct from 'retained') = (basis is not null)
                    and (answer is not distinct from 'retained') = (retained_until is not null))
            );
            create index erasure_tasks_by_structure on erasure_tasks (structure_id, erasure_id);

            -- What must not be undone by restoring an older database: told to a ledger outside of it, in the order of
            -- their numbers.
            create table ledger_entries (
                id uuid primary key,
                structure_id uuid not null,
                kind text not null check (kind in ('consent-withdrawn', 'referral-withdrawn', 'person-erased')),
                subject_id uuid not null,
                at timestamptz not null default clock_timestamp(),
                -- Null until the ledger holds it: place, and SHA-256 of the line.
                number bigint unique check (number > 0),
                digest bytea check (length(digest) = 32),
                check ((number is null) = (digest is null))
            );
            create index ledger_entries_pending on ledger_entries (at, id) where number is null;

            alter table erasures enable row level security, force row level security;
            alter table erasure_tasks enable row level security, force row level security;
            alter table ledger_entries enable row level security, force row level security;
            revoke all on erasures, erasure_tasks, ledger_entries from referral_runtime, referral_worker;
            grant select on erasures, erasure_tasks to referral_runtime;
            grant update (sequence) on erasures to referral_runtime, referral_worker;
            grant update (answer, basis, retained_until, answered_by, answered_at, pseudonym, referral_ids)
                on erasure_tasks to referral_runtime;
            grant select on erasures, erasure_tasks, ledger_entries to referral_worker;
            grant update (number, digest) on ledger_entries to referral_worker;
            grant select, insert on ledger_entries to referral_runtime;
            create policy own on erasures to referral_runtime
                using (structure_id = any ((select acting_structures())::uuid[]));
            create policy asked on erasures to referral_runtime
                using (exists (select from erasure_tasks where erasure_id = id
                    and erasure_tasks.structure_id = any ((select acting_structures())::uuid[])));
            create policy asking on erasure_tasks for select to referral_runtime
                using (asked_by = any ((select acting_structures())::uuid[]));
            create policy asked on erasure_tasks to referral_runtime
                using (structure_id = any ((select acting_structures())::uuid[]));
            create policy own on ledger_entries to referral_runtime
                using (structure_id = any ((select acting_structures())::uuid[]));
            create policy worker on erasures to referral_worker using (true);
            create policy worker on erasure_tasks for select to referral_worker using (true);
            create policy worker on ledger_entries to referral_worker using (true);
            -- The functions below run as the owner, who is bound by row-level security as everybody is.
            create policy keeper on persons to referral_owner using (true);
            create policy keeper on demands for select to referral_owner using (true);
            create policy keeper on referrals for select to referral_owner using (true);
            create policy keeper on erasures to referral_owner using (true);
            create policy keeper on erasure_tasks to referral_owner using (true);
            create policy keeper on ledger_entries to referral_owner using (true);

            -- A UUID of version 7 (RFC 9562 §5.7), in the order of time as the service's own.
            create function uuid_v7() returns uuid language sql volatile
                return encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) placing
                    substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
                    from 1 for 6), 52, 1), 53, 1), 'hex')::uuid;

            -- While the ledger is replayed, nothing is told to it; while a person is erased, their recipients are asked
            -- once, for everything.
            create function is_under(what text) returns boolean language sql stable
                return coalesce(current_setting('spro.' || what, true), '') = 'on';
            create function note_for_ledger(structure uuid, what text, subject uuid) returns void language sql volatile
                security definer set search_path = public, pg_temp as $$
                insert into ledger_entries (id, structure_id, kind, subject_id)
                select uuid_v7(), structure, what, subject where not is_under('replay')
            $$;
            create function consent_was_withdrawn() returns trigger language plpgsql
                security definer set search_path = public, pg_temp as $$
            begin
                perform note_for_ledger(new.structure_id, 'consent-withdrawn', new.id);
                return null;
            end $$;
            create trigger told_to_ledger after update of state on consents for each row
                when (new.state = 'withdrawn' and old.state <> 'withdrawn') execute function consent_was_withdrawn();
            create function referral_was_withdrawn() returns trigger language plpgsql
                security definer set search_path = public, pg_temp as $$
            declare erasure uuid := uuid_v7();
            begin
                perform note_for_ledger(new.sender_id, 'referral-withdrawn', new.id);
                -- Who was passed nothing has nothing to forget.
                if new.submitted_at is not null and not is_under('erasure') then
                    insert into erasures (id, structure_id, cause, requested_by)
                    values (erasure, new.sender_id, 'withdrawal', 'person');
                    insert into erasure_tasks (erasure_id, structure_id, asked_by, pseudonym, referral_ids)
                    values (erasure, new.recipient_id, new.sender_id, new.pseudonym, array[new.id]);
                end if;
                return null;
            end $$;
            create trigger told_to_ledger after update of state on referrals for each row
                when (new.state = 'withdrawn' and old.state <> 'withdrawn') execute function referral_was_withdrawn();

            revoke execute on function note_for_ledger(uuid, text, uuid), consent_was_withdrawn(),
                referral_was_withdrawn() from referral_runtime, referral_worker;

            -- Forgets a person: their rows, their key, their link in every event. Whose structure, or who themselves,
            -- acts in this transaction may; for others there is nobody. Gives the key of the reporting service.
            create function forget_person(who uuid, erasure uuid, why text, asker text) returns uuid
                language plpgsql security definer set search_path = public, pg_temp as $$
            declare person record;
            begin
                select id, structure_id, reporting_key into person from persons where id = who
                    and (structure_id = any (acting_structures())
                        or id::text = nullif(current_setting('spro.person', true), ''))
                    for update;
                if person.id is null then
                    return null;
                end if;
                insert into erasures (id, structure_id, cause, requested_by, sequence)
                values (erasure, person.structure_id, why, asker, 1);
                if why <> 'retention' then
                    insert into erasure_tasks (erasure_id, structure_id, asked_by, pseudonym, referral_ids)
                    select erasure, recipient_id, person.structure_id, min(pseudonym), array_agg(id order by id)
                    from referrals where person_id = who and submitted_at is not null group by recipient_id;
                end if;
                perform unlink_event_person(person.reporting_key);
                perform note_for_ledger(person.structure_id, 'person-erased', who);
                delete from persons where id = who;
                return person.reporting_key;
            end $$;

            -- Structures of a region, or of none of the others that have delays of their own.
            create function lies_in(structure uuid, here text, elsewhere text[]) returns boolean language sql stable
                return coalesce((select case when here is null then region is null or region <> all (elsewhere)
                    else region = here end from known_structures where id = structure), here is null);

            -- Whom nobody has had anything to do with for so many months.
            create function persons_past(
                months bigint, here text, elsewhere text[], open_states text[], at_most bigint)
                returns table (id uuid, structure_id uuid) language sql stable
                security definer set search_path = public, pg_temp as $$
                with bound (cutoff) as (values (now() - make_interval(months => months::integer)))
                select persons.id, persons.structure_id from persons, bound
                where created_at < cutoff and lies_in(structure_id, here, elsewhere)
                    and not exists (select from demands where person_id = persons.id
                        and (state = 'open' or closed_at >= cutoff))
                    and not exists (select from referrals where person_id = persons.id
                        and (state = any (open_states) or changed_at >= cutoff))
                order by created_at limit at_most
            $$;
            create index persons_by_age on persons (created_at);
            create index referrals_by_person on referrals (person_id);

            -- Deletes what referrals that ended so many months ago hold of contents; gives how many rows.
            create function purge_contents(
                months bigint, here text, elsewhere text[], open_states text[], at_most bigint)
                returns bigint language plpgsql volatile security definer set search_path = public, pg_temp as $$
            declare
                content record;
                cutoff timestamptz := now() - make_interval(months => months::integer);
                purged bigint;
                total bigint := 0;
            begin
                for content in select relation from tables_of_contents() loop
                    execute format(
                        'with past as (
                            select content.ctid from %1$s as content join referrals on referrals.id = referral_id
                            where state <> all ($1) and changed_at < $2 and lies_in(sender_id, $3, $4)
                            limit $5 for update of content skip locked)
                        delete from %1$s where ctid in (select ctid from past)', content.relation)
                        using open_states, cutoff, here, elsewhere, at_most - total;
                    get diagnostics purged = row_count;
                    total := total + purged;
                end loop;
                return total;
            end $$;
            revoke execute on function persons_past(bigint, text, text[], text[], bigint),
                purge_contents(bigint, text, text[], text[], bigint) from referral_runtime;
            """)
}
