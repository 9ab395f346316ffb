import Postgres

extension ReferralMigrations {
    static let askingEverybody = Migration(
        number: 32, name: "whoever was shown something is asked to forget",
        sql: """
            alter table erasures drop constraint erasures_cause_check,
                add constraint erasures_cause_check check (cause in ('erasure', 'withdrawal', 'error', 'retention'));
            alter table ledger_entries drop constraint ledger_entries_kind_check,
                add constraint ledger_entries_kind_check check (kind in ('consent-withdrawn', 'referral-withdrawn',
                    'referral-in-error', 'link-revoked', 'person-erased'));

            -- Asks the recipients of these referrals to forget what they were passed, each once for all of them. Who was
            -- passed nothing has nothing to forget.
            create function ask_to_forget(
                keeper uuid, why text, asker text, ids uuid[]) returns void language plpgsql
                security definer set search_path = public, pg_temp as $$
            declare erasure uuid := uuid_v7();
            begin
                if is_under('erasure')
                    or not exists (select from referrals where id = any (ids) and submitted_at is not null)
                then
                    return;
                end if;
                insert into erasures (id, structure_id, cause, requested_by) values (erasure, keeper, why, asker);
                insert into erasure_tasks (erasure_id, structure_id, asked_by, pseudonym, referral_ids)
                select erasure, recipient_id, keeper, min(pseudonym), array_agg(id order by id)
                from referrals where id = any (ids) and submitted_at is not null group by recipient_id;
            end $$;

            -- With a consent goes whatever rested on it: also what has come to its end. Who was asked for a referral
            -- before is not asked again.
            create or replace function consent_was_withdrawn() returns trigger language plpgsql
                security definer set search_path = public, pg_temp as $$
            begin
                perform note_for_ledger(new.structure_id, 'consent-withdrawn', new.id);
                perform ask_to_forget(new.structure_id, 'withdrawal', coalesce(new.withdrawn_by, 'structure'),
                    array(select id from referrals
                        where consent_id = new.id and state not in ('withdrawn', 'entered_in_error')));
                return null;
            end $$;
            drop trigger told_to_ledger on referrals;
            drop function referral_was_withdrawn();
            create function referral_was_taken_back() returns trigger language plpgsql
                security definer set search_path = public, pg_temp as $$
            declare is_error boolean := new.state = 'entered_in_error';
            begin
                perform note_for_ledger(new.sender_id,
                    case when is_error then 'referral-in-error' else 'referral-withdrawn' end, new.id);
                -- Its consent's withdrawal has asked for all that rest on it; so has its own, before it was an error.
                if old.state <> 'withdrawn'
                    and not exists (select from consents where id = new.consent_id and state = 'withdrawn')
                then
                    perform ask_to_forget(new.sender_id, case when is_error then 'error' else 'withdrawal' end,
                        case when acting_person() is null then 'structure' else 'person' end, array[new.id]);
                end if;
                return null;
            end $$;
            create trigger told_to_ledger after update of state on referrals for each row
                when (new.state in ('withdrawn', 'entered_in_error') and old.state <> new.state)
                execute function referral_was_taken_back();
            revoke execute on function ask_to_forget(uuid, text, text, uuid[]), referral_was_taken_back()
                from referral_runtime, referral_worker;

            -- A link is revoked because somebody else may have it: a restored database must not let it in again.
            create function link_was_revoked() returns trigger language plpgsql
                security definer set search_path = public, pg_temp as $$
            begin
                perform note_for_ledger(new.structure_id, 'link-revoked', new.id);
                return null;
            end $$;
            create trigger told_to_ledger after update of revoked_at on follow_up_links for each row
                when (old.revoked_at is null and new.revoked_at is not null) execute function link_was_revoked();
            revoke execute on function link_was_revoked() from referral_runtime, referral_worker;
            """)
}
