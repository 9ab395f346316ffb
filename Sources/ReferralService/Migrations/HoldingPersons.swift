import Postgres

extension ReferralMigrations {
    static let holdingPersons = Migration(
        number: 33, name: "locks of whoever forgets somebody",
        sql: """
            -- Holds somebody who is to be forgotten, their demands first, as whoever receives or refers them does; the
            -- turns at their consents come behind. So nobody waits for the erasure in a circle.
            create policy keeper_holds on demands for update to referral_owner using (true);
            create function hold_person(who uuid) returns void language plpgsql volatile
                security definer set search_path = public, pg_temp as $$
            begin
                if not exists (select from persons where id = who
                    and (structure_id = any (acting_structures()) or id = acting_person()))
                then
                    return;
                end if;
                perform from demands where person_id = who order by id for update;
                perform from persons where id = who for update;
            end $$;

            -- Forgets whom `persons_past` found, unless they came back since: behind the locks, looked at again.
            create function retire_person(
                who uuid, erasure uuid, months bigint, here text, elsewhere text[], open_states text[])
                returns uuid language plpgsql volatile security definer set search_path = public, pg_temp as $$
            declare cutoff timestamptz := now() - make_interval(months => months::integer);
            begin
                perform hold_person(who);
                perform from persons where id = who and created_at < cutoff and lies_in(structure_id, here, elsewhere)
                    and not exists (select from demands where person_id = who
                        and (state = 'open' or closed_at >= cutoff))
                    and not exists (select from referrals where person_id = who
                        and (state = any (open_states) or changed_at >= cutoff));
                if not found then
                    return null;
                end if;
                return forget_person(who, erasure, 'retention', 'charter');
            end $$;
            revoke execute on function retire_person(uuid, uuid, bigint, text, text[], text[]) from referral_runtime;
            """)
}
