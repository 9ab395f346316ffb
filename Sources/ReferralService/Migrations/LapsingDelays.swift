import Postgres

/// Drafts that nobody moves on, proposals that nobody answers, and who answered for the person.
extension ReferralMigrations {
    static let lapsingDelays = Migration(
        number: 26, name: "delays of drafts and redirects, witnessed answers",
        sql: """
            create or replace function wind_up() returns trigger language plpgsql
                security definer set search_path = public, pg_temp as $$
            begin
                if new.state in ('draft', 'awaiting_consent', 'submitted', 'under_review', 'accepted', 'on_hold',
                    'redirect_proposed')
                then
                    insert into referral_timers (referral_id, due_at) values (new.id, now() + interval '1 hour')
                    on conflict (referral_id) do update set due_at = excluded.due_at;
                else
                    delete from referral_timers where referral_id = new.id;
                end if;
                return null;
            end $$;
            alter table referrals no force row level security;
            insert into referral_timers (referral_id, due_at)
            select id, now() from referrals where state in ('draft', 'redirect_proposed')
            on conflict (referral_id) do nothing;
            alter table referrals force row level security;

            alter table referral_notices
                drop constraint referral_notices_kind_check,
                add constraint referral_notices_kind_check check (kind in ('reminder', 'sender-warning',
                    'urgent-untouched', 'uncontacted', 'hold-over', 'redirect-unanswered'));
            drop index referral_notices_by_territory;
            create index referral_notices_by_territory on referral_notices using gin (territories)
                where kind in ('urgent-untouched', 'uncontacted', 'hold-over', 'redirect-unanswered');
            alter policy to_coordinator on referral_notices
                using (kind in ('urgent-untouched', 'uncontacted', 'hold-over', 'redirect-unanswered')
                    and territories && (select acting_territories()));

            -- The worker also takes a referral back to where it was before an unanswered proposal.
            create function lapses(state text, previous text) returns boolean language sql immutable parallel safe
                return coalesce(state in ('under_review', 'in_progress') and previous = 'redirect_proposed', false);
            alter policy worker_change on referrals
                using (true) with check (state = 'expired' or lapses(state, previous_state));
            alter policy worker_insert on referral_transitions
                with check (actor = 'timer' and (to_state = 'expired' or lapses(to_state, from_state)));

            -- Who asked the person and who heard them, where a structure answers for them. What was written before is as
            -- it is.
            alter table referral_transitions
                add column agent text,
                add column witness text,
                add constraint word_of_the_person check ((agent is null) = (witness is null)),
                add constraint refused_by_the_person check (
                    command is distinct from 'refuse_redirect' or actor <> 'sender' or witness is not null) not valid;
            select prepare_forgetting();
            """)
}
