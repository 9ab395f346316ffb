import Postgres

/// Drafts, holds, redirects, what expires: the states that came after the first, and what depends on states said once.
extension ReferralMigrations {
    static let referralLife = Migration(
        number: 19, name: "the whole life of referrals", sql: "\(lifeTables)\n\(lifePolicies)")

    private static let lifeTables: Query =
        """
        -- The highest tier that the recipient may see (`Referral.tier`); null: nothing, not even that it exists.
        create function tier_of(state text, previous text) returns bigint language sql immutable parallel safe
            return case
                when state in ('submitted', 'redirected', 'completed', 'closed_unfulfilled', 'declined', 'cancelled',
                    'expired') then 0
                when state = 'under_review' then 1
                when state in ('accepted', 'scheduled', 'in_progress', 'on_hold') then 3
                when state = 'redirect_proposed' and previous = 'in_progress' then 3
                when state = 'redirect_proposed' then 1
            end;
        -- The tier to which a code of `data_category` belongs.
        create function tier_of_category(category text) returns bigint language sql immutable parallel safe
            return case
                when category in ('besoin', 'situation') then 0
                when category in ('alias', 'canal-relais') then 1
                when category in ('identite', 'contact') then 2
                else 3
            end;
        -- Passed on, and somebody still has to deal with it.
        create function is_under_way(state text) returns boolean language sql immutable parallel safe
            return state in ('submitted', 'under_review', 'accepted', 'scheduled', 'in_progress', 'on_hold',
                'redirect_proposed');
        -- The territories that this transaction coordinates, and the person for whom it acts; null: none.
        create function acting_territories() returns text[] language sql stable parallel safe
            return string_to_array(nullif(current_setting('spro.territories', true), ''), ',');
        create function acting_person() returns uuid language sql stable parallel safe
            return nullif(current_setting('spro.person', true), '')::uuid;

        alter table referrals
            drop constraint referrals_state_check,
            drop constraint submitted_with_consent,
            add column previous_state text,
            -- Whom the recipient proposes in its place.
            add column redirect_to uuid,
            -- The day (YYYY-MM-DD) on which a hold is to end.
            add column resume_by text check (resume_by ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
            -- The referral that this one follows, after a redirect or a decline: one follows at most.
            add column parent_id uuid references referrals on delete cascade constraint followed_once unique,
            -- When the person chose among the options.
            add column chosen_at timestamptz,
            add column exceeds_limit_by_choice boolean not null default false,
            add constraint referrals_state_check check (state in ('draft', 'awaiting_consent', 'submitted',
                'under_review', 'accepted', 'scheduled', 'in_progress', 'on_hold', 'redirect_proposed',
                'redirected', 'completed', 'closed_unfulfilled', 'declined', 'cancelled', 'expired', 'withdrawn',
                'entered_in_error')),
            add constraint submitted_with_consent check (
                (submitted_at is not null and consent_id is not null)
                or (submitted_at is null and state in ('draft', 'awaiting_consent', 'cancelled', 'expired',
                    'withdrawn', 'entered_in_error'))),
            add constraint redirected_somewhere check (
                state not in ('redirect_proposed', 'redirected') or redirect_to is not null),
            add constraint held_until_a_day check (state <> 'on_hold' or resume_by is not null);
        drop index no_open_duplicate;
        create unique index no_open_duplicate on referrals (person_id, recipient_id, theme)
            where state in ('submitted', 'under_review', 'accepted', 'scheduled', 'in_progress', 'on_hold',
                'redirect_proposed');
        grant update (previous_state, redirect_to, resume_by, chosen_at, exceeds_limit_by_choice, recipient_id,
            pseudonym, service_id) on referrals to referral_runtime;

        -- To whom somebody is referred changes as long as it is a draft: the person chooses. Never afterwards.
        create function keep_recipient() returns trigger language plpgsql as $$
        begin
            if old.state <> 'draft'
                and (old.recipient_id, old.pseudonym) is distinct from (new.recipient_id, new.pseudonym)
            then
                raise 'the recipient of a referral that is no draft never changes';
            end if;
            return new;
        end $$;
        create trigger keep_recipient before update on referrals for each row execute function keep_recipient();

        alter table referral_transitions
            drop constraint referral_transitions_actor_check,
            add constraint referral_transitions_actor_check
                check (actor in ('person', 'sender', 'recipient', 'coordinator', 'timer')),
            -- Neither a coordinator nor a delay acts for a structure of the referral.
            alter column structure_id drop not null,
            add constraint acts_for_a_structure check (
                structure_id is not null or actor in ('coordinator', 'timer'));

        -- What a person was offered, and why.
        create table referral_options (
            referral_id uuid not null references referrals on delete cascade,
            position bigint not null,
            structure_id uuid not null,
            reasons text[] not null check (cardinality(reasons) between 1 and 10),
            primary key (referral_id, structure_id)
        );
        alter table referral_options enable row level security, force row level security;
        revoke update on referral_options from referral_runtime;
        revoke all on referral_options from referral_worker;
        -- The recipient does not learn who else was offered.
        create policy of_sent on referral_options to referral_runtime
            using (exists (select from referrals where referrals.id = referral_id
                and sender_id = any ((select acting_structures())::uuid[])));
        create policy of_person on referral_options to referral_runtime
            using (exists (select from referrals where referrals.id = referral_id
                and person_id = (select acting_person())));

        -- The roots (a siège and its antennes are one) of the structures that a demand has passed through or is
        -- with: whoever received the person, and whoever was asked and has not refused.
        create function roots_of(demand uuid) returns setof uuid language sql stable as $$
            select root_id from receptions where demand_id = demand
            union
            select coalesce(root_id, recipient_id)
            from referrals left join known_structures on known_structures.id = recipient_id
            where demand_id = demand and (is_under_way(state) or state = 'completed')
        $$;

        -- The guard `consent-appointment`, after the guard `consent` has locked the row.
        create function guard_appointment(referral uuid) returns void language plpgsql as $$
        begin
            perform from referrals join consents on consents.id = consent_id
            where referrals.id = referral and 'rendez-vous' = any (purposes);
            if not found then
                raise 'consent-without-appointments' using errcode = 'SP001';
            end if;
        end $$;

        -- The guard `new-consent`: a consent of the same person, given after the proposal and by another act than the
        -- one that carries the referral, which names whom it is to go to next, and all that goes along.
        create function guard_redirect(referral uuid, renewed uuid) returns void language plpgsql as $$
        declare
            candidate referrals;
            consent consents;
        begin
            select * into candidate from referrals where id = referral;
            perform share_consents(array[renewed]);
            select * into consent from consents
            where id = renewed and person_id = candidate.person_id for share;
            if consent.id is null then
                raise 'consent-missing' using errcode = 'SP001';
            elsif consent.id = candidate.consent_id or consent.granted_at <= candidate.changed_at then
                raise 'consent-not-new' using errcode = 'SP001';
            elsif consent.state <> 'active' then
                raise 'consent-withdrawn' using errcode = 'SP001';
            elsif clock_timestamp() < consent.valid_from - interval '5 minutes' then
                raise 'consent-not-yet-valid' using errcode = 'SP001';
            elsif clock_timestamp() >= consent.valid_until then
                raise 'consent-expired' using errcode = 'SP001';
            elsif candidate.redirect_to is null or candidate.redirect_to <> all (consent.recipients) then
                raise 'consent-for-other-recipients' using errcode = 'SP001';
            elsif 'transmission' <> all (consent.purposes) then
                raise 'consent-for-other-purposes' using errcode = 'SP001';
            elsif not candidate.data_categories <@ consent.data_categories then
                raise 'consent-for-other-data' using errcode = 'SP001';
            end if;
        end $$;
        """
}
