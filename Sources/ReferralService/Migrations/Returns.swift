import Postgres

/// What a withdrawn referral means for those that come after it.
extension ReferralMigrations {
    static let returns = Migration(
        number: 29, name: "no return on a consent by which somebody withdrew",
        sql: """
            -- Behind `guard_consent`, which has taken a turn: a withdrawal either is seen here, or comes later.
            -- To be cancelled by the structure is no withdrawal: it may have chosen the wrong theme.
            create function guard_return(referral uuid) returns void language plpgsql as $$
            begin
                if exists (
                    select from referrals candidate join referrals earlier using (consent_id, recipient_id)
                    where candidate.id = referral and (earlier.state = 'withdrawn'
                        or earlier.state = 'cancelled' and exists (
                            select from referral_transitions
                            where referral_id = earlier.id and to_state = 'cancelled' and actor = 'person'))
                ) then
                    raise 'consent-withdrawn-there' using errcode = 'SP001';
                end if;
            end $$;
            """)
}
