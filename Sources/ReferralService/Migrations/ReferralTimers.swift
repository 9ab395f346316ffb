import Postgres

/// What happens when nobody does anything.
extension ReferralMigrations {
    static let timers = Migration(
        number: 21, name: "timers and notices",
        sql: """
            -- When a referral must be looked at again. Whatever moves it sets this, in the same transaction, to before
            -- anything can be due (an hour is the shortest delay of a charter); the worker then sets the next instant.
            create table referral_timers (
                referral_id uuid primary key references referrals on delete cascade,
                due_at timestamptz not null
            );
            create index referral_timers_by_time on referral_timers (due_at);
            revoke all on referral_timers from referral_runtime;
            create function wind_up() returns trigger language plpgsql
                security definer set search_path = public, pg_temp as $$
            begin
                if new.state in ('awaiting_consent', 'submitted', 'under_review', 'accepted', 'on_hold') then
                    insert into referral_timers (referral_id, due_at) values (new.id, now() + interval '1 hour')
                    on conflict (referral_id) do update set due_at = excluded.due_at;
                else
                    delete from referral_timers where referral_id = new.id;
                end if;
                return null;
            end $$;
            create trigger wind_up after insert or update of state on referrals for each row execute function wind_up();
            alter table referrals no force row level security;
            insert into referral_timers (referral_id, due_at)
            select id, now() from referrals where state in ('awaiting_consent', 'submitted', 'under_review', 'accepted');
            alter table referrals force row level security;

            -- What a delay told, and whom. A delay that begins again may tell it again.
            create table referral_notices (
                id uuid primary key,
                referral_id uuid not null references referrals on delete cascade,
                kind text not null check (kind in ('reminder', 'sender-warning', 'urgent-untouched', 'uncontacted',
                    'hold-over')),
                -- Seconds of the delay, from `since`.
                delay bigint not null,
                since timestamptz not null,
                sender_id uuid not null,
                recipient_id uuid not null,
                territories text[] not null,
                theme text not null,
                urgency text not null,
                raised_at timestamptz not null default now(),
                constraint notice_told_once unique (referral_id, kind, delay, since)
            );
            create index referral_notices_by_territory on referral_notices using gin (territories)
                where kind in ('urgent-untouched', 'uncontacted', 'hold-over');
            alter table referral_notices enable row level security, force row level security;
            revoke insert, update, delete on referral_notices from referral_runtime;
            revoke update, delete on referral_notices from referral_worker;
            create policy worker on referral_notices to referral_worker using (true);
            create policy to_recipient on referral_notices for select to referral_runtime
                using (kind = 'reminder' and exists (select from referrals where referrals.id = referral_id
                    and referrals.recipient_id = any ((select acting_structures())::uuid[])));
            create policy to_sender on referral_notices for select to referral_runtime
                using (kind = 'sender-warning' and sender_id = any ((select acting_structures())::uuid[]));
            create policy to_coordinator on referral_notices for select to referral_runtime
                using (kind in ('urgent-untouched', 'uncontacted', 'hold-over')
                    and territories && (select acting_territories()));

            -- The worker lets referrals expire and closes abandoned demands; it changes nothing else, and reads of a
            -- person only who they are to the reporting service.
            revoke insert, update on referrals, demands, receptions, consents from referral_worker;
            grant update (state, previous_state, sequence, changed_at) on referrals to referral_worker;
            grant update (state, outcome, closed_at, sequence, summary_given, charged, counselling_proposed,
                counselling_accepted, appointment_requested) on demands to referral_worker;
            grant select (id, reporting_key) on persons to referral_worker;
            create policy worker_change on referrals for update to referral_worker
                using (true) with check (state = 'expired');
            create policy worker_insert on referral_transitions for insert to referral_worker
                with check (actor = 'timer' and to_state = 'expired');
            create policy worker_change on demands for update to referral_worker
                using (true) with check (state = 'closed' and outcome = 'abandonnee');
            create policy worker on persons for select to referral_worker using (true);
            create index demands_that_are_open on demands (opened_at) where state = 'open';
            -- The tables that came since go with the persons whom they are about.
            select prepare_forgetting();
            """)
}
