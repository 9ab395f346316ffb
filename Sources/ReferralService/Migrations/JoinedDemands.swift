import Postgres

extension ReferralMigrations {
    static let joinedDemands = Migration(
        number: 13, name: "joined demands rest on consents",
        sql: """
            -- Who has accepted a referral joins its demand for as long as the consent is in force.
            alter policy joined_read on demands
                using (exists (select from referrals join consents on consents.id = consent_id
                    where demand_id = demands.id and recipient_id = any ((select acting_structures())::uuid[])
                        and referrals.state in ('accepted', 'in_progress') and is_in_force(consents, recipient_id)));
            alter policy joined_change on demands
                using (exists (select from referrals join consents on consents.id = consent_id
                    where demand_id = demands.id and recipient_id = any ((select acting_structures())::uuid[])
                        and referrals.state in ('accepted', 'in_progress') and is_in_force(consents, recipient_id)))
                with check (state = 'open');
            """)
}
