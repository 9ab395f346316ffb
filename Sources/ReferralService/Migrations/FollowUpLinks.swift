import Postgres

/// The person's own side: links by which they come, and the rows that are about them.
extension ReferralMigrations {
    static let followUpLinks = Migration(
        number: 22, name: "follow-up by the person",
        sql: """
            -- A person's own key to what concerns them: of the secret only its hash (256 random bits need no salt).
            create table follow_up_links (
                id uuid primary key,
                structure_id uuid not null,
                person_id uuid not null,
                secret_sha256 bytea not null unique check (length(secret_sha256) = 32),
                made_by text not null,
                created_at timestamptz not null default clock_timestamp(),
                expires_at timestamptz not null,
                revoked_at timestamptz,
                constraint person_is_known foreign key (person_id, structure_id) references persons (id, structure_id),
                constraint ends_later check (expires_at > created_at)
            );
            create index follow_up_links_by_person on follow_up_links (person_id);
            alter table follow_up_links enable row level security, force row level security;
            revoke update, delete on follow_up_links from referral_runtime;
            revoke all on follow_up_links from referral_worker;
            grant update (revoked_at) on follow_up_links to referral_runtime;
            create policy own on follow_up_links to referral_runtime
                using (structure_id = any ((select acting_structures())::uuid[]));
            -- Whoever shows the secret sees its row, and no other.
            create policy by_secret on follow_up_links for select to referral_runtime
                using (secret_sha256 = decode(nullif(current_setting('spro.secret', true), ''), 'hex'));
            create policy of_person on follow_up_links for select to referral_runtime
                using (person_id = (select acting_person()));

            -- Beside what they move on: what could tell who they are, the consents that they grant, and who has looked.
            create policy of_person on person_fields for select to referral_runtime
                using (person_id = (select acting_person()));
            create policy granted_by_person on consents for insert to referral_runtime
                with check (person_id = (select acting_person()) and granted_by = 'self'
                    and method = 'one-time-code' and agent = 'follow-up');
            create policy of_person on access_journal for select to referral_runtime
                using (person_id = (select acting_person()));
            """)
}
