import Postgres

/// What the parties to a referral arrange and say.
extension ReferralMigrations {
    static let appointmentsAndMessages = Migration(
        number: 20, name: "appointments and messages",
        sql: """
            create table appointments (
                id uuid primary key,
                referral_id uuid not null references referrals on delete cascade,
                starts_at timestamptz not null,
                minutes bigint not null check (minutes between 5 and 600),
                channel text not null,
                made_by text not null check (made_by in ('person', 'recipient')),
                created_at timestamptz not null default now(),
                attendance text check (attendance in ('seen', 'excused', 'revoked', 'noshow')),
                recorded_at timestamptz,
                -- Because the referral was withdrawn.
                cancelled_at timestamptz,
                check ((attendance is null) = (recorded_at is null))
            );
            create unique index one_appointment_at_a_time on appointments (referral_id)
                where attendance is null and cancelled_at is null;
            create index appointments_by_referral on appointments (referral_id, id);
            create table messages (
                id uuid primary key,
                referral_id uuid not null references referrals on delete cascade,
                author text not null check (author in ('person', 'sender', 'recipient')),
                -- Sealed by the person's key.
                sealed bytea not null,
                created_at timestamptz not null default now(),
                -- When somebody of the other side first read it.
                delivered_at timestamptz
            );
            create index messages_by_referral on messages (referral_id, id);

            alter table appointments enable row level security, force row level security;
            alter table messages enable row level security, force row level security;
            revoke delete on appointments, messages from referral_runtime;
            revoke update on appointments, messages from referral_runtime;
            grant update (attendance, recorded_at) on appointments to referral_runtime;
            grant update (delivered_at) on messages to referral_runtime;
            revoke all on appointments, messages from referral_worker;
            -- The sender learns of appointments with the purpose `retour` only.
            create policy of_received on appointments to referral_runtime
                using (exists (select from referrals where referrals.id = referral_id
                    and recipient_id = any ((select acting_structures())::uuid[])));
            create policy of_person on appointments to referral_runtime
                using (exists (select from referrals where referrals.id = referral_id
                    and person_id = (select acting_person())));
            create policy of_sent on appointments for select to referral_runtime
                using (exists (select from referrals join consents on consents.id = consent_id
                    where referrals.id = referral_id and sender_id = any ((select acting_structures())::uuid[])
                        and 'retour' = any (purposes) and is_in_force(consents, recipient_id)));
            -- Messages live by the consent, and from the review to the end.
            create policy of_parties on messages to referral_runtime
                using (exists (select from referrals join consents on consents.id = consent_id
                    where referrals.id = referral_id
                        and (recipient_id = any ((select acting_structures())::uuid[])
                            or sender_id = any ((select acting_structures())::uuid[])
                            or referrals.person_id = (select acting_person()))
                        and tier_of(referrals.state, previous_state) >= 1 and is_in_force(consents, recipient_id)));
            -- The key of a person opens nothing by itself: whoever may read their messages may take it to do so.
            create policy of_messages on person_keys for select to referral_runtime
                using (exists (select from referrals join consents on consents.id = consent_id
                    where referrals.person_id = person_keys.person_id
                        and recipient_id = any ((select acting_structures())::uuid[])
                        and tier_of(referrals.state, previous_state) >= 1 and is_in_force(consents, recipient_id)));

            -- Whoever withdraws it, by whatever way: nothing of what was not yet there is delivered, nobody waits.
            create policy of_owner on appointments to referral_owner using (true);
            create policy of_owner on messages to referral_owner using (true);
            create function let_go() returns trigger language plpgsql
                security definer set search_path = public, pg_temp as $$
            begin
                update appointments set cancelled_at = now()
                where referral_id = new.id and attendance is null and cancelled_at is null;
                delete from messages where referral_id = new.id and delivered_at is null;
                return null;
            end $$;
            create trigger let_go after update of state on referrals for each row
                when (new.state in ('withdrawn', 'entered_in_error') and old.state <> new.state)
                execute function let_go();
            """)
}
