/// What the structures of one network have in common, after the demo data.
struct CrowdProfile: Sendable {
    /// Nil for a town hall, and for who is only found on the web.
    let network: String?
    /// What stands before the commune's name.
    let name: String
    let status: String
    /// Whom it serves.
    let reach: Reach
    /// Kinds of service; the first is always offered, each further one mostly.
    let kinds: [String]
    let audiences: [String]
    var situations: [String] = []
    var ages: ClosedRange<Int>?

    enum Reach: Sendable {
        /// The communes around its own.
        case surroundings
        case department
        case region
        /// Its territories: its offers have no zones.
        case territory
    }

    /// How often each occurs.
    static let all: [(CrowdProfile, Int)] = [
        (
            CrowdProfile(
                network: "france-travail", name: "Agence France Travail", status: "signataire", reach: .surroundings,
                kinds: ["accueil-personnalise", "cep-conseil", "cep-accompagnement"], audiences: ["demandeur-emploi"]),
            26
        ),
        (
            CrowdProfile(
                network: "mission-locale", name: "Mission locale", status: "signataire", reach: .surroundings,
                kinds: ["accueil-information", "cep-conseil", "cep-accompagnement"],
                audiences: ["demandeur-emploi", "decrocheur"], situations: ["jeune-16-30"], ages: 16...25),
            22
        ),
        (
            CrowdProfile(
                network: "cio", name: "Centre d’information et d’orientation", status: "membre", reach: .territory,
                kinds: ["accueil-information", "orientation-scolaire"], audiences: ["scolaire", "etudiant"]), 14
        ),
        (
            CrowdProfile(
                network: "crij", name: "Information jeunesse", status: "membre", reach: .territory,
                kinds: ["accueil-information", "information-jeunesse"], audiences: ["tout-public"],
                situations: ["jeune-16-30"], ages: 12...30), 12
        ),
        (
            CrowdProfile(
                network: "cap-emploi", name: "Cap emploi", status: "signataire", reach: .department,
                kinds: ["accueil-personnalise", "cep-conseil", "cep-accompagnement"],
                audiences: ["demandeur-emploi", "salarie"], situations: ["handicap"]), 6
        ),
        (
            CrowdProfile(
                network: "mife", name: "Maison de l’information sur la formation et l’emploi", status: "signataire",
                reach: .surroundings, kinds: ["accueil-personnalise", "conseil-vae"], audiences: ["tout-public"]), 5
        ),
        (
            CrowdProfile(
                network: "apec", name: "Apec", status: "signataire", reach: .region,
                kinds: ["accueil-personnalise", "cep-conseil"], audiences: ["salarie", "demandeur-emploi"]), 2
        ),
        (
            CrowdProfile(
                network: "cci", name: "Chambre de commerce et d’industrie", status: "membre-associe",
                reach: .department, kinds: ["creation-reprise"], audiences: ["actif-non-salarie", "demandeur-emploi"]),
            3
        ),
        (
            CrowdProfile(
                network: "psad", name: "Plateforme de suivi et d’appui aux décrocheurs", status: "membre",
                reach: .surroundings, kinds: ["appui-decrocheurs"], audiences: ["decrocheur"], ages: 16...25), 4
        ),
        (
            CrowdProfile(
                network: nil, name: "Point d’accueil de la mairie", status: "point-de-contact", reach: .surroundings,
                kinds: ["accueil-information"], audiences: ["tout-public"]), 5
        ),
        (
            CrowdProfile(
                network: nil, name: "Orientation en ligne", status: "service-dematerialise", reach: .region,
                kinds: ["ressources-en-ligne", "accueil-information"], audiences: ["tout-public"]), 1
        ),
    ]
}
