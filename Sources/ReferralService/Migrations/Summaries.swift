import Postgres

extension ReferralMigrations {
    static let summaries = Migration(
        number: 24, name: "summaries",
        sql: """
            -- A version is never changed: what both have approved is what both have read.
            create table summaries (
                id uuid primary key,
                referral_id uuid not null,
                person_id uuid not null,
                -- The author's structure.
                structure_id uuid not null,
                version bigint not null check (version > 0),
                sealed bytea not null,
                sha256 bytea not null check (length(sha256) = 32),
                written_by text not null,
                written_at timestamptz not null default clock_timestamp(),
                author_approved_at timestamptz,
                person_approved_at timestamptz,
                approval_method text check (approval_method in ('follow-up', 'in-person')),
                -- In person: before whom, asked by whom.
                witness text,
                agent text,
                -- Both have approved this version.
                final_at timestamptz generated always as (
                    case when author_approved_at is not null and person_approved_at is not null
                        then greatest(author_approved_at, person_approved_at) end) stored,
                unique (referral_id, version),
                foreign key (referral_id, person_id) references referrals (id, person_id),
                constraint approved_somehow check ((person_approved_at is null) = (approval_method is null)),
                constraint in_person_has_witness check (
                    (approval_method is not distinct from 'in-person') = (witness is not null and agent is not null))
            );
            create index summaries_by_person on summaries (person_id);
            alter table summaries enable row level security, force row level security;
            revoke update, delete on summaries from referral_runtime;
            revoke all on summaries from referral_worker;
            grant update (author_approved_at, person_approved_at, approval_method, witness, agent)
                on summaries to referral_runtime;

            -- Whether a recipient may write and read a summary of its own: the consent names summaries.
            create function may_summarise(referral referrals, author uuid) returns boolean language sql stable
                return referral.sender_id = author
                    or referral.recipient_id = author and referral.submitted_at is not null
                        and referral.state not in ('withdrawn', 'entered_in_error')
                        and exists (select from consents where consents.id = referral.consent_id
                            and is_in_force(consents, author) and 'synthese' = any (consents.purposes));
            create policy own on summaries to referral_runtime
                using (structure_id = any ((select acting_structures())::uuid[])
                    and exists (select from referrals where referrals.id = referral_id
                        and may_summarise(referrals, summaries.structure_id)));
            create policy of_person on summaries for select to referral_runtime
                using (person_id = (select acting_person()));
            create policy by_person on summaries for update to referral_runtime
                using (person_id = (select acting_person()));
            -- The sender's final ones go along at L3.
            create policy disclosed on summaries for select to referral_runtime
                using (final_at is not null and exists (
                    select from referrals join consents on consents.id = consent_id
                    where referrals.id = summaries.referral_id and referrals.sender_id = summaries.structure_id
                        and recipient_id = any ((select acting_structures())::uuid[])
                        and 'synthese' = any (referrals.data_categories) and 'synthese' = any (consents.data_categories)
                        and tier_of(referrals.state, referrals.previous_state) = 3
                        and is_in_force(consents, recipient_id)));
            create policy summarised on person_keys for select to referral_runtime
                using (exists (select from summaries where summaries.person_id = person_keys.person_id)
                    or exists (select from referrals where referrals.person_id = person_keys.person_id
                        and recipient_id = any ((select acting_structures())::uuid[])
                        and tier_of(referrals.state, referrals.previous_state) = 3
                        and may_summarise(referrals, recipient_id)));
            select prepare_forgetting();
            """)
}
