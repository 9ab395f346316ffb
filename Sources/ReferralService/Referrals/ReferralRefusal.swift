import Schema

/// How a command is refused: 409 with the state as the caller may know it and what it may do instead. Who has no part in
/// the referral is told that there is none.
enum ReferralRefusal {
    static let members: Set = ["current_state", "allowed_commands"]

    static func of(
        _ referral: Referral, _ roles: Set<ReferralActor>, _ detail: LocalizedText? = nil
    ) -> Refusal {
        guard !roles.isEmpty else { return Refusal(.notFound) }
        let commands = StateTable.commands(in: referral.state, for: roles).map { JSONValue.string($0.rawValue) }
        let state = ReferralView.shownState(referral.state, to: roles)
        return Refusal(
            .conflict,
            detail: detail
                ?? LocalizedText(
                    fr: "Cette commande n’est pas possible dans l’état \(state).",
                    en: "This command is not possible in the state \(state)."),
            members: ["current_state": .string(state), "allowed_commands": .array(commands)])
    }

    static let notChosen = LocalizedText(
        fr: "La personne choisit parmi des structures proposées avec leurs raisons : ce choix manque.",
        en: "The person chooses among structures offered with their reasons: that choice is missing.")
    static let tooManyStructures = LocalizedText(
        fr:
            "Cette demande passerait par plus de structures que la charte n’en prévoit : seule la personne peut le choisir.",
        en: "This demand would pass through more structures than the charter allows: only the person can choose that.")
    static let notAnswered = LocalizedText(
        fr: "La réponse est celle de la personne : qui l’a recueillie, devant quel témoin, manque.",
        en: "The answer is the person’s: who asked, and before which witness, is missing.")
    static let tooLate = LocalizedText(
        fr: "Une orientation déclinée se rouvre dans les sept jours.",
        en: "A declined referral is reopened within seven days.")
    static let noAppointment = LocalizedText(
        fr: "Aucun rendez-vous n’est en attente.", en: "No appointment is waiting.")
}
