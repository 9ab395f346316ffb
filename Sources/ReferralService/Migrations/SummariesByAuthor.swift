import Postgres

extension ReferralMigrations {
    static let summariesByAuthor = Migration(
        number: 28, name: "summaries of two authors",
        sql: """
            -- Sender and recipient each write versions of their own, and neither sees the other's.
            alter table summaries drop constraint summaries_referral_id_version_key,
                add constraint one_version_each unique (referral_id, structure_id, version);

            -- Whether the recipient may rest its completion on a summary that the person approved: its own, or one of
            -- the sender's that goes along. A yes tells nothing of it, so that it holds when the consent is over.
            create function has_final_summary(referral uuid) returns boolean language sql stable
                security definer set search_path = public, pg_temp as $$
                select exists (select from summaries join referrals on referrals.id = referral_id
                    where referral_id = referral and final_at is not null
                        and recipient_id = any (acting_structures())
                        and (summaries.structure_id = recipient_id or 'synthese' = any (data_categories)))
            $$;
            """)
}
