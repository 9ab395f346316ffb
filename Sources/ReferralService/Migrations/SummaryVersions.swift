import Postgres

extension ReferralMigrations {
    static let summaryVersions = Migration(
        number: 28, name: "versions of each author's summaries",
        sql: """
            -- Each author counts by itself: it does not see what the other has written, and does not learn of it.
            alter table summaries drop constraint summaries_referral_id_version_key,
                add constraint one_version_each unique (referral_id, structure_id, version);
            """)
}
