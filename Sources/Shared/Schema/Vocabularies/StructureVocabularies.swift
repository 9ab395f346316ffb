/// The lists that tell of a structure's record: how it came to be, and what it lacks.
extension Vocabulary {
    package static let structureOperation = Vocabulary(
        "structure_operation",
        [
            ("created", "Créée", "Created"),
            ("updated", "Modifiée", "Changed"),
            ("imported", "Importée d’un fichier", "Imported from a file"),
            ("relocated", "Passée dans d’autres territoires", "In other territories now"),
            ("verified", "Vérifiée, sans autre changement", "Verified, without another change"),
            ("moved", "Rattachée à un autre siège", "Given another parent"),
            ("merged", "Fusionnée dans une autre", "Merged into another"),
            ("removed", "Supprimée", "Removed"),
            ("labelled", "Label changé par la procédure de la région", "Label changed by the region’s procedure"),
        ])

    /// What ``RecordCompleteness`` misses, in the words of what to do about it.
    package static let recordGap = Vocabulary(
        "record_gap",
        [
            ("siret", "Indiquer le Siret", "Give the SIRET"),
            ("street", "Indiquer la rue et le code postal", "Give the street and the postal code"),
            ("location", "Situer la structure à la rue ou au bâtiment", "Locate the structure by street or building"),
            ("phone", "Indiquer un numéro de téléphone", "Give a telephone number"),
            ("email", "Indiquer une adresse électronique", "Give an e-mail address"),
            ("website", "Indiquer le site web", "Give the website"),
            (
                "booking_url", "Indiquer où prendre rendez-vous en ligne, puisque des offres le demandent",
                "Say where to book online, since offers are by appointment"
            ),
            ("opening_hours", "Indiquer les horaires d’ouverture", "Give the opening hours"),
            (
                "accessibility", "Dire comment les personnes handicapées sont accueillies",
                "Say how people with disabilities are received"
            ),
            ("languages", "Indiquer les langues parlées", "Give the languages spoken"),
            ("services", "Décrire au moins une offre", "Describe at least one offer"),
            ("audiences", "Dire à qui s’adresse chaque offre", "Say whom each offer is for"),
            ("modalities", "Dire comment obtenir chaque offre", "Say how each offer is had"),
            (
                "staff", "Indiquer le nombre de professionnels et de professionnels qualifiés",
                "Give the number of professionals, and of qualified ones"
            ),
            ("verified_on", "Vérifier la fiche", "Verify the record"),
        ])
}
