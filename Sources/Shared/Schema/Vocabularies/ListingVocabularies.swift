/// The lists that describe events, schemes and resources, in the words of the regional specifications.
extension Vocabulary {
    /// Bretagne: «agenda de manifestations», «salons régionaux, départementaux et locaux»; Pays de la Loire: «salons
    /// emploi-formation»; Centre-Val de Loire: «journées techniques, d'échanges de pratiques, séminaires».
    package static let eventKind = Vocabulary(
        "event_kind",
        [
            ("salon", "Salon", "Fair"),
            ("forum", "Forum", "Forum"),
            ("portes-ouvertes", "Portes ouvertes", "Open day"),
            ("reunion-information", "Réunion d’information", "Information session"),
            ("atelier", "Atelier", "Workshop"),
            ("conference", "Conférence", "Talk"),
            ("visite", "Visite d’entreprise ou de formation", "Visit to an employer or a training centre"),
            (
                "echange-pratiques", "Journée technique, échange de pratiques, séminaire",
                "Technical day, exchange of practice, seminar"
            ),
        ])

    /// Bretagne: «une offre de service en face à face», «du service à distance».
    package static let eventModality = Vocabulary(
        "event_modality",
        [
            ("presentiel", "En présence", "Face to face"),
            ("a-distance", "À distance", "Remote"),
            ("hybride", "En présence et à distance", "Face to face and remote"),
        ])

    /// Bretagne: «cartographie des prestations et dispositifs»; Normandie: «formations, services, aides, prestations»;
    /// Provence-Alpes-Côte d'Azur: «les dispositifs, les aides et financements associés».
    package static let schemeKind = Vocabulary(
        "scheme_kind",
        [
            ("prestation", "Prestation", "Service provided on prescription"),
            ("dispositif", "Dispositif", "Scheme"),
            ("formation", "Formation", "Training"),
            ("aide", "Aide", "Aid"),
            ("financement", "Financement", "Funding"),
        ])

    /// Normandie: «publications et guides»; Pays de la Loire: «portraits territoriaux socio-économiques», «un site web
    /// et une plateforme téléphonique»; Provence-Alpes-Côte d'Azur: «le n° vert».
    package static let resourceKind = Vocabulary(
        "resource_kind",
        [
            ("guide", "Guide", "Guide"),
            ("publication", "Publication", "Publication"),
            ("portrait-territorial", "Portrait territorial", "Portrait of a territory"),
            ("numero-vert", "Numéro vert", "Free telephone number"),
            ("plateforme-telephonique", "Plateforme téléphonique", "Telephone service"),
            ("site-internet", "Site internet", "Website"),
        ])
}
