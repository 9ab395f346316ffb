import Postgres

extension ReferralMigrations {
    static let ownRequests = Migration(
        number: 41, name: "each recipient is asked to forget by an id of its own",
        sql: """
            -- By that of the erasure two who were asked could tell that they know the same person. What was asked before
            -- keeps the id that they were told.
            alter table erasure_tasks add column asked_as uuid;
            update erasure_tasks set asked_as = erasure_id;
            alter table erasure_tasks alter column asked_as set default uuid_v7(), alter column asked_as set not null,
                add constraint asked_as_one unique (structure_id, asked_as);
            """)
}
