import Postgres

extension ReferralMigrations {
    static let consentEvidences = Migration(
        number: 23, name: "evidence of consents, their expiry, contents of L3",
        sql: """
            alter table consents
                -- By what right the legal representative speaks; null also for what was recorded before this was asked.
                add column representation text,
                add column evidence_channel text,
                add column confirmed_at timestamptz,
                -- Who withdrew it.
                add column withdrawn_by text check (withdrawn_by in ('person', 'structure')),
                -- When it was told that it is past its time; it has not held since `valid_until`, told or not.
                add column expired_at timestamptz,
                add constraint represented_by_right check (granted_by <> 'self' or representation is null),
                add constraint expired_once_over check (expired_at is null or expired_at >= valid_until);
            grant update (withdrawn_by, expired_at) on consents to referral_runtime;
            create index consents_by_end on consents (valid_until) where state = 'active' and expired_at is null;
            -- A timer's transaction sees the consents that are past their time, and no others.
            create policy past_its_time on consents to referral_runtime
                using (current_setting('spro.timer', true) = 'on' and state = 'active' and valid_until <= now());

            alter table referrals add constraint referral_of_person unique (id, person_id);
            -- What goes along at L3, each sealed by the person's key. Never of an anonymous person.
            create table referral_contents (
                referral_id uuid not null,
                person_id uuid not null,
                structure_id uuid not null,
                mode text not null,
                category text not null check (category in ('recit', 'pieces', 'sante')),
                sealed bytea not null,
                written_at timestamptz not null default clock_timestamp(),
                primary key (referral_id, category),
                foreign key (referral_id, person_id) references referrals (id, person_id),
                constraint person_is_known foreign key (person_id, structure_id) references persons (id, structure_id),
                constraint person_has_mode foreign key (person_id, mode) references persons (id, mode),
                constraint anonymous_has_no_record check (mode = 'identified')
            );
            create index referral_contents_by_person on referral_contents (person_id);
            alter table referral_contents enable row level security, force row level security;
            revoke update, delete on referral_contents from referral_runtime;
            revoke all on referral_contents from referral_worker;
            grant update (sealed, written_at) on referral_contents to referral_runtime;
            create policy own on referral_contents to referral_runtime
                using (structure_id = any ((select acting_structures())::uuid[]));
            create policy of_person on referral_contents for select to referral_runtime
                using (person_id = (select acting_person()));
            -- L3, by state and consent, whatever a query asks for; health by explicit consent only.
            create policy disclosed on referral_contents for select to referral_runtime
                using (exists (
                    select from referrals join consents on consents.id = consent_id
                    where referrals.id = referral_contents.referral_id
                        and recipient_id = any ((select acting_structures())::uuid[])
                        and category = any (referrals.data_categories) and category = any (consents.data_categories)
                        and (category <> 'sante' or consents.explicit_art9)
                        and tier_of(referrals.state, referrals.previous_state) = 3
                        and is_in_force(consents, recipient_id)));
            create policy disclosed_record on person_keys for select to referral_runtime
                using (exists (select from referral_contents
                    where referral_contents.person_id = person_keys.person_id));
            """)
}
