import Postgres

extension ReferralMigrations {
    static let anewConsented = Migration(
        number: 36, name: "what follows a redirect rests on a new consent",
        sql: """
            -- As before, and a consent for one use that is used carries no redirect.
            create or replace function guard_redirect(referral uuid, renewed uuid) returns void language plpgsql as $$
            declare
                candidate referrals;
                consent consents;
            begin
                select * into candidate from referrals where id = referral;
                perform share_consents(array[renewed]);
                select * into consent from consents
                where id = renewed and person_id = candidate.person_id for share;
                if consent.id is null then
                    raise 'consent-missing' using errcode = 'SP001';
                elsif consent.id = candidate.consent_id or consent.granted_at <= candidate.changed_at then
                    raise 'consent-not-new' using errcode = 'SP001';
                elsif consent.state <> 'active' then
                    raise 'consent-withdrawn' using errcode = 'SP001';
                elsif clock_timestamp() < consent.valid_from - interval '5 minutes' then
                    raise 'consent-not-yet-valid' using errcode = 'SP001';
                elsif clock_timestamp() >= consent.valid_until then
                    raise 'consent-expired' using errcode = 'SP001';
                elsif candidate.redirect_to is null or candidate.redirect_to <> all (consent.recipients) then
                    raise 'consent-for-other-recipients' using errcode = 'SP001';
                elsif 'transmission' <> all (consent.purposes) then
                    raise 'consent-for-other-purposes' using errcode = 'SP001';
                elsif not candidate.data_categories <@ consent.data_categories then
                    raise 'consent-for-other-data' using errcode = 'SP001';
                elsif consent.single_use and consent.used_by is not null then
                    raise 'consent-used' using errcode = 'SP001';
                end if;
            end $$;

            -- Behind the guard `consent`: what follows a redirect goes nowhere by a consent that was given before the
            -- redirect was proposed, though it may name the structure.
            create function guard_sequel(sequel uuid) returns void language plpgsql as $$
            begin
                perform from referrals as following
                    join referrals as parent on parent.id = following.parent_id and parent.state = 'redirected'
                    join consents on consents.id = following.consent_id
                where following.id = sequel and consents.granted_at <= (
                    select max(at) from referral_transitions
                    where referral_id = parent.id and command = 'propose_redirect');
                if found then
                    raise 'consent-not-new' using errcode = 'SP001';
                end if;
            end $$;
            """)
}
