import Postgres

extension ReferralMigrations {
    static let personKeyPolicies = Migration(
        number: 30, name: "who may take a person's key, said once",
        sql: """
            -- `of_messages` allows all that these allowed, and each was planned with every read.
            drop policy disclosed on person_keys;
            drop policy disclosed_record on person_keys;
            """)
}
