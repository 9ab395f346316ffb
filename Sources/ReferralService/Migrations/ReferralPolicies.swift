import Postgres

/// Who sees and writes which rows, held by the database itself.
extension ReferralMigrations {
    /// `for share` needs an update policy: without one it finds nothing, and says nothing. So a recipient may lock what
    /// it reads, and `with check (false)` keeps it from writing it.
    static let referralPolicies = Migration(
        number: 6, name: "row-level security",
        sql: """
            alter table persons enable row level security, force row level security;
            alter table person_keys enable row level security, force row level security;
            alter table person_fields enable row level security, force row level security;
            alter table demands enable row level security, force row level security;
            alter table receptions enable row level security, force row level security;
            alter table consents enable row level security, force row level security;
            alter table referrals enable row level security, force row level security;
            alter table referral_transitions enable row level security, force row level security;
            revoke delete on persons, person_keys, person_fields, demands, receptions, consents, referrals,
                referral_transitions from referral_runtime, referral_worker;
            revoke update on receptions, referral_transitions from referral_runtime, referral_worker;
            revoke all on persons, person_keys, person_fields from referral_worker;

            -- What a structure keeps itself.
            create policy own on persons to referral_runtime
                using (structure_id = any ((select acting_structures())::uuid[]));
            create policy own on person_keys to referral_runtime
                using (structure_id = any ((select acting_structures())::uuid[]));
            create policy own on person_fields to referral_runtime
                using (structure_id = any ((select acting_structures())::uuid[]));
            create policy own on demands to referral_runtime
                using (structure_id = any ((select acting_structures())::uuid[]));
            create policy own on receptions to referral_runtime
                using (structure_id = any ((select acting_structures())::uuid[]));
            create policy own on consents to referral_runtime
                using (structure_id = any ((select acting_structures())::uuid[]));
            create policy sent on referrals to referral_runtime
                using (sender_id = any ((select acting_structures())::uuid[]));

            -- What is passed on to it: nothing before submission, nothing after withdrawal.
            create policy received_read on referrals for select to referral_runtime
                using (recipient_id = any ((select acting_structures())::uuid[]) and submitted_at is not null
                    and state not in ('withdrawn', 'entered_in_error'));
            create policy received_change on referrals for update to referral_runtime
                using (recipient_id = any ((select acting_structures())::uuid[]) and submitted_at is not null
                    and state not in ('withdrawn', 'entered_in_error'));
            create policy of_referral on referral_transitions to referral_runtime
                using (exists (select from referrals where id = referral_id))
                with check (structure_id = any ((select acting_structures())::uuid[])
                    and exists (select from referrals where id = referral_id));

            create policy received_read on consents for select to referral_runtime
                using (exists (select from referrals where consent_id = consents.id
                    and recipient_id = any ((select acting_structures())::uuid[])));
            create policy received_lock on consents for update to referral_runtime
                using (exists (select from referrals where consent_id = consents.id
                    and recipient_id = any ((select acting_structures())::uuid[])))
                with check (false);
            create policy received_read on persons for select to referral_runtime
                using (exists (select from referrals where person_id = persons.id
                    and recipient_id = any ((select acting_structures())::uuid[])));
            -- The tiers L1 and L2, by state and consent, whatever a query asks for.
            create policy disclosed on person_fields for select to referral_runtime
                using (exists (
                    select from referrals join consents on consents.id = consent_id
                    where referrals.person_id = person_fields.person_id
                        and recipient_id = any ((select acting_structures())::uuid[])
                        and category = any (referrals.data_categories) and category = any (consents.data_categories)
                        and (referrals.state in ('accepted', 'in_progress')
                            or referrals.state = 'under_review' and category in ('alias', 'canal-relais'))
                        and is_in_force(consents, recipient_id)));
            create policy disclosed on person_keys for select to referral_runtime
                using (exists (select from person_fields where person_fields.person_id = person_keys.person_id));

            -- Who has accepted a referral joins its demand: it adds its own receptions.
            create policy joined_read on demands for select to referral_runtime
                using (exists (select from referrals where demand_id = demands.id
                    and recipient_id = any ((select acting_structures())::uuid[])
                    and referrals.state in ('accepted', 'in_progress')));
            create policy joined_change on demands for update to referral_runtime
                using (exists (select from referrals where demand_id = demands.id
                    and recipient_id = any ((select acting_structures())::uuid[])
                    and referrals.state in ('accepted', 'in_progress')))
                with check (state = 'open');
            create policy of_own_demand on receptions for select to referral_runtime
                using (exists (select from demands where demands.id = demand_id
                    and demands.structure_id = any ((select acting_structures())::uuid[])));

            -- Timers and feeds know states and times, never who somebody is.
            create policy worker on demands for select to referral_worker using (true);
            create policy worker on receptions for select to referral_worker using (true);
            create policy worker on consents for select to referral_worker using (true);
            create policy worker on referrals for select to referral_worker using (true);
            create policy worker on referral_transitions for select to referral_worker using (true);
            """)

    static let journal = Migration(
        number: 7, name: "journal of accesses",
        sql: """
            -- Who saw what of whom (L1 and above). Only ever added to.
            create table access_journal (
                id uuid primary key,
                at timestamptz not null default clock_timestamp(),
                structure_id uuid not null,
                client_id text not null,
                subject text not null,
                request_id text not null,
                referral_id uuid not null,
                person_id uuid not null,
                tier bigint not null check (tier between 1 and 3),
                categories text[] not null check (cardinality(categories) > 0)
            );
            create index access_journal_by_person on access_journal (person_id, at);
            alter table access_journal enable row level security, force row level security;
            revoke update, delete on access_journal from referral_runtime, referral_worker;
            create policy own on access_journal to referral_runtime
                using (structure_id = any ((select acting_structures())::uuid[]));
            """)

    static let leastRights = Migration(
        number: 9, name: "least rights of the runtime role",
        sql: """
            -- Column by column what the service reads and changes. A column that comes later is out of its reach until
            -- it is granted; what a consent says, and to whom a referral goes, never changes.
            revoke select, update on persons from referral_runtime;
            grant select (id, structure_id, mode, age_band, sex, education, situations, residence_commune, reporting_key)
                on persons to referral_runtime;
            revoke update on person_keys, person_fields, consents, referrals, demands from referral_runtime;
            grant update (state, used_by, withdrawn_at, version) on consents to referral_runtime;
            grant update (consent_id, state, reason_code, outcome, sequence, submitted_at, changed_at)
                on referrals to referral_runtime;
            grant update (state, outcome, summary_given, charged, counselling_proposed, counselling_accepted,
                appointment_requested, closed_at, sequence) on demands to referral_runtime;
            """)
}
