import Schema

/// Why the guard `consent` refuses, in the caller's words.
enum ConsentSentences {
    static func of(_ reason: String) -> LocalizedText {
        switch reason {
        case "consent-missing": text("Aucun accord ne porte cette orientation.", "No consent carries this referral.")
        case "consent-withdrawn": text("L’accord a été retiré.", "The consent was withdrawn.")
        case "consent-withdrawn-there":
            text(
                "La personne a retiré une orientation vers cette structure : il faut un nouvel accord.",
                "The person withdrew a referral to this structure: a new consent is needed.")
        case "consent-not-yet-valid": text("L’accord ne vaut pas encore.", "The consent is not valid yet.")
        case "consent-expired": text("L’accord n’est plus valable.", "The consent has expired.")
        case "consent-for-other-recipients":
            text("L’accord ne nomme pas ce destinataire.", "The consent does not name this recipient.")
        case "consent-for-other-purposes":
            text("L’accord ne nomme pas la transmission.", "The consent does not name transmission.")
        case "consent-for-other-data":
            text("L’accord ne nomme pas toutes ces données.", "The consent does not name all of these data.")
        case "consent-used": text("Cet accord ne valait qu’une fois.", "This consent was good for one use only.")
        case "consent-without-appointments":
            text("L’accord ne nomme pas les rendez-vous.", "The consent does not name appointments.")
        case "consent-not-new":
            text(
                "Une réorientation demande un nouvel accord, donné après la proposition.",
                "A redirect needs a new consent, given after the proposal.")
        case PSADProfile.Gap.youngPerson.rawValue:
            text(
                "Vers une plateforme d’appui aux décrocheurs, récit, synthèse, pièces et santé ne passent qu’avec l’accord du jeune lui-même.",
                "To a platform for early leavers, narrative, summary, attachments and health go by the young person’s own word only."
            )
        case PSADProfile.Gap.representative.rawValue:
            text(
                "Vers une plateforme d’appui aux décrocheurs, récit, synthèse, pièces et santé d’un mineur, ou de qui n’a pas dit son âge, ne passent qu’avec l’accord aussi du représentant légal.",
                "To a platform for early leavers, narrative, summary, attachments and health of a minor, or of whose age is not known, go with the legal representative’s word, too."
            )
        default: text("L’accord ne le permet pas.", "The consent does not allow it.")
        }
    }

    private static func text(_ fr: String, _ en: String) -> LocalizedText { LocalizedText(fr: fr, en: en) }
}
