/// The lists that describe how a person passes from one structure to the next.
extension Vocabulary {
    package static let personMode = Vocabulary(
        "person_mode", [("anonymous", "Anonyme", "Anonymous"), ("identified", "Identifiée", "Identified")])

    package static let consentGranter = Vocabulary(
        "consent_granter",
        [
            ("self", "La personne elle-même", "The person"),
            ("legal-representative", "Son représentant légal", "Their legal representative"),
        ])

    package static let consentMethod = Vocabulary(
        "consent_method",
        [
            ("signed", "Signature", "Signature"), ("one-time-code", "Code à usage unique", "One-time code"),
            ("oral-witnessed", "Accord oral devant témoin", "Oral, before a witness"),
        ])

    package static let consentState = Vocabulary(
        "consent_state", [("active", "En vigueur", "Active"), ("withdrawn", "Retiré", "Withdrawn")])

    package static let demandState = Vocabulary(
        "demand_state", [("open", "Ouverte", "Open"), ("closed", "Close", "Closed")])

    package static let referralState = Vocabulary(
        "referral_state",
        [
            ("draft", "Brouillon", "Draft"), ("awaiting_consent", "En attente d’accord", "Awaiting consent"),
            ("submitted", "Transmise", "Submitted"), ("under_review", "À l’étude", "Under review"),
            ("accepted", "Acceptée", "Accepted"), ("scheduled", "Rendez-vous pris", "Scheduled"),
            ("in_progress", "En cours", "In progress"), ("on_hold", "En suspens", "On hold"),
            ("redirect_proposed", "Réorientation proposée", "Redirect proposed"),
            ("redirected", "Réorientée", "Redirected"), ("completed", "Terminée", "Completed"),
            ("closed_unfulfilled", "Close sans suite", "Closed unfulfilled"), ("declined", "Déclinée", "Declined"),
            ("cancelled", "Annulée", "Cancelled"), ("expired", "Expirée", "Expired"),
            ("withdrawn", "Retirée", "Withdrawn"), ("entered_in_error", "Saisie par erreur", "Entered in error"),
        ])

    package static let referralCommand = Vocabulary(
        "referral_command",
        [
            ("submit", "Transmettre", "Submit"), ("cancel", "Annuler", "Cancel"),
            ("start_review", "Commencer l’étude", "Start the review"), ("accept", "Accepter", "Accept"),
            ("decline", "Décliner", "Decline"), ("start", "Commencer", "Start"), ("complete", "Terminer", "Complete"),
            ("close_unfulfilled", "Clore sans suite", "Close unfulfilled"), ("withdraw", "Retirer", "Withdraw"),
            ("mark_entered_in_error", "Signaler une erreur de saisie", "Mark as entered in error"),
        ])

    package static let referralActor = Vocabulary(
        "referral_actor",
        [
            ("person", "La personne", "The person"), ("sender", "La structure qui oriente", "The sending structure"),
            ("recipient", "La structure destinataire", "The receiving structure"),
        ])
}
