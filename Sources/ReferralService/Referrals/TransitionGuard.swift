/// A condition of a transition, which the database holds to in the transaction of the change.
enum TransitionGuard: String, Sendable, CaseIterable {
    /// The person has chosen the recipient among options that were shown with their reasons.
    case choice
    /// The demand is open, and stays so until the transaction ends (``DemandRepository/requireOpen(_:in:)``).
    case demandOpen = "demand-open"
    /// A consent in force that names this recipient, the transmission and these data (SQL function `guard_consent`).
    case consent
    /// Of an early leaver, L3 by the right persons' word (``PSADProfile``; SQL function `guard_psad`), behind a guard that
    /// holds the consent.
    case psadConsent = "psad-consent"
    /// No other open referral of this person to this structure on this theme (index `no_open_duplicate`).
    case noOpenDuplicate = "no-open-duplicate"
    /// Within the limit of structures that the charter sets for a demand, or past it by the person's explicit choice.
    case structuresLimit = "structures-limit"
    /// The consent names the purpose `rendez-vous` (SQL function `guard_appointment`).
    case consentAppointment = "consent-appointment"
    /// Another consent, given after the proposal, that names the structure to go to (SQL function `guard_redirect`).
    case newConsent = "new-consent"
    /// A summary that the person approved, at level 3 of the CEP, where the charter asks for it (``SummaryRequirement``).
    case finalSummary = "final-summary"
    /// What the person said, where the sender answers for them: who asked, and before which witness.
    case personsWord = "persons-word"
    /// Back to where it came from.
    case cameFrom = "came-from"
    /// The person came to the appointment.
    case seen
    case notSeen = "not-seen"
    /// Whoever is being shown what the referral discloses has had it; nobody is from then on (SQL function
    /// `consent_turn`).
    case nobodyReads = "nobody-reads"
    /// Declined no longer than seven days ago, and not reopened yet.
    case withinSevenDays = "within-seven-days"
}
