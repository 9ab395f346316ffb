/// The lists that describe calls, what answers them and the procedure that both go through.
extension Vocabulary {
    /// Normandie: «la labellisation des acteurs»; Provence-Alpes-Côte d'Azur: «une réponse d'appel à projets».
    package static let callKind = Vocabulary(
        "call_kind",
        [
            ("labellisation", "Labellisation", "Labelling"),
            ("appel-a-projets", "Appel à projets", "Call for projects"),
        ])

    /// The codes of ``labelState`` that an application passes through, with its beginning and its candidate's leaving.
    package static let applicationState = Vocabulary(
        "application_state",
        [
            ("brouillon", "Brouillon", "Draft"),
            ("candidate", "Déposée", "Filed"),
            ("en-instruction", "En instruction", "Under examination"),
            ("accorde", "Accordée", "Granted"),
            ("refuse", "Refusée", "Refused"),
            ("suspendu", "Suspendue", "Suspended"),
            ("retire", "Retirée par la région", "Withdrawn by the region"),
            ("desiste", "Abandonnée par le candidat", "Given up by the candidate"),
        ])

    package static let procedureStep = Vocabulary(
        "procedure_step",
        [
            ("depot", "Dépôt de la candidature", "Filing of the application"),
            ("instruction", "Instruction", "Examination"),
            ("entretien", "Entretien", "Interview"),
            ("avis", "Avis", "Opinion"),
            ("vote", "Vote de la commission de l’assemblée", "Vote of the assembly’s committee"),
            ("decision", "Décision", "Decision"),
            ("depot-prefecture", "Dépôt de la liste en préfecture", "Filing of the list at the prefecture"),
            ("publication", "Publication des résultats", "Publication of the results"),
            ("suspension", "Suspension", "Suspension"),
            ("fin-suspension", "Fin de la suspension", "End of the suspension"),
            ("retrait", "Retrait par la région", "Withdrawal by the region"),
            ("desistement", "Abandon par le candidat", "Giving up by the candidate"),
        ])

    /// Why there is a new version of what a call says.
    package static let callOperation = Vocabulary(
        "call_operation",
        [
            ("created", "Créé", "Created"),
            ("updated", "Modifié", "Changed"),
            ("examiner-merged", "La structure instructrice a été fusionnée", "The examining structure was merged"),
            ("examiner-removed", "La structure instructrice a été supprimée", "The examining structure was removed"),
        ])

    package static let opinion = Vocabulary(
        "opinion", [("favorable", "Favorable", "In favour"), ("defavorable", "Défavorable", "Against")])

    /// Normandie: «Si des dysfonctionnements ou défaillances étaient constatées dans la qualité du service rendu».
    package static let withdrawalCause = Vocabulary(
        "withdrawal_cause",
        [
            ("dysfonctionnement", "Dysfonctionnements ou défaillances du service", "The service works badly or fails"),
            ("engagement-non-tenu", "Engagement non tenu", "A commitment was not kept"),
            ("cessation-activite", "Cessation d’activité", "The activity has ended"),
            ("demande-structure", "À la demande de la structure", "The structure asked for it"),
        ])

    package static let criterionVerdict = Vocabulary(
        "criterion_verdict",
        [
            ("rempli", "Rempli", "Met"),
            ("non-rempli", "Non rempli", "Not met"),
            ("a-apprecier", "Déclaré, à apprécier à l’instruction", "Declared, to be judged by the examination"),
        ])
}
