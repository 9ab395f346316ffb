import Schema

/// Our codes in the lists of data.inclusion's schema, version 1. What a list has no word for is absent here.
enum InclusionTerms {
    /// `reseaux_porteurs`.
    static let networks = [
        "cap-emploi": "cap-emploi-reseau-cheops", "cci": "chambres-consulaires",
        "chambre-agriculture": "chambres-consulaires", "cidff": "cidff", "cma": "chambres-consulaires",
        "crij": "reseau-information-jeunesse", "france-travail": "france-travail",
        "maison-emploi": "maisons-de-l-emploi", "mission-locale": "mission-locale", "point-a": "chambres-consulaires",
        "cad": "chambres-consulaires",
    ]

    /// The network of a word that stands for one only.
    static func network(named word: String) -> String? {
        let codes = networks.filter { $0.value == word }.keys
        return codes.count == 1 ? codes.first : nil
    }

    /// The kind of service that has these words; nil of what is no service of the SPRO.
    static func kind(type: String?, themes words: [String]) -> String? {
        if words.contains(where: { $0.hasPrefix("creer-une-entreprise--") }) { return "creation-reprise" }
        let isOurs = words.contains { $0.hasPrefix("choisir-un-metier--") || $0.hasPrefix("se-former--") }
        guard isOurs else { return nil }
        return type == "accompagnement" ? "accueil-personnalise" : "accueil-information"
    }

    /// `type` by kind of service.
    static let types = [
        "accueil-information": "information", "accueil-personnalise": "accompagnement",
        "cep-conseil": "accompagnement", "cep-accompagnement": "accompagnement",
        "orientation-scolaire": "accompagnement", "conseil-vae": "accompagnement",
        "creation-reprise": "accompagnement", "appui-decrocheurs": "accompagnement",
        "information-jeunesse": "information", "ressources-en-ligne": "information",
    ]

    /// `thematiques` by kind of service.
    static let themes = [
        "accueil-information": [trade, training], "accueil-personnalise": [strengths, trade, training],
        "cep-conseil": [choice, strengths], "cep-accompagnement": [choice, strengths, funding],
        "orientation-scolaire": [choice, trade], "conseil-vae": [strengths, skills], "creation-reprise": [business],
        "appui-decrocheurs": [strengths, training], "information-jeunesse": [trade], "ressources-en-ligne": [trade],
    ]

    private static let choice = "choisir-un-metier--confirmer-son-choix-de-metier"
    private static let trade = "choisir-un-metier--decouvrir-un-metier-ou-un-secteur-dactivite"
    private static let strengths = "choisir-un-metier--identifier-ses-points-forts-et-ses-competences"
    private static let business = "creer-une-entreprise--definir-son-projet-de-creation-dentreprise"
    private static let skills = "preparer-sa-candidature--valoriser-ses-competences"
    private static let funding = "se-former--monter-son-dossier-de-formation"
    private static let training = "se-former--trouver-sa-formation"

    private static let audiences = [
        "scolaire": "jeunes", "etudiant": "etudiants", "apprenti": "jeunes", "salarie": "actifs",
        "actif-non-salarie": "actifs", "demandeur-emploi": "demandeurs-emploi", "decrocheur": "jeunes",
        "tout-public": everybody,
    ]
    private static let situations = [
        "handicap": "personnes-en-situation-de-handicap", "jeune-16-30": "jeunes", "parent": "familles",
        "urgence-sociale": "personnes-en-situation-durgence",
    ]
    private static let everybody = "tous-publics"

    /// `publics`: one of them is enough, and *tous-publics* stands alone.
    static func publics(audiences codes: [String], situations held: [String]) -> [String] {
        let found = Set(codes.compactMap { audiences[$0] } + held.compactMap { situations[$0] })
        return found.contains(everybody) ? [everybody] : found.sorted()
    }

    /// `zone_eligibilite`, which has no regions: their departments stand for them.
    static func zone(_ zone: JSONObject, _ departments: [String: [String]]) -> [String] {
        guard let code = zone["code"]?.string else { return [] }
        return switch zone["type"]?.string {
        case "pays": ["france"]
        case "region": departments[code] ?? []
        default: [code]
        }
    }
}
