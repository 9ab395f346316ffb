import Postgres

/// What the queries of several populations have in common about referrals.
enum ReferralQueries {
    /// The first contact of the referral `f`: support began, or an appointment was kept.
    static let contact: Query = """
        least(
            (select min(m.moved_at) from referral_moves m where m.referral = f.referral
                and m.state = 'in_progress' and m.moved_at >= f.submitted_at),
            (select min(a.scheduled_for) from appointments a where a.referral = f.referral
                and a.attendance = 'seen' and a.scheduled_for >= f.submitted_at))
        """

    /// The referral `f` was none: it was entered in error.
    static let isMistaken: Query = """
        exists (select from referral_moves e where e.referral = f.referral and e.state = 'entered_in_error')
        """

    /// When the latest event that was taken in had happened: what was not seen until then may still come.
    static let through: Query = "(select data_through from feeds where source = 'referral')"

    /// Kinds of service that are counselling.
    static let counselling = ["cep-conseil", "cep-accompagnement", "conseil-vae", "creation-reprise"]
}
