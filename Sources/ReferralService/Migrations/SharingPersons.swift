import Postgres

extension ReferralMigrations {
    static let sharingPersons = Migration(
        number: 39, name: "locks of whoever comes to a person by a referral",
        sql: """
            -- What follows a referral, or goes along with it, names its demand and its person, while a consent or the
            -- referral is held; a referral that is written twice in a transaction is checked against both. Both are held
            -- first, in the order of `hold_person`, so that whoever erases them waits here or is waited for here.
            create function share_person(who uuid, demand uuid) returns void language plpgsql volatile
                security definer set search_path = public, pg_temp as $$
            begin
                if not exists (select from persons where id = who
                    and (structure_id = any (acting_structures()) or id = acting_person()))
                    and not exists (select from referrals where person_id = who and demand_id = demand
                        and recipient_id = any (acting_structures()) and submitted_at is not null)
                then
                    return;
                end if;
                perform from demands where id = demand and person_id = who for key share;
                perform from persons where id = who for key share;
            end $$;
            """)
}
