import Postgres

extension ReferralMigrations {
    static let workersOwn = Migration(
        number: 35, name: "what the service does by itself, and finds by indexes",
        sql: """
            -- Expiry of consents is the worker's: no setting of the runtime role opens what is nobody's.
            drop policy past_its_time on consents;
            create policy worker_expires on consents for update to referral_worker
                using (state = 'active' and valid_until <= now());
            revoke insert, update, delete on consents from referral_worker;
            grant update (expired_at, version) on consents to referral_worker;

            -- Replicas ask the directory by turns: who takes a structure has five minutes.
            alter table known_structures add column asked_at timestamptz;

            create index access_journal_by_structure on access_journal (structure_id);
            create index access_journal_by_referral on access_journal (referral_id);
            """)
}
