import Postgres

/// What a person does themselves beside what they could: take everything with them, and be forgotten.
extension ReferralMigrations {
    static let ownErasure = Migration(
        number: 27, name: "export and erasure by the person",
        sql: """
            -- What was written to them or by them is theirs to take along, whatever has become of the consent.
            create policy of_person on messages for select to referral_runtime
                using (exists (select from referrals where referrals.id = referral_id
                    and person_id = (select acting_person())));

            -- Who looked is listed page by page, the newest first.
            create index access_journal_of_person on access_journal (person_id, id);
            drop index access_journal_by_person;

            -- Nothing in an erasure says whom it was about. So whoever asks for one sees what it set in motion within
            -- the transaction that does it, by its id, and not later.
            create function asking_erasure() returns uuid language sql stable parallel safe
                return nullif(current_setting('spro.asking', true), '')::uuid;
            create policy just_asked on erasures for select to referral_runtime
                using (id = (select asking_erasure()));
            create policy just_asked on erasure_tasks for select to referral_runtime
                using (erasure_id = (select asking_erasure()));
            """)
}
