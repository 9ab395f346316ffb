import Postgres

/// The order in which those come who read under a consent, and those who end it.
extension ReferralMigrations {
    static let consentTurns = Migration(
        number: 12, name: "turns at consents",
        sql: """
            -- Locks of rows are no queue: who may share one goes past whoever waits to have it alone, so that readers who
            -- follow each other closely would keep a withdrawal waiting for ever. Advisory locks are one. Everybody takes
            -- a turn here before the row: shared to read or to submit, alone to withdraw or to use up; several in the
            -- order of their ids. A demand's row comes before, a referral's behind (but that of a submission, which
            -- nobody looks for before it rests on the consent).
            create function consent_turn(consent uuid) returns bigint language sql immutable parallel safe
                return uuid_hash_extended(consent, 11);
            create function share_consents(ids uuid[]) returns void language plpgsql as $$
            declare
                next uuid;
            begin
                for next in select distinct id from unnest(ids) as id where id is not null order by id loop
                    perform pg_advisory_xact_lock_shared(consent_turn(next));
                end loop;
            end $$;

            -- A clock that runs up to five minutes ahead makes no consent wait.
            create or replace function is_in_force(consent consents, recipient uuid) returns boolean
                language sql volatile
                return consent.state = 'active' and clock_timestamp() >= consent.valid_from - interval '5 minutes'
                    and clock_timestamp() < consent.valid_until and recipient = any (consent.recipients)
                    and 'transmission' = any (consent.purposes);

            -- As before, in turn.
            create or replace function guard_consent(referral uuid, uses_it boolean) returns void language plpgsql as $$
            declare
                candidate referrals;
                consent consents;
                uses_up boolean;
            begin
                select * into candidate from referrals where id = referral;
                -- What never changes may be read before.
                select uses_it and single_use into uses_up from consents where id = candidate.consent_id;
                if uses_up then
                    perform pg_advisory_xact_lock(consent_turn(candidate.consent_id));
                    select * into consent from consents where id = candidate.consent_id for no key update;
                else
                    perform share_consents(array[candidate.consent_id]);
                    select * into consent from consents where id = candidate.consent_id for share;
                end if;
                if consent.id is null then
                    raise 'consent-missing' using errcode = 'SP001';
                elsif consent.state <> 'active' then
                    raise 'consent-withdrawn' using errcode = 'SP001';
                elsif clock_timestamp() < consent.valid_from - interval '5 minutes' then
                    raise 'consent-not-yet-valid' using errcode = 'SP001';
                elsif clock_timestamp() >= consent.valid_until then
                    raise 'consent-expired' using errcode = 'SP001';
                elsif candidate.recipient_id <> all (consent.recipients) then
                    raise 'consent-for-other-recipients' using errcode = 'SP001';
                elsif 'transmission' <> all (consent.purposes) then
                    raise 'consent-for-other-purposes' using errcode = 'SP001';
                elsif not candidate.data_categories <@ consent.data_categories then
                    raise 'consent-for-other-data' using errcode = 'SP001';
                elsif consent.single_use and consent.used_by <> referral then
                    raise 'consent-used' using errcode = 'SP001';
                end if;
                if uses_up then
                    update consents set used_by = referral where id = consent.id;
                end if;
            end $$;
            """)
}
