import Postgres

extension ReferralMigrations {
    static let toldErasures = Migration(
        number: 34, name: "webhooks are told of erasures",
        sql: """
            -- Who is asked to forget somebody is told by the erasure's id: of the referral nothing may be left.
            alter table webhook_deliveries add column erasure_id uuid,
                add check (num_nonnulls(referral_id, erasure_id) <= 1),
                add constraint asked_once unique (webhook_id, erasure_id, structure_id);
            """)
}
