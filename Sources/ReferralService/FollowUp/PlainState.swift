import Schema

/// What a state means, in words for the person whom the referral is about.
extension ReferralState {
    var plainText: LocalizedText {
        switch self {
        case .draft:
            text("Votre orientation est en préparation.", "Your referral is being prepared.")
        case .awaitingConsent:
            text("Rien n’est transmis : votre accord est attendu.", "Nothing is passed on: your consent is awaited.")
        case .submitted:
            text(
                "La structure a reçu votre demande, sans savoir qui vous êtes.",
                "The structure has your request, without knowing who you are.")
        case .underReview:
            text("La structure étudie votre demande.", "The structure is looking at your request.")
        case .accepted:
            text("La structure a accepté de vous recevoir.", "The structure has agreed to receive you.")
        case .scheduled: text("Un rendez-vous est pris.", "An appointment is made.")
        case .inProgress: text("La structure vous accompagne.", "The structure is working with you.")
        case .onHold: text("Votre accompagnement est en pause.", "Your support is paused.")
        case .redirectProposed:
            text(
                "La structure vous propose une autre structure : c’est vous qui décidez.",
                "The structure proposes another one: it is for you to decide.")
        case .redirected: text("Vous avez choisi une autre structure.", "You have chosen another structure.")
        case .completed: text("L’accompagnement est terminé.", "The support has ended.")
        case .closedUnfulfilled:
            text(
                "La structure a clos votre demande sans pouvoir y répondre.",
                "The structure closed your request without being able to meet it.")
        case .declined:
            text("La structure n’a pas pu accepter votre demande.", "The structure could not take your request.")
        case .cancelled: text("L’orientation a été annulée.", "The referral was cancelled.")
        case .expired:
            text(
                "Le délai est passé sans réponse. Ce n’est pas un refus.",
                "Time ran out without an answer. It is no refusal.")
        case .withdrawn:
            text(
                "Orientation retirée : la structure ne voit plus rien, et n’aura rien sans un nouvel accord.",
                "Withdrawn: the structure sees nothing any more, and gets nothing without a new consent.")
        case .enteredInError: text("Cette orientation était une erreur de saisie.", "This referral was a mistake.")
        }
    }

    private func text(_ fr: String, _ en: String) -> LocalizedText { LocalizedText(fr: fr, en: en) }
}
