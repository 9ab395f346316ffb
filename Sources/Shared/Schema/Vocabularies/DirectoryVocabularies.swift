/// The lists that describe structures and what they offer.
extension Vocabulary {
    package static let territoryKind = Vocabulary(
        "territory_kind",
        [
            ("territoire-spro", "Territoire SPRO", "SPRO territory"),
            ("bassin-emploi", "Bassin d’emploi", "Employment area"),
            ("bassin-vie", "Bassin de vie", "Living area"),
            ("epci", "Intercommunalité (EPCI)", "Inter-municipality (EPCI)"),
            ("departement", "Département", "Department"),
        ])

    package static let structureStatus = Vocabulary(
        "structure_status",
        [
            ("signataire", "Signataire", "Signatory"),
            ("membre", "Membre", "Member"),
            ("membre-associe", "Membre associé", "Associate member"),
            ("partenaire-ressource", "Partenaire ressource", "Resource partner"),
            ("point-de-contact", "Point de contact", "Contact point"),
            ("service-dematerialise", "Service dématérialisé", "Remote service"),
        ])

    package static let labelState = Vocabulary(
        "label_state",
        [
            ("aucun", "Aucun", "None"),
            ("candidate", "Candidate", "Applying"),
            ("en-instruction", "En instruction", "Under examination"),
            ("accorde", "Accordé", "Granted"),
            ("refuse", "Refusé", "Refused"),
            ("suspendu", "Suspendu", "Suspended"),
            ("retire", "Retiré", "Withdrawn"),
        ])

    package static let serviceKind = Vocabulary(
        "service_kind",
        [
            ("accueil-information", "Accueil et information", "Reception and information"),
            (
                "accueil-personnalise", "Accueil personnalisé et individualisé (CEP niveau 1)",
                "Personalised individual reception (CEP level 1)"
            ),
            ("cep-conseil", "Conseil en évolution professionnelle : conseil", "Career development advice: counselling"),
            (
                "cep-accompagnement", "Conseil en évolution professionnelle : accompagnement",
                "Career development advice: support"
            ),
            ("orientation-scolaire", "Orientation scolaire", "School guidance"),
            ("conseil-vae", "Conseil en validation des acquis (VAE)", "Advice on validation of prior experience (VAE)"),
            ("creation-reprise", "Création et reprise d’entreprise", "Starting or taking over a business"),
            ("appui-decrocheurs", "Appui aux décrocheurs", "Support for early leavers"),
            ("information-jeunesse", "Information jeunesse", "Youth information"),
            ("ressources-en-ligne", "Ressources en ligne", "Online resources"),
        ])

    package static let channel = Vocabulary(
        "channel",
        [
            ("presentiel", "En présence", "Face to face"),
            ("telephone", "Téléphone", "Telephone"),
            ("visio", "Visioconférence", "Video call"),
            ("courriel", "Courriel", "E-mail"),
            ("tchat", "Messagerie instantanée", "Chat"),
            ("en-ligne", "En ligne", "Online"),
        ])

    package static let access = Vocabulary(
        "access",
        [
            ("flux", "Sans rendez-vous", "Walk-in"),
            ("rendez-vous", "Sur rendez-vous", "By appointment"),
            ("asynchrone", "À tout moment, en différé", "Any time, deferred"),
        ])

    package static let format = Vocabulary(
        "format", [("individuel", "Individuel", "Individual"), ("collectif", "Collectif", "Group")])

    package static let audience = Vocabulary(
        "audience",
        [
            ("scolaire", "Élève", "School pupil"),
            ("etudiant", "Étudiant", "Student"),
            ("apprenti", "Apprenti", "Apprentice"),
            ("salarie", "Salarié", "Employee"),
            ("actif-non-salarie", "Actif non salarié", "Self-employed"),
            ("demandeur-emploi", "Demandeur d’emploi", "Job seeker"),
            ("benevole", "Bénévole", "Volunteer"),
            ("decrocheur", "Jeune décrocheur", "Early school leaver"),
            ("tout-public", "Tout public", "Everyone"),
        ])

    package static let situation = Vocabulary(
        "situation",
        [
            ("handicap", "Situation de handicap", "Disability"),
            ("illettrisme", "Illettrisme", "Illiteracy"),
            ("jeune-16-30", "Jeune de 16 à 30 ans", "Aged 16 to 30"),
            ("parent", "Parent", "Parent"),
            ("urgence-sociale", "Urgence sociale", "Social emergency"),
        ])

    package static let accessibility = Vocabulary(
        "accessibility",
        [
            ("acces-plain-pied", "Accès de plain-pied", "Step-free access"),
            ("boucle-magnetique", "Boucle magnétique", "Hearing loop"),
            ("langue-des-signes", "Langue des signes (LSF)", "French sign language"),
            ("facile-a-lire", "Facile à lire et à comprendre (FALC)", "Easy to read"),
            ("aide-illettrisme", "Appui aux personnes en situation d’illettrisme", "Support for illiteracy"),
        ])

    package static let locationPrecision = Vocabulary(
        "location_precision",
        [("site", "Au bâtiment", "Building"), ("rue", "À la rue", "Street"), ("commune", "À la commune", "Commune")])

    package static let zoneType = Vocabulary(
        "zone_type",
        [
            ("commune", "Commune", "Commune"),
            ("epci", "Intercommunalité (EPCI)", "Inter-municipality (EPCI)"),
            ("departement", "Département", "Department"),
            ("region", "Région", "Region"),
            ("pays", "Pays", "Country"),
        ])

    package static let cepFramework = Vocabulary(
        "cep_framework",
        [
            ("2014", "Cahier des charges de 2014 (trois niveaux)", "Specification of 2014 (three levels)"),
            ("2019", "Cahier des charges de 2019 (deux niveaux)", "Specification of 2019 (two levels)"),
        ])
}
