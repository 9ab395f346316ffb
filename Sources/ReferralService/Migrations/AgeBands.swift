import Postgres

extension ReferralMigrations {
    static let ageBands = Migration(
        number: 40, name: "age bands follow the date of birth",
        sql: """
            -- The date of birth is sealed; what is open of it is the band, as it was when a consent was last recorded.
            create function note_age_band(who uuid, band text) returns void language sql volatile
                security definer set search_path = public, pg_temp as $$
                update persons set age_band = band
                where id = who and age_band is distinct from band
                    and (structure_id = any (acting_structures()) or id = acting_person())
            $$;
            """)
}
