import Postgres

extension ReferralMigrations {
    static let keptKeys = Migration(
        number: 15, name: "rotation of keys, fingerprints of persons",
        sql: """
            -- The worker wraps keys anew: a wrapped key opens nothing without the one that stands outside.
            grant select on person_keys to referral_worker;
            grant update (wrapped_key, wrapping_key) on person_keys to referral_worker;
            create policy worker_read on person_keys for select to referral_worker using (true);
            create policy worker_change on person_keys for update to referral_worker using (true);
            create index person_keys_by_wrapping on person_keys (wrapping_key, person_id);

            -- A keyed digest of name and date of birth, by which a structure finds again whom it knows. The key stands
            -- outside, and the structure is part of what is digested: no two structures' digests can be compared.
            create table person_fingerprints (
                person_id uuid primary key,
                structure_id uuid not null,
                fingerprint bytea not null check (length(fingerprint) = 32),
                constraint person_is_known foreign key (person_id, structure_id) references persons (id, structure_id)
            );
            create index person_fingerprints_by_digest on person_fingerprints (structure_id, fingerprint);
            alter table person_fingerprints enable row level security, force row level security;
            revoke update, delete on person_fingerprints from referral_runtime;
            revoke all on person_fingerprints from referral_worker;
            create policy own on person_fingerprints to referral_runtime
                using (structure_id = any ((select acting_structures())::uuid[]));
            """)
}
