import Postgres

/// What a person takes back, by whatever command, and who is said to have done it.
extension ReferralMigrations {
    static let takenBack = Migration(
        number: 38, name: "what persons cancel is withdrawn, and nothing unseen is kept",
        sql: """
            -- Who asked; null in entries of before.
            alter table ledger_entries
                add column requested_by text check (requested_by in ('person', 'structure', 'charter'));
            create policy keeper on referral_transitions for select to referral_owner using (true);
            create policy keeper on access_journal for select to referral_owner using (true);

            -- Who asks in this transaction; while the ledger is replayed, who asked then.
            create function who_asks() returns text language sql stable
                return coalesce(nullif(current_setting('spro.asker', true), ''),
                    case when acting_person() is null then 'structure' else 'person' end);
            -- To cancel what was submitted is a withdrawal where the person does it (`guard_return` says so, too).
            create function is_taken_back(before text, after text, submitted timestamptz)
                returns boolean language sql stable
                return before <> after and (after in ('withdrawn', 'entered_in_error')
                    or after = 'cancelled' and submitted is not null and acting_person() is not null);
            create function was_cancelled_by_person(referral uuid) returns boolean language sql stable
                security definer set search_path = public, pg_temp as $$
                select exists (select from referral_transitions
                    where referral_id = referral and to_state = 'cancelled' and actor = 'person')
            $$;

            -- What goes along at L3 is not kept for a recipient who has not seen it as it stands, nor is a message.
            create function forget_unseen(referral uuid) returns void language sql volatile
                security definer set search_path = public, pg_temp as $$
                delete from messages where referral_id = referral and delivered_at is null;
                delete from referral_contents where referral_id = referral
                    and not exists (select from access_journal
                        where access_journal.referral_id = referral and decision = 'disclosed'
                            and category = any (categories) and at >= written_at)
            $$;

            drop function note_for_ledger(uuid, text, uuid);
            create function note_for_ledger(structure uuid, what text, subject uuid, asked text default who_asks())
                returns void language sql volatile security definer set search_path = public, pg_temp as $$
                insert into ledger_entries (id, structure_id, kind, subject_id, requested_by)
                select uuid_v7(), structure, what, subject, asked where not is_under('replay')
            $$;
            create or replace function consent_was_withdrawn() returns trigger language plpgsql
                security definer set search_path = public, pg_temp as $$
            declare asked text := coalesce(new.withdrawn_by, 'structure');
            begin
                perform note_for_ledger(new.structure_id, 'consent-withdrawn', new.id, asked);
                perform ask_to_forget(new.structure_id, 'withdrawal', asked,
                    array(select id from referrals
                        where consent_id = new.id and state not in ('withdrawn', 'entered_in_error')
                            and not (state = 'cancelled' and was_cancelled_by_person(id))));
                -- Of those that are under way, their own withdrawal does it, which comes next.
                perform forget_unseen(id) from referrals where consent_id = new.id and not is_under_way(state);
                return null;
            end $$;
            create or replace function referral_was_taken_back() returns trigger language plpgsql
                security definer set search_path = public, pg_temp as $$
            declare is_error boolean := new.state = 'entered_in_error';
            begin
                perform note_for_ledger(new.sender_id,
                    case when is_error then 'referral-in-error' else 'referral-withdrawn' end, new.id);
                -- Its consent's withdrawal has asked for all that rest on it; so has its own, before it was an error.
                if old.state <> 'withdrawn'
                    and not (old.state = 'cancelled' and was_cancelled_by_person(new.id))
                    and not exists (select from consents where id = new.consent_id and state = 'withdrawn')
                then
                    perform ask_to_forget(new.sender_id, case when is_error then 'error' else 'withdrawal' end,
                        who_asks(), array[new.id]);
                end if;
                return null;
            end $$;
            drop trigger told_to_ledger on referrals;
            create trigger told_to_ledger after update of state on referrals for each row
                when (is_taken_back(old.state, new.state, new.submitted_at))
                execute function referral_was_taken_back();

            -- As before, and by what is unseen.
            create or replace function let_go() returns trigger language plpgsql
                security definer set search_path = public, pg_temp as $$
            begin
                update appointments set cancelled_at = now()
                where referral_id = new.id and attendance is null and cancelled_at is null;
                perform forget_unseen(new.id);
                return null;
            end $$;
            drop trigger let_go on referrals;
            create trigger let_go after update of state on referrals for each row
                when (is_taken_back(old.state, new.state, new.submitted_at)) execute function let_go();

            -- As before, and the ledger is told who asked.
            create or replace function forget_person(who uuid, erasure uuid, why text, asker text) returns uuid
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
                perform note_for_ledger(person.structure_id, 'person-erased', who, asker);
                delete from persons where id = who;
                return person.reporting_key;
            end $$;
            revoke execute on function note_for_ledger(uuid, text, uuid, text), was_cancelled_by_person(uuid),
                forget_unseen(uuid) from referral_runtime, referral_worker;

            -- What persons cancelled before this was a withdrawal, too: nobody was asked to forget it but by the withdrawal
            -- of its consent, which asks no more.
            do $$
            declare gone record;
            begin
                for gone in select referrals.id, sender_id, consents.state = 'withdrawn' as is_asked
                    from referrals join consents on consents.id = consent_id
                    where referrals.state = 'cancelled' and submitted_at is not null
                        and was_cancelled_by_person(referrals.id)
                    order by referrals.id
                loop
                    perform note_for_ledger(gone.sender_id, 'referral-withdrawn', gone.id, 'person');
                    perform forget_unseen(gone.id);
                    if not gone.is_asked then
                        perform ask_to_forget(gone.sender_id, 'withdrawal', 'person', array[gone.id]);
                    end if;
                end loop;
            end $$;
            """)
}
