import Postgres

/// What a sender may count without learning what it may not know.
extension ReferralMigrations {
    static let senderSteps = Migration(
        number: 31, name: "the steps of a referral as each party may know them",
        sql: """
            -- `sequence` counts events, appointments included. A sender without the purpose `retour` is told neither of
            -- these nor of the steps to them and back: what it is shown counts without them.
            -- Their defaults come apart: functions take a row of the table.
            alter table referrals add column step bigint, add column sender_step bigint,
                add column sender_changed_at timestamptz;
            alter table referrals alter column step set default 1, alter column sender_step set default 1,
                alter column sender_changed_at set default now();
            alter table referral_transitions add column step bigint, add column sender_step bigint;

            create policy keeper on consents for select to referral_owner using (true);
            -- Whether the consent still holds changes nothing: numbers never go back.
            create function is_told_to_sender(before text, after text, consent uuid) returns boolean language sql stable
                security definer set search_path = public, pg_temp
                return not (after = 'scheduled' or coalesce(before, '') = 'scheduled' and after = 'accepted')
                    or exists (select from consents where id = consent and 'retour' = any (purposes));

            alter table referrals no force row level security;
            alter table referral_transitions no force row level security;
            with told as (
                select referral_id, referral_transitions.sequence, at, row_number() over steps as step,
                    is_told_to_sender(from_state, to_state, consent_id) as is_told,
                    count(*) filter (where is_told_to_sender(from_state, to_state, consent_id)) over steps as sender_step
                from referral_transitions join referrals on referrals.id = referral_id
                window steps as (partition by referral_id order by referral_transitions.sequence)
            ), numbered as (
                update referral_transitions set step = told.step,
                    sender_step = case when told.is_told then told.sender_step end
                from told where referral_transitions.referral_id = told.referral_id
                    and referral_transitions.sequence = told.sequence
            )
            update referrals set step = latest.step, sender_step = latest.sender_step, sender_changed_at = latest.at
            from (select referral_id, max(step) as step, max(sender_step) as sender_step,
                    max(at) filter (where is_told) as at from told group by referral_id) as latest
            where referrals.id = latest.referral_id;
            alter table referrals alter column step set not null, alter column sender_step set not null,
                alter column sender_changed_at set not null;
            alter table referrals force row level security;
            alter table referral_transitions force row level security;
            -- What a delivery tells, beside what tells it from others; null where it was written before.
            alter table webhook_deliveries add column step bigint;

            create function count_step() returns trigger language plpgsql as $$
            begin
                if new.state <> old.state then
                    new.step := old.step + 1;
                    if is_told_to_sender(old.state, new.state, new.consent_id) then
                        new.sender_step := old.sender_step + 1;
                        new.sender_changed_at := now();
                    end if;
                end if;
                return new;
            end $$;
            create trigger count_step before update of state on referrals for each row execute function count_step();
            create function number_step() returns trigger language plpgsql
                security definer set search_path = public, pg_temp as $$
            begin
                select step, case when is_told_to_sender(new.from_state, new.to_state, consent_id) then sender_step end
                into new.step, new.sender_step from referrals where id = new.referral_id;
                return new;
            end $$;
            create trigger number_step before insert on referral_transitions for each row
                execute function number_step();

            -- What expires takes its step as all others do.
            grant update (reason_code, outcome, redirect_to, resume_by, submitted_at) on referrals to referral_worker;
            """)
}
