/// The lists that describe a person's need and path, never the person's identity.
extension Vocabulary {
    package static let ageBand = Vocabulary(
        "age_band",
        [
            ("moins-16", "Moins de 16 ans", "Under 16"), ("16-17", "16-17 ans", "16-17"),
            ("18-25", "18-25 ans", "18-25"), ("26-30", "26-30 ans", "26-30"), ("31-44", "31-44 ans", "31-44"),
            ("45-54", "45-54 ans", "45-54"), ("55-plus", "55 ans et plus", "55 and over"),
            ("non-communique", "Non communiqué", "Not given"),
        ])

    package static let sex = Vocabulary(
        "sex",
        [
            ("femme", "Femme", "Woman"), ("homme", "Homme", "Man"), ("autre", "Autre", "Other"),
            ("non-communique", "Non communiqué", "Not given"),
        ])

    package static let education = Vocabulary(
        "education",
        [
            ("infra-bac", "Inférieur au baccalauréat", "Below baccalauréat"), ("bac", "Baccalauréat", "Baccalauréat"),
            ("bac-2", "Bac + 2", "Two years of higher education"),
            ("bac-3-plus", "Bac + 3 et plus", "Three years of higher education or more"),
            ("non-communique", "Non communiqué", "Not given"),
        ])

    package static let theme = Vocabulary(
        "theme",
        [
            ("metiers", "Métiers", "Occupations"), ("formation", "Formation", "Training"),
            ("certification", "Certification", "Certification"),
            ("vae", "Validation des acquis (VAE)", "Validation of prior experience (VAE)"),
            ("emploi", "Emploi", "Employment"),
            ("creation-reprise", "Création et reprise d’entreprise", "Starting or taking over a business"),
            ("decrochage", "Décrochage", "Early leaving"), ("mobilite", "Mobilité", "Mobility"),
            ("financement", "Financement", "Funding"), ("droits", "Droits", "Rights"),
        ])

    package static let urgency = Vocabulary(
        "urgency",
        [("immediate", "Immédiate", "Immediate"), ("haute", "Haute", "High"), ("normale", "Normale", "Normal")])

    package static let outcome = Vocabulary(
        "outcome",
        [
            ("satisfaite", "Satisfaite", "Satisfied"), ("partielle", "Partiellement satisfaite", "Partly satisfied"),
            ("insatisfaite", "Non satisfaite", "Not satisfied"), ("abandonnee", "Abandonnée", "Abandoned"),
        ])

    package static let declineReason = Vocabulary(
        "decline_reason",
        [
            ("injoignable", "Injoignable", "Cannot be reached"), ("absent", "Absent", "Did not come"),
            ("en-emploi", "En emploi", "In employment"), ("en-formation", "En formation", "In training"),
            ("non-eligible", "Non éligible", "Not eligible"), ("non-mobile", "Non mobile", "Not mobile"),
            ("non-interesse", "Non intéressé", "Not interested"),
            ("freins-peripheriques", "Freins périphériques", "Other obstacles"), ("complet", "Complet", "Full"),
            ("doublon", "Doublon", "Duplicate"), ("mauvaise-orientation", "Mauvaise orientation", "Wrong recipient"),
            ("autre", "Autre", "Other"),
        ])

    package static let dataCategory = Vocabulary(
        "data_category",
        [
            ("besoin", "Besoin", "Need"), ("situation", "Situation", "Situation"), ("alias", "Pseudonyme", "Alias"),
            ("canal-relais", "Canal relais", "Relay channel"), ("identite", "Identité", "Identity"),
            ("contact", "Coordonnées", "Contact details"), ("recit", "Récit", "Narrative"),
            ("synthese", "Synthèse", "Summary"), ("pieces", "Pièces", "Attachments"), ("sante", "Santé", "Health"),
        ])

    package static let purpose = Vocabulary(
        "purpose",
        [
            ("transmission", "Transmission", "Transmission"), ("rendez-vous", "Rendez-vous", "Appointment"),
            ("retour", "Retour d’information", "Feedback"), ("synthese", "Synthèse", "Summary"),
        ])
}
