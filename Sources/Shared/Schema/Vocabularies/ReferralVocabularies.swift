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

    package static let legalRepresentation = Vocabulary(
        "legal_representation",
        [
            ("autorite-parentale", "Titulaire de l’autorité parentale", "Holder of parental authority"),
            ("tuteur", "Tuteur ou tutrice", "Guardian"),
            ("autre", "Autre représentant légal", "Other legal representative"),
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
            ("request_consent", "Demander l’accord", "Ask for consent"), ("submit", "Transmettre", "Submit"),
            ("cancel", "Annuler", "Cancel"), ("start_review", "Commencer l’étude", "Start the review"),
            ("accept", "Accepter", "Accept"), ("decline", "Décliner", "Decline"),
            ("propose_redirect", "Proposer une réorientation", "Propose a redirect"),
            ("confirm_redirect", "Confirmer la réorientation", "Confirm the redirect"),
            ("refuse_redirect", "Refuser la réorientation", "Refuse the redirect"),
            ("schedule", "Fixer un rendez-vous", "Make an appointment"),
            ("record_attendance", "Noter la venue", "Record attendance"), ("start", "Commencer", "Start"),
            ("hold", "Suspendre", "Hold"), ("resume", "Reprendre", "Resume"), ("complete", "Terminer", "Complete"),
            ("close_unfulfilled", "Clore sans suite", "Close unfulfilled"), ("withdraw", "Retirer", "Withdraw"),
            ("reopen", "Rouvrir", "Reopen"),
            ("mark_entered_in_error", "Signaler une erreur de saisie", "Mark as entered in error"),
            ("expire", "Laisser expirer", "Let expire"), ("remind", "Rappeler", "Remind"),
            ("alert", "Alerter", "Alert"),
        ])

    package static let referralActor = Vocabulary(
        "referral_actor",
        [
            ("person", "La personne", "The person"), ("sender", "La structure qui oriente", "The sending structure"),
            ("recipient", "La structure destinataire", "The receiving structure"),
            ("coordinator", "La coordination du territoire", "The coordinator of the territory"),
            ("timer", "Un délai", "A delay"),
        ])

    /// Why a structure is offered to a person: whatever speaks for it, or that it follows another.
    package static let optionReason = Vocabulary(
        "option_reason",
        recommendationReason.terms.map { ($0.code, $0.label.fr, $0.label.en) } + [
            ("redirect", "Proposée par la structure précédente", "Proposed by the structure before"),
            ("wish", "Souhait de la personne", "The person’s wish"),
        ])

    package static let attendance = Vocabulary(
        "attendance",
        [
            ("seen", "Venue", "Seen"), ("excused", "Excusée", "Excused"),
            ("revoked", "Annulé par la structure", "Called off by the structure"),
            ("noshow", "Non venue", "Did not come"),
        ])

    /// What a delay tells, and whom: the recipient of a reminder, the sender of a warning, the coordinator of the others.
    package static let noticeKind = Vocabulary(
        "notice_kind",
        [
            ("reminder", "Rappel : orientation sans réponse", "Reminder: a referral without an answer"),
            ("sender-warning", "Orientation toujours sans réponse", "A referral still without an answer"),
            ("urgent-untouched", "Urgence non traitée", "An urgent referral that nobody touched"),
            ("uncontacted", "Acceptée, sans contact", "Accepted, without contact"),
            ("hold-over", "Reprise dépassée", "A hold past its day"),
            ("redirect-unanswered", "Réorientation proposée, sans réponse", "A proposed redirect without an answer"),
        ])
}
