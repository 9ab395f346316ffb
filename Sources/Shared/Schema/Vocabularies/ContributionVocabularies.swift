/// The lists that describe what regions, coordinators and structures report of their common work.
extension Vocabulary {
    /// What is held together: Pays de la Loire: «temps de découverte et d'immersion», «actions seront menées avec ces
    /// secteurs professionnels»; Bretagne: «actions partenariales», «espace « Orientation tout au long de la vie »»,
    /// «points de contact»; Centre-Val de Loire: «participation aux travaux de consultation des usagers».
    package static let actionKind = Vocabulary(
        "action_kind",
        [
            ("training", "Formation de professionnels", "Training of professionals"),
            ("meeting", "Réunion du réseau", "Meeting of the network"),
            ("immersion", "Découverte et immersion", "Discovery and immersion"),
            ("partnership", "Action partenariale", "Partnership action"),
            ("sector", "Action avec un secteur professionnel", "Action with a professional sector"),
            ("fair", "Salon", "Fair"),
            ("consultation", "Consultation des usagers", "Consultation of users"),
            ("users-committee", "Comité d’usagers", "Users’ committee"),
            ("contact-point-visit", "Visite d’un point de contact", "Visit to a contact point"),
        ])

    /// Centre-Val de Loire: «bilan d'activité annuel du réseau local»; Pays de la Loire: «portraits territoriaux
    /// socio-économiques».
    package static let reportKind = Vocabulary(
        "report_kind",
        [
            ("plan", "Programme d’actions", "Plan of actions"), ("report", "Bilan", "Report"),
            ("portrait", "Portrait territorial", "Portrait of a territory"),
        ])

    package static let reportScope = Vocabulary(
        "report_scope",
        [
            ("structure", "Structure", "Structure"), ("territory", "Territoire", "Territory"),
            ("network", "Réseau", "Network"), ("region", "Région", "Region"),
        ])

    package static let reportState = Vocabulary(
        "report_state",
        [
            ("draft", "Brouillon", "Draft"), ("submitted", "Remis", "Submitted"), ("accepted", "Accepté", "Accepted"),
            ("returned", "À revoir", "Returned"),
        ])

    /// Centre-Val de Loire: «synthèse régionale des bilans locaux»; Bretagne: «valide ou amende ce projet de plan
    /// d'actions».
    package static let governanceKind = Vocabulary(
        "governance_kind",
        [
            ("synthesis-presented", "Synthèse régionale des bilans", "Regional synthesis of the reports"),
            ("training-plan", "Plan de professionnalisation", "Training plan"), ("other", "Autre", "Other"),
        ])

    package static let governanceDecision = Vocabulary(
        "governance_decision",
        [
            ("presented", "Présenté", "Presented"), ("approved", "Validé", "Approved"),
            ("amended", "Amendé", "Amended"),
            ("refused", "Refusé", "Refused"),
        ])
}
